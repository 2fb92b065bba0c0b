namespace Holdfast.Supervisor.Tests;

/// <summary>Real processes: life of a host besides its guard.</summary>
[Trait("Category", "process")]
public sealed class HostTests : HostScene
{
    private const string Sleeper = "exec sleep 1000";

    [Fact]
    public async Task A_restart_after_a_kill_ends_leftovers_and_says_whom_it_succeeds()
    {
        await Run(Desire.Shell("a", Sleeper));
        var first = _server.Reports[0].Report;
        // Somebody who escaped guard and supervisor, known by the environment only.
        var stray = new ProcessStartInfo("/usr/bin/setsid", ["sleep", "1000"]) { UseShellExecute = false };
        stray.Environment[ProcTable.DirectoryVariable] = _host.Folder("a");
        using var escaped = Process.Start(stray)!;
        Host.Signal(_host.Pid, Native.SigKill);
        await _host.Until(() => _host.Living().All(p => p.Pid == escaped.Id), "the guard's are dead", 2);
        var count = _server.Reports.Count;
        _host.Start();
        await _host.Until(() => _server.Reports.Count > count, "it reports again");
        Assert.True(escaped.HasExited || ProcTable.Read(escaped.Id) is not { Lives: true },
            "leftover lives at the first report");
        var second = _server.Reports[count].Report;
        Assert.True(second.Incarnation > first.Incarnation);
        Assert.Equal(first.Incarnation, second.Succeeds);
        Assert.Null(first.Succeeds);
        await _host.Until(() => _host.Living("a").Count == 1, "it runs again");
    }

    [Fact]
    public async Task A_server_that_is_gone_ends_components_at_the_lease_and_its_return_starts_them()
    {
        _server.Lease = 2;
        await Run(Desire.Shell("a", Sleeper));
        _server.Mute = true;
        var since = Now;
        await _host.Until(() => _host.Living().Count == 0, "fenced", 4);
        Assert.True(Now - since > TimeSpan.FromSeconds(0.4), "not before the lease is over");
        _server.Mute = false;
        await _host.Until(() => _host.Living("a").Count == 1, "it runs again");
        await _host.UntilReported("a", ComponentState.Running);
    }

