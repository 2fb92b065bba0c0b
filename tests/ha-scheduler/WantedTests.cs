namespace Holdfast.HaScheduler.Tests;

/// <summary>Facts about a component that needs a decision, and the order in which components get their places.</summary>
public sealed class WantedTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");
    private const Want Failover = Want.Failover;

    private static Case Of(Registration component, ComponentReport? report = null, HaConfig? config = null,
        ProtectionLevel? protection = null) =>
        new(component, protection is { } level ? Some.Task(component.Task, level) : null, config ?? Scene.Config,
            Scene.Host("h1", runs: report is null ? [] : [report]), null, false, null);

    [Fact]
    public void Only_a_report_of_this_very_placement_counts()
    {
        Assert.NotNull(Of(Incr, Scene.Runs(Incr)).Reported);
        Assert.Null(Of(Incr, Scene.Runs(Incr) with { Epoch = 2 }).Reported);
        Assert.Null(Of(Incr, Scene.Runs(Incr) with { Name = "other" }).Reported);
        Assert.Null((Of(Incr) with { Host = null }).Reported);
    }

    [Fact]
    public void It_has_ended_by_itself_when_it_is_to_run_and_says_with_which_code_it_stopped()
    {
        var ended = Scene.Runs(Incr, ComponentState.Stopped, null) with { ExitCode = 0 };
        Assert.Equal(0, Of(Incr, ended).EndedWith);
        Assert.Null(Of(Incr, ended with { ExitCode = null }).EndedWith);
        Assert.Null(Of(Incr, ended with { State = ComponentState.Abnormal }).EndedWith);
        Assert.Null(Of(Incr with { Desired = DesiredState.Stopped }, ended).EndedWith);
    }

    [Theory]
    [InlineData(ComponentKind.IncrSync, true, true, false, true)]
    [InlineData(ComponentKind.IncrSync, true, false, true, false)]
    [InlineData(ComponentKind.Store, true, false, true, true)]
    [InlineData(ComponentKind.Store, true, true, false, false)]
    [InlineData(ComponentKind.IncrSync, false, true, true, false)]
    public void HA_is_on_by_the_switch_of_its_kind(ComponentKind kind, bool enable, bool host, bool store, bool isOn) =>
        Assert.Equal(isOn,
        Of(Incr with { Kind = kind }, config: Scene.Config with { Enable = enable, EnableHost = host, EnableStore = store }).IsHaOn);

    [Theory]
    [InlineData(DesiredState.Running, null, ComponentState.Running, true)]
    [InlineData(DesiredState.Running, null, null, true)]
    [InlineData(DesiredState.Stopped, null, ComponentState.Running, false)]
    [InlineData(DesiredState.Running, null, ComponentState.Abnormal, false)]
    [InlineData(DesiredState.Running, null, ComponentState.Completed, false)]
    [InlineData(DesiredState.Running, ComponentState.Stopped, ComponentState.Running, false)]
    public void It_was_running_unless_it_was_stopped_had_failed_or_had_ended(
        DesiredState desired, ComponentState? carried, ComponentState? says, bool was)
    {
        var component = Incr with { Desired = desired, CarriedState = carried };
        Assert.Equal(was, Of(component, says is { } state ? Scene.Runs(component, state) : null).WasRunning);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void In_the_middle_of_a_move_the_move_says_it(bool starts, bool was) => Assert.Equal(was, Of(Incr with
    {
        Desired = DesiredState.Stopped,
        Migration = new Migration { Cause = MoveCause.Drain, At = Scene.Now, StoppingSince = Scene.Now, Starts = starts },
    }).WasRunning);

    [Fact]
    public void What_HA_may_do_by_itself_goes_first_then_what_ran_then_the_better_protected_then_by_name()
    {
        var asks = Scene.Config with { Autonomy = Autonomy.Approve };
        Wanted Want(string task, HaConfig? config = null, ProtectionLevel protection = ProtectionLevel.Medium, bool ran = true) => new(
            Of(Scene.Component(task, "h1") with { Desired = ran ? DesiredState.Running : DesiredState.Stopped }, null, config,
                protection),
            Failover);
        Wanted[] order =
        [
            Want("t9", protection: ProtectionLevel.High), Want("t1"), Want("t2"), Want("t0", protection: ProtectionLevel.Low),
            Want("t0", ran: false), Want("t0", asks, ProtectionLevel.High), Want("t00", asks, ran: false),
        ];
        Assert.Equal(order, order.Reverse().Order(Wanted.Order));
    }

    [Fact]
    public void HA_wants_failovers_and_the_moves_of_what_fails_and_an_operator_s_stay_his()
    {
        static bool Is(Registration component, Want want, MoveCause cause = MoveCause.Operator) =>
            new Wanted(Of(component), want, cause).IsHa;
        Assert.True(Is(Incr, Want.Failover));
        Assert.False(Is(Incr with { Migration = new Migration { Cause = MoveCause.Operator, At = Scene.Now } }, Want.Failover));
        Assert.True(Is(Incr, Want.Leave, MoveCause.Failing));
        Assert.False(Is(Incr, Want.Leave, MoveCause.Drain));
        Assert.False(Is(Incr, Want.First, MoveCause.Failing));
    }

    [Fact]
    public void What_is_remembered_newly_goes_with_a_hold_and_with_nothing_else()
    {
        var memory = new Suspicion { Falls = [new Fall("h1", "i", Scene.Now, Scene.Now)] };
        var wanted = new Wanted(Of(Incr), Want.Failover) { Memory = memory };
        var hold = new Hold(Incr.Id, Reason.NoRoom, "full");
        Assert.Equal(memory, Assert.IsType<Hold>(wanted.Noted(hold)).Notes!.After);
        Assert.Same(hold, (wanted with { Memory = null }).Noted(hold));
        var place = new Place(Incr, "h2", DesiredState.Running, null, null);
        Assert.Same(place, wanted.Noted(place));
    }
}
