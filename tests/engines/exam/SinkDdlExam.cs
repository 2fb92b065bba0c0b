using Holdfast.Engine.Statements;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every sink that takes statements: each is done once, and noted with the progress behind it.</summary>
public abstract class SinkDdlExam
{
    private const string Change = "ALTER TABLE main.t ADD COLUMN c INTEGER DEFAULT 5";

    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    /// <summary>A run that dies nowhere tells the steps; then one dies at each of them.</summary>
    [Fact]
    public async Task A_statement_is_done_once_whichever_step_is_the_writer_s_last()
    {
        var steps = new List<string>();
        await Dies(steps.Add, isAlive: true);
        Assert.Contains("commit", steps);
        for (var last = 0; last < steps.Count; last++)
        {
            var left = last;
            await Dies(_ =>
            {
                if (left-- == 0)
                {
                    throw new NotSupportedException();
                }
            }, isAlive: false);
        }
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_and_neither_it_nor_the_progress_is_there()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, c INTEGER)");
        await using var sink = await database.Sink();
        Assert.Null(await sink.Fence("task", 1, Rows.Cancel));
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Rows.Cancel);
        Assert.Equal("DP-423", Assert.IsType<Refused>(await lane.Apply(Group(sink, Change), Rows.Cancel)).Code);
        Assert.Null(await sink.Progress("task", Rows.Cancel));
        Assert.IsType<Applied>(await lane.Apply(Group(sink, null), Rows.Cancel));
        Assert.Equal(new Position(0, 7), (await sink.Progress("task", Rows.Cancel))!.Low);
        Assert.Null(await sink.Fence("task", 2, Rows.Cancel));
        Assert.IsType<Fenced>(await lane.Apply(Group(sink, "DROP TABLE main.t"), Rows.Cancel));
        Assert.Equal(2, (await database.Table("t")).Columns.Count);
    }

    private async Task Dies(Action<string> passing, bool isAlive)
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES(1)");
        await using (var first = await database.Sink(passing))
        {
            Assert.Null(await first.Fence("task", 1, Rows.Cancel));
            await using var lane = await first.Lane("task", 0, 1, "n/task", Rows.Cancel);
            try
            {
                Assert.IsType<Applied>(await lane.Apply(Group(first, Change), Rows.Cancel));
                Assert.True(isAlive);
            }
            catch (NotSupportedException) when (!isAlive)
            {
                // It has died there.
            }
        }

        await using var sink = await database.Sink();
        Assert.Null(await sink.Fence("task", 2, Rows.Cancel));
        if (await sink.Progress("task", Rows.Cancel) is null)
        {
            await using var lane = await sink.Lane("task", 0, 2, "n/task", Rows.Cancel);
            Assert.IsType<Applied>(await lane.Apply(Group(sink, Change), Rows.Cancel));
        }

        Assert.Equal(new Position(0, 7), (await sink.Progress("task", Rows.Cancel))!.Low);
        Assert.Equal(["id", "c"], (await database.Table("t")).Columns.Select(c => c.Name));
        // Five, as rows of the model have it.
        Assert.EndsWith("030A", Assert.Single(await database.Rows("t")), StringComparison.Ordinal);
    }

    private static SinkGroup Group(ISink sink, string? sql) => new([], [new Position(0, 7)], new Position(0, 7), 1)
    {
        Ddl = new SinkDdl("x", new Position(0, 7), sql ?? "", sql is null ? DdlOutcome.Skipped : DdlOutcome.Applied, sql is null ? []
            : [new DdlRun(sql, DdlReader.Read(sql, "main", Dialect.Of(sink.Capabilities.DdlEngine, 0)!))]),
    };
}
