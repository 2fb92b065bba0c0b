using System.Threading.Channels;
using Holdfast.Supervisor.Loop;

namespace Holdfast.Supervisor.Tests;

/// <summary>Without a cgroup nothing that a component starts leaves it: real processes, real kills.</summary>
[Trait("Category", "process")]
public sealed class EscapeTests : HostScene
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);
    private readonly Channel<LoopEvent> _heard = Channel.CreateUnbounded<LoopEvent>();
    private readonly List<GuardEvent> _events = [];

    public static TheoryData<string> AllWays => [.. Escapes.Ways];

    /// <summary>A reaper that is stopped in the moment in which its guard fails: two failures at once, and nobody wakes it.</summary>
    public static TheoryData<string> AllWaysButHalt => [.. Escapes.Ways.Where(way => way != "halt")];

    public static TheoryData<string> AllWaysAndMurder => [.. Escapes.Ways, "murder"];

    private string Held(string component) => Path.Combine(_host.Folder(component), "held");

    private bool Lives(string component) => Escapes.Live(Held(component));

    private bool HiddenLives(string component) => ProcTable.Read(Escapes.Hidden(Held(component))) is { Lives: true };

    private GuardProcess Guarded(double lease)
    {
        var guard = GuardProcess.Start(GuardProcess.DefaultPath, _heard.Writer);
        guard.Say(GuardLine.Lease(Lease.Granted(Now, TimeSpan.FromSeconds(lease), Grace)));
        return guard;
    }

    private async Task Start(GuardProcess guard, long run, string component, string way)
    {
        var folder = Directory.CreateDirectory(_host.Folder(component)).FullName;
        guard.Say(GuardLine.Start(new GuardStart(run, folder, Cgroups.None,
            ["PATH=/usr/bin:/bin"], Escapes.Command(Held(component), way)))!);
        await _host.Until(() => Escapes.Hidden(Held(component)) > 0, $"{component} runs and has escaped ({way})", 30);
    }

    private async Task Ended(string component, double seconds = 20)
    {
        await _host.Until(() => !Lives(component), $"nothing of {component} lives", seconds);
        Assert.True(Escapes.Hidden(Held(component)) > 0, "it had hidden nothing");
    }

    private bool Told<T>(Func<T, bool> which)
        where T : GuardEvent
    {
        while (_heard.Reader.TryRead(out var next))
        {
            if (next is GuardSaid said)
            {
                _events.Add(said.Event);
            }
        }

        return _events.OfType<T>().Any(which);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task A_stop_ends_what_the_component_hid_before_its_exit_is_told_and_nothing_of_another_component(string way)
    {
        using var guard = Guarded(lease: 60);
        await Start(guard, 1, "a", way);
        await Start(guard, 2, "b", "double");
        guard.Say(GuardLine.Stop(1, Grace));
        await _host.Until(() => Told<GuardEvent.Exited>(e => e.Run == 1), "its exit is told");
        Assert.False(Lives("a"));
        Assert.True(HiddenLives("b"));
        Assert.False(Told<GuardEvent.Exited>(e => e.Run == 2), "the other one has ended too");
        guard.Close();
        await Ended("b");
    }

    [Theory]
    [MemberData(nameof(AllWaysAndMurder))]
    public async Task The_end_of_the_lease_ends_what_the_component_hid(string way)
    {
        using var guard = Guarded(lease: 2.5);
        await Start(guard, 1, "a", way);
        await Ended("a");
        await _host.Until(() => Told<GuardEvent.Exited>(e => e.Run == 1), "its exit is told");
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task The_death_of_the_supervisor_ends_what_the_component_hid(string way)
    {
        using var guard = Guarded(lease: 60);
        await Start(guard, 1, "a", way);
        guard.Close();
        await Ended("a");
        await _host.Until(() => ProcTable.Read(guard.Pid) is not { Lives: true }, "the guard leaves");
    }

    [Theory]
    [MemberData(nameof(AllWaysButHalt))]
    public async Task A_guard_that_dies_together_with_its_supervisor_leaves_reapers_that_end_it_all(string way)
    {
        using var guard = Guarded(lease: 60);
        await Start(guard, 1, "a", way);
        guard.Kill();
        await Ended("a");
    }

    [Theory]
    [MemberData(nameof(AllWaysButHalt))]
    public async Task A_guard_that_is_stopped_while_its_supervisor_is_dead_leaves_reapers_that_keep_the_deadline(string way)
    {
        using var guard = Guarded(lease: 2.5);
        await Start(guard, 1, "a", way);
        Host.Signal(guard.Pid, Host.SigStop);
        await Ended("a");
        Host.Signal(guard.Pid, Native.SigKill);
    }

    [Fact]
    public async Task A_component_that_kills_its_reaper_is_ended_by_the_guard_and_no_other_one_is()
    {
        using var guard = Guarded(lease: 60);
        await Start(guard, 2, "b", "double");
        await Start(guard, 1, "a", "murder");
        await _host.Until(() => Told<GuardEvent.Exited>(e => e is { Run: 1, BySignal: true }), "its exit is told");
        Assert.False(Lives("a"));
        Assert.True(HiddenLives("b"));
        guard.Close();
        await Ended("b");
    }

    [Fact]
    public async Task What_ends_by_itself_takes_along_what_it_hid()
    {
        using var guard = Guarded(lease: 60);
        await Start(guard, 1, "a", "double");
        await _host.Until(() => Told<GuardEvent.Started>(e => e.Run == 1), "its start is told");
        Host.Signal(_events.OfType<GuardEvent.Started>().Single().Pid, Native.SigTerm);
        await _host.Until(() => Told<GuardEvent.Exited>(e => e == new GuardEvent.Exited(1, true, Native.SigTerm)), "its exit is told");
        Assert.False(Lives("a"));
        guard.Close();
    }

    [Theory]
    [InlineData("the guard is killed", "double")]
    [InlineData("the guard is killed", "halt")]
    [InlineData("the guard is stopped", "double")]
    [InlineData("the guard is stopped", "halt")]
    [InlineData("guard and reapers are killed", "double")]
    public async Task A_supervisor_without_cgroups_ends_what_was_hidden_when_its_guard_fails(string failure, string way)
    {
        await RunOnHost(way);
        var (guard, reapers) = (_host.GuardPid, _host.Reapers);
        Host.Signal(guard, failure == "the guard is stopped" ? Host.SigStop : Native.SigKill);
        foreach (var reaper in failure == "guard and reapers are killed" ? reapers : [])
        {
            Native.Signal(reaper, Native.SigKill);
        }

        await _host.Until(() => !Lives("a") || _host.Log.Contains("Stopping a", StringComparison.Ordinal), "noticed", 10);
        _server.Want();
        await Ended("a");
        if (failure == "the guard is stopped")
        {
            Host.Signal(guard, Host.SigCont);
        }

        await _host.Until(() => _host.GuardPid > 0, "a guard runs");
        await _host.Until(() => !ProcTable.All().Any(p => p.Parent == _host.Pid && !p.Lives), "what it adopted is off the table");
    }

    [Theory]
    [InlineData("double", false)]
    [InlineData("double", true)]
    [InlineData("swarm", true)]
    public async Task Killed_without_cgroups_a_supervisor_leaves_nothing_hidden_whether_its_guard_is_killed_too(string way, bool guardToo)
    {
        await RunOnHost(way);
        var guard = _host.GuardPid;
        Host.Signal(_host.Pid, Native.SigKill);
        if (guardToo)
        {
            Native.Signal(guard, Native.SigKill);
        }

        await Ended("a");
    }

    private async Task RunOnHost(string way)
    {
        _server.Want(Desire.Shell("a", "") with { Command = Escapes.Command(Held("a"), way) });
        _host.StartWithoutCgroups();
        await _host.UntilReported("a", ComponentState.Running);
        await _host.Until(() => Escapes.Hidden(Held("a")) > 0, "it has escaped");
    }
}
