namespace Holdfast.Supervisor.Tests;

/// <summary>Lease, watch, reconciler, states and pace: values in, values out.</summary>
public sealed class DecisionTests
{
    private static readonly BootTime T0 = new(1_000_000_000_000);
    private static readonly DesiredComponent Wanted = Desire.Shell("a", "x");

    private static BootTime At(double seconds) => T0 + TimeSpan.FromSeconds(seconds);

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    [Theory]
    [InlineData(3.999, true, false)]
    [InlineData(4.0, false, false)]
    [InlineData(4.999, false, false)]
    [InlineData(5.0, false, true)]
    public void A_lease_counts_from_the_sending_and_is_over_at_its_deadline(double at, bool holds, bool kills)
    {
        var lease = Lease.Granted(T0, S(4), S(1));
        Assert.Equal((holds, kills), (lease.HoldsAt(At(at)), lease.KillsAt(At(at))));
        Assert.False(Lease.None.HoldsAt(At(at)));
    }

    [Theory]
    [InlineData(1.0, 0.1, true)]
    [InlineData(1.001, 0.1, false)]
    [InlineData(100, 99, true)] // who slept must not accuse
    public void A_guard_is_silent_after_a_second_unless_we_slept_ourselves(double at, double gap, bool answers)
    {
        var watch = GuardWatch.Answering.Pinged(T0);
        Assert.Equal(answers, watch.Ticked(At(at), S(gap)).Answers);
        Assert.True(GuardWatch.Answering.Ticked(At(50), S(0.1)).Answers);
        Assert.False(GuardWatch.Fresh.Answers);
    }