    [Fact]
    public async Task A_refused_heartbeat_is_logged_with_the_servers_code_and_renews_nothing()
    {
        _server.Lease = 2;
        await Run(Desire.Shell("a", Sleeper));
        _server.RefuseWith = 409;
        await _host.Until(() => _host.Living().Count == 0, "fenced", 4);
        await _host.UntilSaid("HB-999");
        await _host.UntilSaid("HB-311");
        Assert.Single(_host.Log.Split('\n'), l => l.Contains("HB-311", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_epoch_starts_only_when_the_whole_old_family_is_gone()
    {
        var trace = Path.Combine(_host.Work, "trace");
        string Script(int epoch) =>
            $"trap '' TERM; setsid sh -c 'while :; do echo {epoch} $(date +%s%N) >> {trace}; sleep 0.02; done' & "
            + "while :; do sleep 0.1; done";
        await Run(Desire.Shell("a", Script(1)));
        _server.Want(Desire.Shell("a", Script(2), epoch: 2));
        await _host.UntilReported("a", ComponentState.Running, epoch: 2);
        await _host.Until(() => File.ReadAllLines(trace).Count(l => l.StartsWith('2')) > 5, "the new one writes");
        var epochs = File.ReadAllLines(trace).Select(l => l[0]).ToList();
        Assert.True(epochs.LastIndexOf('1') < epochs.IndexOf('2'), "the old epoch wrote after the new one");
    }

    /// <summary>Name and command are the same: nothing but the epoch says that it is to start anew.</summary>
    [Fact]
    public async Task A_restart_in_place_stops_the_old_epoch_first_and_is_reported_as_the_new_one()
    {
        var trace = Path.Combine(_host.Work, "trace");
        var script = $"trap '' TERM; setsid sh -c 'while :; do echo $HOLDFAST_EPOCH >> {trace}; sleep 0.02; done' & "
            + "while :; do sleep 0.1; done";
        await Run(Desire.Shell("a", script));
        var first = _server.Last("a")!.Pid;
        _server.Want(Desire.Shell("a", script, epoch: 2));
        await _host.UntilReported("a", ComponentState.Running, epoch: 2);
        await _host.Until(() => File.ReadAllLines(trace).Count(l => l == "2") > 5, "the new epoch writes");
        var written = File.ReadAllLines(trace);
        Assert.Equal(written.Order(), written);
        var told = _server.Reports.Select(r => r.Report.Components?.SingleOrDefault()).OfType<ComponentReport>().ToList();
        Assert.Equal(told.Select(c => c.Epoch).Order(), told.Select(c => c.Epoch));
        // While anything of the old epoch lives it is the old epoch that is told.
        Assert.All(told.Where(c => c.Epoch == 2), c => Assert.NotEqual(first, c.Pid));
        Assert.NotEqual(first, _server.Last("a")!.Pid);
    }

    [Theory]
    [InlineData("exit 4")]
    [InlineData("kill -9 $$")]
    public async Task An_Abnormal_component_starts_again_when_its_epoch_grows(string end)
    {
        var script = $"echo $HOLDFAST_EPOCH >> runs; [ $HOLDFAST_EPOCH = 1 ] && {end}; {Sleeper}";
        _server.Want(Desire.Shell("a", script));
        _host.Start();
        await _host.UntilReported("a", ComponentState.Abnormal);
        _server.Want(Desire.Shell("a", script, epoch: 2));
        await _host.UntilReported("a", ComponentState.Running, epoch: 2);
        Assert.Null(_server.Last("a")!.Error);
        Assert.Equal(["1", "2"], File.ReadAllLines(Path.Combine(_host.Folder("a"), "runs")));
    }

    [Fact]
    public async Task A_status_file_that_stays_the_same_makes_a_living_component_Abnormal()
    {
        await Run(Desire.Shell(
            "a", "echo '{\"state\":\"Running\",\"checkpoint\":7}' > s; mv s status.json; " + Sleeper));
        Assert.Equal(7, _server.Last("a")!.Checkpoint);
        await _host.UntilReported("a", ComponentState.Abnormal);
        Assert.Contains("has not changed", _server.Last("a")!.Error, StringComparison.Ordinal);
        Assert.NotEmpty(_host.Living("a"));
    }

    [Fact]
    public async Task Ends_are_told_as_what_they_are_and_nobody_is_restarted_without_being_asked()
    {
        _server.Want(
            Desire.Shell("done", "echo '{\"state\":\"Completed\"}' > s; mv s status.json"),
            Desire.Shell("left", "exit 0"),
            Desire.Shell("failed", "echo x >> runs; exit 4"),
            Desire.Shell("shot", "kill -9 $$"),
            Desire.Shell("absent", "") with { Command = ["/no/such/program"] },
            Desire.Shell("odd", "echo '{\"state\":' > status.json; " + Sleeper));
        _host.Start();
        await _host.UntilReported("done", ComponentState.Completed);
        await _host.UntilReported("left", ComponentState.Stopped);
        await _host.UntilReported("failed", ComponentState.Abnormal);
        await _host.UntilReported("shot", ComponentState.Abnormal);
        await _host.UntilReported("absent", ComponentState.Abnormal);
        await _host.UntilReported("odd", ComponentState.Abnormal);
        Assert.Equal("It exited with code 4.", _server.Last("failed")!.Error);
        Assert.Single(File.ReadAllLines(Path.Combine(_host.Folder("failed"), "runs")));
        _server.Want(Desire.Shell("failed", "echo x >> runs; exit 4", epoch: 2));
        await _host.UntilReported("failed", ComponentState.Abnormal, epoch: 2);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(_host.Folder("failed"), "runs")).Length);
        await _host.Until(() => _server.Last("odd") is null && _host.Living("odd").Count == 0,
            "the unwanted are forgotten");
    }

    [Fact]
    public async Task The_token_reaches_the_server_and_no_component()
    {
        var odd = Desire.Shell("a:b c", "env > seen; " + Sleeper);
        await Run(odd with { Kind = ComponentKind.Store, StartTimestamp = 12, StartPosition = "1/2A@6f1c0a" });
        var seen = File.ReadAllText(Path.Combine(_host.Folder("a:b c"), "seen"));
        Assert.Equal("Bearer secret", _server.LastToken);
        Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
        foreach (var line in new[] { "HOLDFAST_COMPONENT=a:b c", "HOLDFAST_KIND=Store", "HOLDFAST_TASK=t1",
            "HOLDFAST_EPOCH=1", "HOLDFAST_START_TIMESTAMP=12", "HOLDFAST_START_POSITION=1/2A@6f1c0a",
            "HOLDFAST_DIR=" + _host.Folder("a:b c") })
        {
            Assert.Contains(line, seen.Split('\n'));
        }
    }

    [Fact]
    public async Task A_terminated_supervisor_stops_its_components_and_leaves_with_zero()
    {
        await Run(Desire.Shell("a", "trap 'echo bye > left; exit 0' TERM; while :; do sleep 0.05; done"));
        Host.Signal(_host.Pid, Native.SigTerm);
        await _host.Until(() => _host.Supervisor.HasExited, "it exits", 5);
        Assert.Equal(0, _host.Supervisor.ExitCode);
        Assert.Empty(_host.Living());
        Assert.True(File.Exists(Path.Combine(_host.Folder("a"), "left")), "it was not asked to end");
    }

    [Fact]
    public async Task Signals_of_habit_end_neither_supervisor_nor_guard_nor_components_and_are_said()
    {
        await Run(Desire.Shell("a", Sleeper));
        var component = _host.Living("a").Single().Pid;
        int[] unheard = [1, 3, 10, 12, 13, 14, 15, 30]; // by guard and reaper
        foreach (var pid in _host.Reapers.Append(_host.GuardPid))
        {
            foreach (var signal in unheard)
            {
                Host.Signal(pid, signal);
            }
        }

        foreach (var (signal, name) in new[] { (1, "SIGHUP"), (10, "SIGUSR1"), (12, "SIGUSR2"), (13, ""), (14, "SIGALRM"), (30, "SIGPWR") })
        {
            Host.Signal(_host.Pid, signal);
            await _host.UntilSaid(name);
        }

        var count = _server.Reports.Count;
        await _host.Until(() => _server.Reports.Count > count + 1, "it reports on");
        Assert.Equal(component, _host.Living("a").Single().Pid);
        Host.Signal(_host.Pid, 3);
        await _host.Until(() => _host.Supervisor.HasExited, "SIGQUIT ends it in order", 10);
        Assert.Equal(0, _host.Supervisor.ExitCode);
    }

    [Fact]
    public async Task A_second_supervisor_on_the_same_work_directory_is_refused()
    {
        await Run(Desire.Shell("a", Sleeper));
        var first = _host.Supervisor;
        _host.Start();
        var second = _host.Supervisor;
        await _host.Until(() => second.HasExited, "the second leaves", 5);
        Assert.Equal(2, second.ExitCode);
        await _host.UntilSaid("HB-302");
        Assert.False(first.HasExited);
        Host.Signal(first.Id, Native.SigKill);
    }

    [Fact]
    public async Task The_list_is_sent_only_when_it_changed_and_at_most_once_per_interval_when_nothing_happens()
    {
        await Run(Desire.Shell("a", Sleeper));
        var count = _server.Reports.Count;
        await _host.Until(() => _server.Reports.Count > count + 4, "some quiet heartbeats");
        var quiet = _server.Reports.Skip(count + 1).Take(3).ToList();
        Assert.All(quiet, r => Assert.Null(r.Report.Components));
        Assert.True(quiet[2].At - quiet[0].At > TimeSpan.FromSeconds(0.8), "faster than the interval");
        Assert.Equal(quiet[0].Report.Sequence + 2, quiet[2].Report.Sequence);
    }

    [Fact]
    public async Task A_log_that_a_reply_asks_for_is_sent_at_once_and_once_while_components_live_on()
    {
        _server.Interval = 2;
        await Run(Desire.Shell("a", "echo out; echo err >&2; " + Sleeper));
        await _host.Until(() => File.Exists(Path.Combine(_host.Folder("a"), "stderr.log")), "it has printed");
        Assert.Contains(_server.Reports, r => r.Report is { ServesLogs: true, Components: not null });
        var asked = Now;
        _server.Ask(new LogWanted { Id = "l1", Component = "a", Lines = 5 }, new LogWanted { Id = "l2", Lines = 5 },
            new LogWanted { Id = "l3", Component = "../../etc/passwd", Lines = 5 });
        IReadOnlyList<LogTail> Tails() => [.. _server.Reports.SelectMany(r => r.Report.Logs ?? [])];
        await _host.Until(() => Tails().Count == 3, "all three are answered", 5);
        Assert.True(Now - asked < TimeSpan.FromSeconds(1.9), "sooner than the next heartbeat is due");
        var count = _server.Reports.Count;
        await _host.Until(() => _server.Reports.Count > count + 1, "it goes on");
        var tails = Tails().ToDictionary(t => t.Id);
        Assert.Equal(3, tails.Count);
        Assert.Equal(["stdout.log out", "stderr.log err"], tails["l1"].Outputs.Select(o => $"{o.Name} {o.Lines.Single()}"));
        Assert.Contains(Assert.Single(tails["l2"].Outputs).Lines, l => l.Contains("Heartbeats are answered", StringComparison.Ordinal));
        Assert.Equal((0, null), (tails["l3"].Outputs.Count, tails["l3"].Error));
        Assert.Single(_host.Living("a"));
    }
}
