using System.Threading.Channels;
using Holdfast.Supervisor.Loop;

namespace Holdfast.Supervisor.Tests;

/// <summary>Real processes, real kills.</summary>
[Trait("Category", "process")]
public sealed class GuardTests : HostScene
{
    private const string Sleeper = "exec sleep 1000";
    private const string Stubborn = "trap '' TERM; (setsid sleep 1000 &) ; sleep 1001 & while :; do sleep 0.1; done";

    [Fact]
    public async Task A_killed_supervisor_takes_its_components_and_grandchildren_along_at_once()
    {
        await Run(Desire.Shell("a", Sleeper), Desire.Shell("b", Stubborn));
        Host.Signal(_host.Pid, Native.SigKill);
        await _host.Until(() => _host.Living().Count == 0, "all components are dead", 1);
    }

    [Fact]
    public async Task A_stopped_supervisor_is_fenced_by_the_guard_at_the_deadline()
    {
        _server.Lease = 2;
        await Run(Desire.Shell("a", Sleeper), Desire.Shell("b", Stubborn));
        Host.Signal(_host.Pid, Host.SigStop);
        var stopped = Now;
        await _host.Until(() => _host.Living("a").Count == 0, "the mild one has ended by SIGTERM", 2.5);
        await _host.Until(() => _host.Living("b").Count == 0, "the stubborn one is killed after the grace", 3.5);
        Assert.True(Now - stopped < TimeSpan.FromSeconds(2 + 1 + 1), $"took {Now - stopped}");
        Host.Signal(_host.Pid, Host.SigCont);
        await _host.Until(() => _host.Living("a").Count > 0 && _host.Living("b").Count > 0, "they run again");
    }

    [Fact]
    public async Task A_stopped_guard_kills_the_components_and_silences_the_host_until_it_goes_on()
    {
        await Run(Desire.Shell("a", Sleeper), Desire.Shell("b", Stubborn));
        var guard = _host.GuardPid;
        Host.Signal(guard, Host.SigStop);
        await _host.Until(() => _host.Living().Count == 0, "components are killed", 3);
        await _host.UntilSaid("HB-305");
        var silentSince = Now;
        await _host.Until(() => Now - silentSince > TimeSpan.FromSeconds(2), "two seconds pass");
        Assert.DoesNotContain(_server.Reports, r => r.At > silentSince + TimeSpan.FromMilliseconds(200));
        Host.Signal(guard, Host.SigCont);
        await _host.Until(() => _host.Living("a").Count > 0 && _host.Living("b").Count > 0, "they run again");
        Assert.Equal(guard, _host.GuardPid);
        await _host.Until(() => _server.Reports[^1].At > silentSince + TimeSpan.FromSeconds(2), "it reports again");
    }

    [Fact]
    public async Task A_killed_guard_takes_the_components_along_and_another_runs_them_again()
    {
        await Run(Desire.Shell("a", Sleeper), Desire.Shell("b", Stubborn));
        var before = _host.Living();
        var guard = _host.GuardPid;
        Host.Signal(guard, Native.SigKill);
        await _host.Until(() => before.All(p => ProcTable.Read(p.Pid) is not { Lives: true } now
            || now.StartTime != p.StartTime), "the old ones are dead", 2);
        await _host.Until(() => _host.Living("a").Count > 0 && _host.Living("b").Count >= 3, "they run again");
        Assert.NotEqual(guard, _host.GuardPid);
        await _host.UntilReported("a", ComponentState.Running);
    }

    [Fact]
    public async Task A_guard_killed_while_the_supervisor_is_stopped_takes_the_components_along()
    {
        await Run(Desire.Shell("a", Sleeper));
        var guard = _host.GuardPid;
        Host.Signal(_host.Pid, Host.SigStop);
        Host.Signal(guard, Native.SigKill);
        await _host.Until(() => _host.Living("a").Count == 0, "it died of its parent's death", 1);
        Host.Signal(_host.Pid, Host.SigCont);
        await _host.Until(() => _host.Living("a").Count > 0, "it runs again");
    }

