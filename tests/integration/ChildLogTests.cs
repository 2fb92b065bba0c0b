namespace Holdfast.Integration.Tests;

/// <summary>
/// Logs of what <c>holdfast run</c> starts: services and supervisors. They were bounded only when one was started, and one that
/// complained in a loop filled the disk.
/// </summary>
[Trait("Category", "process")]
public sealed class ChildLogTests : IDisposable
{
    private const long LogBytesMax = 10 << 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly Children _children;

    public ChildLogTests() => _children = new Children(_directory.Location);

    private string Log => _directory.File("logs/child.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Its_log_stays_within_its_bound_however_much_it_prints_and_has_its_last_words()
    {
        using var child = Start("yes 'nothing works' | head -n 4000000; echo last words >&2");
        await Eventually.Holds(() => Task.FromResult(Bytes() > LogBytesMax
            ? throw new InvalidOperationException($"{Bytes()} bytes") : IsOver(child) ? null : "it still prints"), Soon);
        Assert.InRange(Bytes(), LogBytesMax / 4, LogBytesMax);
        Assert.Equal("last words", File.ReadLines(Log).Last());
        Assert.Contains(File.ReadLines(Log), l => l.Contains("HB-380", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_the_process_that_was_started_with_its_own_exit_code_and_without_a_child_that_it_did_not_start()
    {
        using var child = Start("echo $$; cat /proc/$$/task/$$/children; exit 7");
        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        Assert.Equal(7, child.ExitCode);
        await Eventually.Holds(() => IsOver(child) ? null : "its logger is still there", Soon);
        // The one child is cat.
        Assert.Equal($"{child.Id}", File.ReadLines(Log).First());
        Assert.Single(File.ReadLines(Log).Last().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>It would otherwise find nobody who reads what it prints, and a run would take the logger for a leftover.</summary>
    [Fact]
    public async Task Whoever_lives_on_after_it_is_still_read_and_the_logger_ends_with_the_last_one()
    {
        // Nothing opens a FIFO here: whoever opens one whose other side was killed before it came waits for ever.
        using var child = Start("(touch waits; until [ -e go ]; do sleep 0.1; done; echo farewell) & exec sleep 1000");
        var orphaned = ProcessMark.Of(child.Id)!;
        var logger = await Eventually.Found(() => Task.FromResult(Loggers() is [var one] ? one : null), Soon, "one logger");
        await Eventually.Holds(() => File.Exists(_directory.File("waits")) ? null : "nobody lives beside it yet", Soon);
        orphaned.Send(Signal.Kill);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        Assert.DoesNotContain(logger.Pid, Leftovers.Find(_directory.Location).Select(p => p.Pid));
        logger.Send(Signal.Term);
        await File.WriteAllTextAsync(_directory.File("go"), "", TestContext.Current.CancellationToken);
        await Eventually.Holds(() => Loggers().Count == 0 ? null : "its logger is still there", Soon);
        Assert.Equal("farewell", File.ReadLines(Log).Last());
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_in_the_log()
    {
        using var child = _children.Start(new ChildSpec("child", ["/nowhere/program"], Log));
        await Eventually.Holds(() => IsOver(child) ? null : "it is still there", Soon);
        Assert.Equal(127, child.ExitCode);
        Assert.Equal("/nowhere/program cannot be started: No such file or directory", File.ReadLines(Log).Last());
    }

    private Process Start(string script) =>
        _children.Start(new ChildSpec("child", ["sh", "-c", $"cd {_directory.Location}; {script}"], Log));

    private bool IsOver(Process child) => child.HasExited && Loggers().Count == 0;

    private IReadOnlyList<ProcessMark> Loggers() =>
        [.. Proc.Naming($"read-log\0{Path.GetDirectoryName(Log)}\0").Where(p => p.Runs())];

    private long Bytes() => Directory.Exists(Path.GetDirectoryName(Log))
        ? new DirectoryInfo(Path.GetDirectoryName(Log)!).EnumerateFiles().Sum(f => f.Length) : 0;
}
