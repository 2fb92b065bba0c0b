namespace Holdfast.DataPlane.Tests;

/// <summary>The comparison of a source with its sink, as a process beside those that move the rows.</summary>
[Trait("Category", "process")]
public sealed class VerifyTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Rows_that_are_on_their_way_are_no_differences()
    {
        await using var scene = new BankScene();
        await scene.Start();
        var writing = Write(scene, from: 1, count: 1500);
        await Eventually.Holds(() => scene.Sink.State().Journal > 100 ? null : "a hundred transfers", Slow);
        var (exit, report, error) = await scene.Verify();
        Assert.False(writing.IsCompleted, "it was to be compared while rows are written");
        Assert.True(exit == 0, $"{report} {error}");
        Assert.Superset(new HashSet<string> { "main.account", "main.journal", "main.ledger" },
            report["tables"]!.AsArray().Select(t => (string)t!["table"]!).ToHashSet());
        Assert.True(report["tables"]!.AsArray().Sum(t => (long)t!["rows"]!) >= 50 + 2 * 100, $"{report}");
        Assert.True((long)report["counter"]!["last"]! >= 100);
        await writing;
    }

    [Fact]
    public async Task Each_kind_of_difference_is_told_by_table_and_key_while_rows_are_written()
    {
        await using var scene = new BankScene();
        await scene.Start();
        await Write(scene, from: 1, count: 100);
        await scene.Converged(Slow);
        scene.Sink.Tamper("""
            UPDATE ledger SET amount = amount + 1 WHERE no = 50;
            DELETE FROM ledger WHERE no = 51;
            INSERT INTO journal SELECT * FROM journal WHERE no = 52;
            INSERT INTO account VALUES(999, 'nobody', 0);
            """);
        var writing = Write(scene, from: 101, count: 99);
        var (exit, report, error) = await scene.Verify();
        Assert.True(exit == 3, $"{report} {error}");
        Assert.Equal(
            [
                "main.account id=999 only at the sink", "main.journal no=52, what='transfer' doubled", "main.ledger no=50 differing",
                "main.ledger no=51 lost",
            ],
            report["findings"]!.AsArray().Select(f => $"{f!["table"]} {f["key"]} {f["what"]}").Order(StringComparer.Ordinal));
        Assert.Equal("(0, 0, 1) (0, 1, 0) (1, 0, 1)", string.Join(' ', report["tables"]!.AsArray()
            .Where(t => t!["table"]!.ToString() is "main.account" or "main.journal" or "main.ledger")
            .Select(t => ((long)t!["lost"]!, (long)t["doubled"]!, (long)t["differing"]!).ToString())));
        Assert.Equal(1, (long)report["counter"]!["doubled"]!);
        Assert.Equal([52], report["counter"]!["examples"]!.AsArray().Select(e => (long)e!));
        await writing;
    }

    [Fact]
    public async Task A_sink_that_is_behind_makes_rows_uncertain_and_never_lost()
    {
        await using var scene = new BankScene();
        await scene.Start();
        await Write(scene, from: 1, count: 20);
        await scene.Converged(Slow);
        await scene.Sync.Kill();
        await Write(scene, from: 21, count: 20);
        var (exit, report, _) = await scene.Verify(limitSeconds: 1);
        Assert.Equal(3, exit);
        Assert.All(report["tables"]!.AsArray(), t => Assert.Equal(0, (long)t!["lost"]! + (long)t["doubled"]! + (long)t["differing"]!));
        Assert.True(report["tables"]!.AsArray().Sum(t => (long)t!["open"]!) >= 40, $"{report}");
        Assert.Contains("the sink has applied up to", (string)report["waits"]!, StringComparison.Ordinal);
        scene.StartSync();
        await scene.Converged(Slow);
        Assert.Equal(0, (await scene.Verify()).Exit);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_a_difference_and_a_file_that_is_not_there_is_an_error()
    {
        await using var scene = new BankScene();
        await scene.Start();
        scene.Sink.Tamper("DROP TABLE ledger");
        var (exit, report, _) = await scene.Verify(limitSeconds: 5);
        Assert.Equal(3, exit);
        var ledger = report["tables"]!.AsArray().Single(t => (string)t!["table"]! == "main.ledger")!;
        Assert.StartsWith("DP-401 main.ledger", (string)ledger["fault"]!, StringComparison.Ordinal);
        var (missing, nothing, error) = await scene.Verify(sink: "nowhere.db");
        Assert.Equal((1, 0), (missing, nothing.Count));
        Assert.Contains("nowhere.db", error, StringComparison.Ordinal);
    }

    private static Task Write(BankScene scene, int from, int count) => Task.Run(async () =>
    {
        var random = new Random(from);
        using var connection = scene.Source.Open();
        for (var number = from; number < from + count; number++)
        {
            Bank.Transfer(connection, random, number);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }, Cancel);
}
