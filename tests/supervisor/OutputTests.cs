using Holdfast.Supervisor.Logs;

namespace Holdfast.Supervisor.Tests;

/// <summary>Real processes: what a component prints, however much and whatever becomes of its log files.</summary>
[Trait("Category", "process")]
public sealed class OutputTests : HostScene
{
    /// <summary>As documented, of one output: the current file and two older ones.</summary>
    private const long LogBytesMax = 10 << 20;

    private string Log(string name = ComponentFolder.Stdout) => Path.Combine(_host.Folder("a"), name);

    private static string Text(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static string All(string log) => Text(log + ".2") + Text(log + ".1") + Text(log);

    private long Bytes() => Directory.GetFiles(_host.Folder("a"), "*.log*").Sum(file => new FileInfo(file).Length);

    private void Start(string script)
    {
        _server.Want(Desire.Shell("a", script));
        _host.Start();
    }

    private Task Ended() => _host.Until(() => _server.Last("a") is { State: ComponentState.Abnormal, Pid: null }, "it has ended", 40);

    /// <summary>1.9 GB in 30 s stood in a log of at most 10 MiB, which was looked at once a second.</summary>
    [Theory]
    [InlineData("yes", ComponentFolder.Stdout)]
    [InlineData("yes >&2", ComponentFolder.Stderr)]
    [InlineData("yes & yes & wait", ComponentFolder.Stdout)]
    [InlineData("cat /dev/urandom", ComponentFolder.Stdout)]
    [InlineData("tr '\\0' x < /dev/zero", ComponentFolder.Stdout)]
    public async Task However_fast_it_writes_the_bound_holds_the_gaps_are_noted_and_the_last_words_are_kept(string flood, string log)
    {
        var redirect = log == ComponentFolder.Stderr ? ">&2" : "";
        // cat ends once nobody floods any more: who is asked to end may still be in the middle of a write.
        var quoted = flood.Replace("\"", "\\\"", StringComparison.Ordinal);
        Start($"echo first words {redirect}; timeout 2 sh -c \"{quoted}\" 2>&1 | cat {redirect}; echo; "
            + $"echo last words {redirect}; kill -9 $$");
        await Ended();
        // The reaper writes on what stands in the pipe when the component has ended.
        await _host.Until(() => All(Log(log)).EndsWith("last words\n", StringComparison.Ordinal), "its last words are in its log", 40);
        var text = All(Log(log));
        Assert.StartsWith("first words\n", text, StringComparison.Ordinal);
        Assert.EndsWith("last words\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\n\[holdfast \d{4}-\S+Z\] HB-380 \d+ bytes are left out here: more than 256 KiB", text);
        Assert.InRange(Bytes(), 1 << 20, LogBytesMax);
    }

    [Fact]
    public async Task Old_files_give_way_to_new_ones_and_all_together_stay_within_the_bound()
    {
        Directory.CreateDirectory(_host.Folder("a"));
        foreach (var (old, letter) in new[] { ("stdout.log", '0'), ("stdout.log.1", '1'), ("stdout.log.2", '2') })
        {
            await File.WriteAllTextAsync(Path.Combine(_host.Folder("a"), old), new string(letter, 3_490_000));
        }

        Start("head -c 1000000 /dev/zero | tr '\\0' 9; exit 4");
        await Ended();
        Assert.Equal(("9", "0", "1"), (Letters(""), Letters(".1"), Letters(".2")));
        Assert.False(File.Exists(Log() + ".3"));
        Assert.InRange(Bytes(), 7_000_000, LogBytesMax);

        string Letters(string older) => string.Concat(Text(Log() + older).Distinct());
    }

    /// <summary>As many lines as a component may write in a moment of trouble: a stack trace, a report.</summary>
    [Fact]
    public async Task A_burst_of_two_MiB_is_kept_whole_and_in_order()
    {
        Start("seq 1 300000; exit 4");
        await Ended();
        Assert.Equal(string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i}\n")), All(Log()));
    }

    [Fact]
    public async Task A_log_that_is_deleted_cut_or_replaced_goes_on_under_its_name_and_nothing_behind_a_link_is_touched()
    {
        var victim = Path.Combine(_host.Work, "victim");
        Start("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done");
        await Says();
        File.Delete(Log());
        await Says();
        File.WriteAllText(Log(), "");
        await Says();
        await File.WriteAllTextAsync(victim, "mine");
        File.Delete(Log());
        File.CreateSymbolicLink(Log(), victim);
        await Says();
        File.Delete(Log());
        Process.Start("mkfifo", [Log()]).WaitForExit();
        await Says();
        File.Delete(Log());
        Directory.CreateDirectory(Log());
        await Task.Delay(TimeSpan.FromSeconds(0.3), TimeProvider.System);
        Assert.Single(_host.Living("a"), p => p.Pid == _server.Last("a")!.Pid);
        Directory.Delete(Log());
        await Says();
        Assert.Equal("mine", await File.ReadAllTextAsync(victim));
        Assert.Matches("HB-381 \\d+ bytes|line \\d+\n", Text(Log()));

        Task Says()
        {
            var known = Newest();
            return _host.Until(() => File.Exists(Log()) && new FileInfo(Log()).LinkTarget is null && Newest() > known, "it goes on");
        }

        int Newest() => !File.Exists(Log()) || !IsRegular() ? 0 : Text(Log()).Split('\n')
            .Where(l => l.StartsWith("line ", StringComparison.Ordinal)).Select(l => int.Parse(l[5..], null)).DefaultIfEmpty().Max();

        bool IsRegular() => LogTails.Of(_host.Folder("a"), 1).Any(o => o.Name == ComponentFolder.Stdout);
    }

    [Fact]
    public async Task What_stands_where_older_logs_go_lifts_no_bound()
    {
        Directory.CreateDirectory(Path.Combine(_host.Folder("a"), "stdout.log.1", "full"));
        Directory.CreateDirectory(Path.Combine(_host.Folder("a"), "stdout.log.2", "full"));
        Start("timeout 3 yes; echo last words; exit 4");
        await Ended();
        Assert.EndsWith("last words\n", Text(Log()), StringComparison.Ordinal);
        Assert.InRange(Bytes(), 1, LogBytesMax / 3);
    }

    /// <summary>Nobody who is stopped, hung or gone holds up a component that prints: its reaper reads, and lives as long as it.</summary>
    [Fact]
    public async Task A_component_goes_on_printing_while_its_supervisor_and_its_guard_are_stopped()
    {
        _server.Lease = 60;
        Start($"while [ ! -e {_host.Work}/go ]; do sleep 0.05; done; head -c 8000000 /dev/zero; touch {_host.Work}/went; exec sleep 1000");
        await _host.UntilReported("a", ComponentState.Running);
        Host.Signal(_host.GuardPid, Host.SigStop);
        Host.Signal(_host.Pid, Host.SigStop);
        await File.WriteAllTextAsync(Path.Combine(_host.Work, "go"), "");
        var went = Path.Combine(_host.Work, "went");
        await _host.Until(() => File.Exists(went), "eight MB are printed", 10);
        Host.Signal(_host.Pid, Host.SigCont);
    }

    /// <summary>A full disk is seen by who looks into the log later, and by nobody else.</summary>
    [Fact]
    public async Task A_full_disk_holds_up_no_component_and_the_log_says_what_it_lacks()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a small disk");
        _server.Want(Desire.Shell("a", $"while [ ! -e {_host.Work}/go ]; do sleep 0.05; done; seq 1 200000; touch {_host.Work}/went; "
            + $"while [ ! -e {_host.Work}/freed ]; do sleep 0.05; done; echo; echo after; exec sleep 1000"));
        _host.StartOnDisk("512k");
        await _host.UntilReported("a", ComponentState.Running);
        await File.WriteAllTextAsync(Path.Combine(_host.Work, "go"), "");
        await _host.Until(() => File.Exists(Path.Combine(_host.Work, "went")), "all is printed");
        await _host.UntilReported("a", ComponentState.Running);
        var log = $"/proc/{_host.Pid}/root{Log()}";
        // The log itself fills it, which somebody cuts.
        await _host.Until(() => File.ReadAllText(log).Contains("\n50000\n", StringComparison.Ordinal), "the disk is full");
        await File.WriteAllTextAsync(log, "");
        await File.WriteAllTextAsync(Path.Combine(_host.Work, "freed"), "");
        await _host.Until(() => File.ReadAllText(log).EndsWith("after\n", StringComparison.Ordinal), "it is written again");
        Assert.Matches(@"HB-381 \d+ bytes are left out here: the disk did not take them: No space left on device", File.ReadAllText(log));
    }

    [Fact]
    public async Task Fifty_reapers_with_their_logs_take_little_memory()
    {
        _server.Want([.. Enumerable.Range(0, 50).Select(i => Desire.Shell($"c{i}", "while :; do date; date >&2; sleep 0.2; done"))]);
        _host.Start();
        await _host.Until(() => _host.Reapers.Count == 50 && _server.Last("c49")?.State == ComponentState.Running, "fifty run", 40);
        Assert.InRange(_host.Reapers.Sum(Own), 1, 50 * 256);

        static long Own(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
            .Where(l => l.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null));
    }
}
