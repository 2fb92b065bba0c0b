using System.Diagnostics;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>SQLite to SQLite, and processes that are killed while they apply.</summary>
public sealed class SqlitePairExam : PairExam
{
    private const int Kills = 15;

    protected override IExamined NewSource() => new ExaminedSqlite();

    protected override IExamined NewSink() => new ExaminedSqlite();

    [Fact]
    [Trait("Category", "process")]
    public async Task Appliers_that_are_killed_at_any_moment_lose_nothing_and_do_nothing_twice()
    {
        await using var from = new ExaminedSqlite();
        await using var to = new ExaminedSqlite();
        await Prepare(from, to);
        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var random = new Random(11);
        var written = 0;
        var writer = Task.Run(async () =>
        {
            var own = new Random(12);
            for (; !end.IsCancellationRequested; written++)
            {
                await Transfer(from, own, written, 1);
            }
        }, Cancel);
        var committed = Position.Zero;
        for (var epoch = 1; epoch <= Kills; epoch++)
        {
            using var applier = Start(from.Path, to.Path, epoch, start);
            // Killed a moment after it has begun to commit: somewhere within one of its transactions.
            await Further(to, committed, applier);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), TimeProvider.System, Cancel);
            applier.Kill();
            await applier.WaitForExitAsync(Cancel);
            committed = await Low(to);
            IsWhole(to);
        }

        await end.CancelAsync();
        await writer;
        Assert.True(committed > start);
        await Finish(from, to, start, Kills + 1);
        Assert.Equal(written, (await to.Rows("ledger")).Count);
    }

    [Fact]
    [Trait("Category", "process")]
    public async Task An_applier_of_an_older_epoch_ends_with_3()
    {
        await using var from = new ExaminedSqlite();
        await using var to = new ExaminedSqlite();
        await Prepare(from, to);
        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        using var old = Start(from.Path, to.Path, 1, start);
        await Transfer(from, new Random(1), 0, 1);
        await Further(to, Position.Zero, old);
        await using (var sink = await to.Sink())
        {
            Assert.Null(await sink.Fence("task", 2, Cancel));
        }

        await Transfer(from, new Random(1), 1, 1);
        await old.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(3, old.ExitCode);
        Assert.Single(await to.Rows("ledger"));
    }

    private static Process Start(string from, string to, int epoch, Position start) => Process.Start(new ProcessStartInfo(
        Path.Combine(AppContext.BaseDirectory, "Holdfast.Engines.Applier"),
        [from, to, epoch.ToString(CultureInfo.InvariantCulture), start.ToString()]))!;

    /// <summary>Waits until the sink is beyond a position.</summary>
    private static async Task Further(ExaminedSqlite to, Position than, Process applier)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await Low(to) <= than)
        {
            Assert.False(applier.HasExited, "the applier has ended by itself");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the applier commits nothing");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }
    }

    private static async Task<Position> Low(ExaminedSqlite to)
    {
        await using var sink = await to.Sink();
        return (await sink.Progress("task", Cancel))?.Low ?? Position.Zero;
    }

    /// <summary>The committed state of the sink is one that the source has had.</summary>
    private static void IsWhole(ExaminedSqlite to)
    {
        using var connection = to.Open();
        Assert.Equal(1000, connection.Number("SELECT sum(amount) FROM account"));
        Assert.Equal(0, connection.Number("SELECT count(*) - count(DISTINCT number) FROM ledger"));
    }
}
