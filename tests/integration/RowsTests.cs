namespace Holdfast.Integration.Tests;

/// <summary>The tasks that a run shows move rows; drill and verify as a person types them.</summary>
[Trait("Category", "process")]
public sealed class RowsTests : IDisposable
{
    private const string AllIsThere = "rows lost 0, doubled 0, differing 0";

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private readonly TempDirectory _directory = new();

    private string Data => _directory.Location;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_host_is_lost_and_no_row_and_what_somebody_changes_at_a_sink_is_found()
    {
        await using var run = HoldfastProcess.Run(Data);
        using var api = await run.Ready();
        await FleetRun.Settled(api, Data, Slow);
        await Moves("orders", 20);
        var (exit, output) = await Command("drill", "h1", "--limit", "90");
        Assert.True(exit == 0, output);
        Assert.Equal(AllIsThere, Last(output));
        Assert.Contains("orders: transactions 1 to ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("archive", output, StringComparison.Ordinal);

        Tamper("stock", "INSERT INTO journal SELECT * FROM journal WHERE no = 5; DELETE FROM account WHERE id = 100;"
            + " INSERT INTO account VALUES(100, 'somebody else', 1)");
        Tamper("customers", "INSERT INTO transfer VALUES(-1, 1, 2, 3, 4)");
        (exit, output) = await Command("verify");
        Assert.True(exit == 3, output);
        Assert.Contains("stock main.journal no=5, what='transfer': doubled", output, StringComparison.Ordinal);
        Assert.Contains("customers main.transfer no=-1: only at the sink", output, StringComparison.Ordinal);
        Assert.Matches("^rows lost 0, doubled 1, differing [1-9]", Last(output));
        (exit, output) = await Command("verify", "orders", "archive");
        Assert.True(exit == 0, output);
        Assert.Equal(AllIsThere, Last(output));
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task The_workload_goes_on_after_its_process_and_the_run_were_killed()
    {
        await using (var first = HoldfastProcess.Run(Data))
        {
            using var api = await first.Ready();
            await Moves("stock", 5);
            Proc.Naming($"workload\0{Data}").Single().Send(Signal.Kill);
            await Moves("stock", Journal("stock") + 10);
            first.Mark.Send(Signal.Kill);
        }

        var there = Journal("orders");
        // A Store that is gone for good would keep the source's log for ever.
        var source = SampleTask.All.Single(t => t.Id == "orders").Source(Data);
        Tamper("orders", "INSERT INTO hf_reader SELECT 'gone', 0, 0", isSink: false);
        Assert.Contains("gone", SampleBank.Readers(source));
        await using var second = HoldfastProcess.Run(Data);
        using var again = await second.Ready();
        await Moves("orders", there + 10);
        Assert.DoesNotContain("gone", SampleBank.Readers(source));
        var (exit, output) = await Command("verify");
        Assert.True(exit == 0, output);
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Tasks_that_an_older_version_made_stay_as_they_are_and_nothing_is_compared_with_them()
    {
        await using (var old = HoldfastProcess.Run(Data, "--no-tasks"))
        {
            using var api = await old.Ready();
            await SampleFleet.CreateTasks(api, Data);
        }

        await using var run = HoldfastProcess.Run(Data);
        using var again = await run.Ready();
        Assert.Contains("orders, customers, stock, archive: made by an older version", run.Output, StringComparison.Ordinal);
        await FleetRun.Settled(again, Data, Slow);
        Assert.False(Directory.Exists(Path.Combine(Data, "samples")));
        var (exit, output) = await Command("verify");
        Assert.Equal(1, exit);
        Assert.Contains("No sample task is to run", output, StringComparison.Ordinal);
        var (refused, text) = await Command("verify", "nobody");
        Assert.Equal(1, refused);
        Assert.Contains("nobody is no sample task", text, StringComparison.Ordinal);
    }

    private static string Last(string output) => output.Trim().Split('\n')[^1].Trim();

    private async Task<(int Exit, string Output)> Command(params string[] arguments)
    {
        await using var process = HoldfastProcess.Start(Data, [.. arguments, "--data", Data], ownsData: false);
        return (await process.End(TimeSpan.FromMinutes(5)), process.Output);
    }

    /// <summary>Waits until the sink has this transaction.</summary>
    private Task<TimeSpan> Moves(string task, long no) => Eventually.Holds(
        () => Journal(task) is var reached && reached >= no ? null : $"{task} is at {reached}", Slow);

    private long Journal(string task)
    {
        using var connection = SampleBank.Open(SampleTask.All.Single(t => t.Id == task).Sink(Data));
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT ifnull(max(no), 0) FROM journal";
        return (long)command.ExecuteScalar()!;
    }

    private void Tamper(string task, string sql, bool isSink = true)
    {
        var sample = SampleTask.All.Single(t => t.Id == task);
        using var connection = SampleBank.Open(isSink ? sample.Sink(Data) : sample.Source(Data));
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