    [Fact]
    public async Task Without_a_cgroup_a_whole_family_ends_before_its_exit_is_told()
    {
        var heard = Channel.CreateUnbounded<LoopEvent>();
        using var guard = GuardProcess.Start(GuardProcess.DefaultPath, heard.Writer);
        var folder = Directory.CreateDirectory(_host.Folder("a")).FullName;
        guard.Say(GuardLine.Lease(Lease.Granted(Now, TimeSpan.FromSeconds(60), TimeSpan.Zero)));
        guard.Say(GuardLine.Start(new GuardStart(1, folder, "-",
            [$"HOLDFAST_DIR={folder}", "PATH=/usr/bin:/bin"], ["sh", "-c", Stubborn]))!);
        await _host.Until(() => _host.Living("a").Count >= 3, "all three run");
        guard.Say(GuardLine.Stop(1, TimeSpan.Zero));
        GuardEvent? told = null;
        await _host.Until(() => heard.Reader.TryRead(out var next) && next is GuardSaid
            { Event: GuardEvent.Exited } said && (told = said.Event) is not null, "the exit is told");
        Assert.Equal(new GuardEvent.Exited(1, BySignal: true, Native.SigKill), told);
        Assert.Empty(_host.Living("a"));
    }

    [Fact]
    public async Task A_machine_that_was_paused_kills_its_old_components_within_a_second_of_going_on()
    {
        _server.Lease = 2;
        await Run(Desire.Shell("a", Sleeper), Desire.Shell("b", Stubborn));
        var before = _host.Living();
        int[] all = [_host.Pid, _host.GuardPid, .. before.Select(p => p.Pid)];
        Host.Signal(_host.Pid, Host.SigStop);
        Host.Signal(_host.GuardPid, Host.SigStop);
        foreach (var pid in all.Skip(2))
        {
            Native.Signal(pid, Host.SigStop); // One that a shell had started for a moment is gone by now.
        }

        var paused = Now;
        await _host.Until(() => Now - paused > TimeSpan.FromSeconds(3.5), "lease and grace pass");
        foreach (var pid in all.Reverse())
        {
            Native.Signal(pid, Host.SigCont);
        }

        await _host.Until(() => before.All(p => ProcTable.Read(p.Pid) is not { Lives: true } now
            || now.StartTime != p.StartTime), "the old ones are dead", 1);
        await _host.Until(() => _host.Living("a").Count > 0, "they run again");
    }

    /// <summary>
    /// A machine goes on, the writer first, its reaper last: what a writer of the past says as it ends is why it ended.
    /// </summary>
    [Fact]
    public async Task What_a_component_says_as_it_wakes_from_a_pause_is_in_its_log()
    {
        _server.Lease = 2;
        await Run(Desire.Shell("a", "trap 'echo last words; exit 3' CONT; while :; do sleep 0.05; done"));
        // A busy machine may miss its lease while this looks at it: then all begins anew, and is looked at again.
        (int Leader, int[] Others)? stopped = null;
        await _host.Until(() => (stopped = _host.Pause("a")) is not null, "all of it is paused");
        var (leader, rest) = stopped!.Value;
        var paused = Now;
        await _host.Until(() => Now - paused > TimeSpan.FromSeconds(3.5), "lease and grace pass");
        Host.Signal(leader, Host.SigCont);
        await _host.Until(() => ProcTable.Read(leader) is not { Lives: true }, "it has ended");
        Host.Signal(_host.Pid, Host.SigCont);
        var log = Path.Combine(_host.Folder("a"), "stdout.log");
        await _host.Until(() => File.Exists(log) && File.ReadAllText(log).Contains("last words"), "its last words are there");
        foreach (var pid in rest)
        {
            Native.Signal(pid, Host.SigCont);
        }
    }

    [Fact]
    public async Task Fifty_components_cost_the_guard_a_few_megabytes_at_most()
    {
        await Run([.. Enumerable.Range(0, 50).Select(i => Desire.Shell($"c{i}", Sleeper))]);
        var rss = File.ReadLines($"/proc/{_host.GuardPid}/status")
            .First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        TestContext.Current.SendDiagnosticMessage($"guard with 50 components: {rss}");
        Assert.True(int.Parse(rss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) < 4096, rss);
        Host.Signal(_host.GuardPid, Native.SigKill);
        await _host.Until(() => _host.Living().Count == 50 && _host.GuardPid > 0, "all fifty run again");
    }
}