    public static TheoryData<string, DesiredState?, long, Phase, EndKind?, bool> Steps => new()
    {
        { "Start", DesiredState.Running, 1, Phase.Idle, null, true },
        { "Nothing", DesiredState.Running, 1, Phase.Idle, null, false },
        { "Start", DesiredState.Running, 1, Phase.Idle, EndKind.Fenced, true },
        { "Start", DesiredState.Running, 1, Phase.Idle, EndKind.GuardLost, true },
        { "Start", DesiredState.Running, 1, Phase.Idle, EndKind.OnPurpose, true },
        { "Nothing", DesiredState.Running, 1, Phase.Idle, EndKind.Exited, true },
        { "Nothing", DesiredState.Running, 1, Phase.Idle, EndKind.Signalled, true },
        { "Nothing", DesiredState.Running, 1, Phase.Idle, EndKind.NotStarted, true },
        { "Start", DesiredState.Running, 2, Phase.Idle, EndKind.Exited, true },
        { "Nothing", DesiredState.Stopped, 1, Phase.Idle, EndKind.Exited, true },
        { "Forget", null, 1, Phase.Idle, EndKind.Exited, true },
        { "Nothing", DesiredState.Running, 1, Phase.Alive, null, true },
        { "Stop Fenced", DesiredState.Running, 1, Phase.Alive, null, false },
        { "Stop Fenced", DesiredState.Running, 1, Phase.Starting, null, false },
        { "Stop OnPurpose", DesiredState.Running, 2, Phase.Alive, null, true },
        { "Stop OnPurpose", DesiredState.Stopped, 1, Phase.Starting, null, true },
        { "Stop OnPurpose", null, 1, Phase.Alive, null, true },
        { "Nothing", null, 1, Phase.Stopping, null, true },
        { "Nothing", DesiredState.Running, 2, Phase.Stopping, null, true },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_reconciler_takes_one_step(
        string expected, DesiredState? desired, long epoch, Phase phase, EndKind? end, bool mayRun)
    {
        var view = new ComponentView(phase, Wanted, end is { } kind ? new Ending(kind) : null);
        var wanted = desired is { } state ? Wanted with { Desired = state, Epoch = epoch } : null;
        var step = Reconciler.Decide(wanted, view, mayRun);
        Assert.Equal(expected, step is Step.Stop stop ? $"Stop {stop.Why}" : step.GetType().Name);
    }

    [Fact]
    public void Stopped_first_and_then_Running_starts_what_had_ended_by_itself()
    {
        var view = new ComponentView(Phase.Idle, Wanted, new Ending(EndKind.Exited, 4));
        var settled = Reconciler.Settle(Wanted with { Desired = DesiredState.Stopped }, view);
        Assert.IsType<Step.Start>(Reconciler.Decide(Wanted, view with { Ending = settled }, mayRun: true));
        Assert.Equal(view.Ending, Reconciler.Settle(Wanted, view));
    }

    [Fact]
    public void Another_command_of_the_same_epoch_is_other_work()
    {
        var view = new ComponentView(Phase.Alive, Wanted, null);
        Assert.IsType<Step.Stop>(Reconciler.Decide(Wanted with { Command = ["y"] }, view, mayRun: true));
    }

    [Theory]
    [InlineData(Phase.Starting, null, 9, 0, ComponentState.Starting)]
    [InlineData(Phase.Alive, null, 0.9, 0, ComponentState.Starting)]
    [InlineData(Phase.Alive, null, 1.0, 0, ComponentState.Running)]
    [InlineData(Phase.Alive, ComponentState.Starting, 9, 0, ComponentState.Starting)]
    [InlineData(Phase.Alive, ComponentState.Running, 0.1, 3.0, ComponentState.Running)]
    [InlineData(Phase.Alive, ComponentState.Running, 9, 3.1, ComponentState.Abnormal)]
    [InlineData(Phase.Alive, ComponentState.Completed, 9, 1, ComponentState.Running)]
    [InlineData(Phase.Stopping, ComponentState.Abnormal, 9, 1, ComponentState.Abnormal)]
    public void A_living_components_state(
        Phase phase, ComponentState? said, double age, double statusAge, ComponentState expected) =>
        Assert.Equal(expected, ComponentStates.Judge(new Signs(new ComponentView(phase, Wanted, null),
            said is { } state ? new ComponentStatus { State = state } : null, null, S(age), S(statusAge), S(1))).State);

    [Theory]
    [InlineData(ComponentKind.IncrSync, 3.0, ComponentState.Running, null)]
    [InlineData(ComponentKind.IncrSync, 3.1, ComponentState.Abnormal, null)]
    [InlineData(ComponentKind.FullImport, 3.1, ComponentState.Abnormal, null)]
    [InlineData(ComponentKind.FullVerification, 3.1, ComponentState.Abnormal, null)]
    [InlineData(ComponentKind.Store, 3.0, ComponentState.Running, null)]
    [InlineData(ComponentKind.Store, 3.1, ComponentState.Running, 3L)]
    [InlineData(ComponentKind.Store, 1000.9, ComponentState.Running, 1000L)]
    public void A_silent_Store_is_left_to_the_store_manager_to_judge(
        ComponentKind kind, double statusAge, ComponentState expected, long? silent)
    {
        var signs = new Signs(new ComponentView(Phase.Alive, Wanted with { Kind = kind }, null),
            new ComponentStatus { State = ComponentState.Running }, null, S(2000), S(statusAge), S(1));
        Assert.Equal((expected, silent), (ComponentStates.Judge(signs).State, ComponentStates.Silence(signs)));
        Assert.Null(ComponentStates.Silence(signs with { View = signs.View with { Phase = Phase.Idle } }));
        Assert.Null(ComponentStates.Silence(signs with { Status = null }));
    }

    [Theory]
    [InlineData(EndKind.Exited, 0, ComponentState.Running, ComponentState.Stopped)]
    [InlineData(EndKind.Exited, 0, ComponentState.Completed, ComponentState.Completed)]
    [InlineData(EndKind.Exited, 1, ComponentState.Completed, ComponentState.Abnormal)]
    [InlineData(EndKind.Signalled, 9, ComponentState.Running, ComponentState.Abnormal)]
    [InlineData(EndKind.NotStarted, 2, ComponentState.Running, ComponentState.Abnormal)]
    [InlineData(EndKind.OnPurpose, 0, ComponentState.Completed, ComponentState.Stopped)]
    [InlineData(EndKind.Fenced, 0, ComponentState.Running, ComponentState.Stopped)]
    [InlineData(EndKind.GuardLost, 0, ComponentState.Running, ComponentState.Stopped)]
    public void An_ended_components_state(EndKind kind, int number, ComponentState said, ComponentState expected) =>
        Assert.Equal(expected, ComponentStates.Judge(new Signs(
            new ComponentView(Phase.Idle, Wanted, new Ending(kind, number)), new ComponentStatus { State = said }, null,
            S(9), S(9), S(1))).State);

    [Theory]
    [InlineData(Phase.Idle, EndKind.Exited, 0, 0)]
    [InlineData(Phase.Idle, EndKind.Exited, 7, 7)]
    [InlineData(Phase.Idle, EndKind.Signalled, 9, 137)]
    [InlineData(Phase.Idle, EndKind.NotStarted, 2, 127)]
    [InlineData(Phase.Idle, EndKind.OnPurpose, 0, null)]
    [InlineData(Phase.Idle, EndKind.Fenced, 0, null)]
    [InlineData(Phase.Idle, EndKind.GuardLost, 0, null)]
    [InlineData(Phase.Idle, null, 0, null)]
    [InlineData(Phase.Alive, null, 0, null)]
    public void Only_what_ended_by_itself_has_an_exit_code(Phase phase, EndKind? end, int number, int? code) =>
        Assert.Equal(code, ComponentReports.ExitCode(new ComponentView(phase, Wanted, end is { } kind ? new Ending(kind, number) : null)));

    [Fact]
    public void An_urgent_report_replaces_the_held_one_and_is_never_replaced_itself()
    {
        var held = new SentHeartbeat(1, T0, S(3), 1);
        Assert.Equal(Pace.Move.Wait, Pace.Decide(new(held, T0, T0, false), At(1), urgent: false));
        Assert.Equal(Pace.Move.ReportNow, Pace.Decide(new(held, T0, T0, false), At(1), urgent: true));
        Assert.Equal(Pace.Move.Wait, Pace.Decide(new(held, T0, T0, false), At(0.05), urgent: true));
        Assert.Equal(Pace.Move.Wait, Pace.Decide(new(held with { Wait = S(0) }, T0, T0, false), At(1), urgent: true));
        Assert.Equal(Pace.Move.Wait, Pace.Decide(new(null, T0, At(2), Failing: true), At(1), urgent: true));
    }

    [Fact]
    public void A_server_that_does_not_hold_heartbeats_is_asked_once_per_interval()
    {
        var sent = new SentHeartbeat(1, T0, S(3), 1);
        Assert.Equal(At(3), Pace.AfterAnswer(sent, At(0.01), S(3), newVersion: false));
        Assert.Equal(At(2.9), Pace.AfterAnswer(sent, At(2.9), S(3), newVersion: false));
        Assert.Equal(At(1), Pace.AfterAnswer(sent, At(1), S(3), newVersion: true));
        Assert.Equal(At(0.1), Pace.AfterAnswer(sent, At(0.01), S(3), newVersion: true));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(15, 3)]
    [InlineData(300, 5)]
    [InlineData(2, 1.9)]
    public void A_request_ends_well_before_the_lease(double lease, double interval) =>
        Assert.True(Pace.LimitFor(Pace.WaitFor(S(interval), S(lease)), S(lease)) <= 0.6 * S(lease));

    [Fact]
    public void The_backoff_doubles_up_to_an_interval()
    {
        Assert.Equal(At(0.1), Pace.AfterFailure(T0, S(3), 1));
        Assert.Equal(At(0.4), Pace.AfterFailure(T0, S(3), 3));
        Assert.Equal(At(3), Pace.AfterFailure(T0, S(3), 1000));
    }

    [Fact]
    public void A_list_is_numbered_by_its_changes_and_sent_until_it_is_answered()
    {
        var list = new ReportedList();
        var one = new ComponentReport
        {
            Name = "a",
            Kind = ComponentKind.Store,
            Epoch = 1,
            State = ComponentState.Running,
        };
        Assert.NotNull(list.Next([one]).List);
        var number = list.Number;
        Assert.NotNull(list.Next([one]).List);
        list.Answered(number, sendAgain: false);
        Assert.Null(list.Next([one with { }]).List);
        Assert.NotNull(list.Next([one with { Checkpoint = 5 }]).List);
        Assert.Equal(number + 1, list.Number);
        list.Answered(list.Number, sendAgain: true);
        Assert.NotNull(list.Next([one with { Checkpoint = 5 }]).List);
    }
}
