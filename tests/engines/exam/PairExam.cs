using Holdfast.Engines.Applier;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every pair of a source and a sink: what was done at the one is at the other, once.</summary>
public abstract class PairExam
{
    private const string Accounts = "CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)";
    private const string Ledger = "CREATE TABLE ledger(number INTEGER, who VARCHAR(20))";

    /// <summary>An empty database that is read.</summary>
    protected abstract IExamined NewSource();

    /// <summary>An empty database that is written to.</summary>
    protected abstract IExamined NewSink();

    [Fact]
    public async Task Everything_arrives_once_however_often_the_copy_is_broken_off()
    {
        await using var from = NewSource();
        await using var to = NewSink();
        await Prepare(from, to);
        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        var random = new Random(5);
        for (var epoch = 1; epoch <= 12; epoch++)
        {
            await Transfer(from, random, (epoch - 1) * 10, 10);
            var breakAt = random.Next(12);
            var step = random.Next(5) switch { 0 => "begin", 1 => "marked", 2 => "written", 3 => "commit", _ => "committed" };
            await using var sink = await to.Sink(passing =>
            {
                if (passing == step && breakAt-- == 0)
                {
                    throw new InvalidOperationException("broken off");
                }
            });
            await using var source = from.Source("copier");
            await using var tables = to.Catalog();
            var target = (await from.Source("x").Range(Cancel)).Newest;
            try
            {
                Assert.Null(await new Copier(source, sink, tables, "task").Run(start, target, epoch, Cancel));
            }
            catch (InvalidOperationException)
            {
                // As a process that dies there.
            }
        }

        await Finish(from, to, start, 99);
        Assert.Equal(120, (await to.Rows("ledger")).Count);
    }

    [Fact]
    public async Task Unique_values_that_change_their_row_arrive()
    {
        await using var from = NewSource();
        await using var to = NewSink();
        const string Table = "CREATE TABLE t(id INTEGER PRIMARY KEY, u INTEGER)";
        foreach (var each in new[] { from, to })
        {
            await each.Run(Table, "CREATE UNIQUE INDEX t_u ON t(u)", "INSERT INTO t VALUES(1, 1)", "INSERT INTO t VALUES(2, 2)",
                "CREATE TABLE s(id INTEGER PRIMARY KEY, u INTEGER NOT NULL)", "CREATE UNIQUE INDEX s_u ON s(u)",
                "INSERT INTO s VALUES(1, 1)", "INSERT INTO s VALUES(2, 2)", "INSERT INTO s VALUES(3, 3)");
        }

        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        await from.Run("BEGIN", "UPDATE t SET u = NULL WHERE id = 1", "UPDATE t SET u = 1 WHERE id = 2", "UPDATE t SET u = 2 WHERE id = 1",
            "COMMIT");
        await from.Run("BEGIN", "DELETE FROM t WHERE id = 1", "UPDATE t SET id = 1 WHERE id = 2", "INSERT INTO t VALUES(2, 9)", "COMMIT");
        // Two change places, and three in a circle, by way of a value that nobody has.
        await from.Run("BEGIN", "UPDATE s SET u = 0 WHERE id = 1", "UPDATE s SET u = 1 WHERE id = 2", "UPDATE s SET u = 2 WHERE id = 1",
            "COMMIT");
        await from.Run("BEGIN", "UPDATE s SET u = 0 WHERE id = 1", "UPDATE s SET u = 2 WHERE id = 3", "UPDATE s SET u = 3 WHERE id = 2",
            "UPDATE s SET u = 1 WHERE id = 1", "COMMIT");
        await Finish(from, to, start, 1, "t", "s");
    }

    /// <summary>Two tables, equal on both sides.</summary>
    private protected static async Task Prepare(IExamined from, IExamined to)
    {
        string[] fill = [.. Enumerable.Range(0, 10).Select(i => $"INSERT INTO account VALUES({i}, 100)")];
        await from.Run([Accounts, Ledger, .. fill]);
        await to.Run([Accounts, Ledger, .. fill]);
    }

    /// <summary>Moves money, and writes each transaction's number once into a table that would hold it twice.</summary>
    private protected static async Task Transfer(IExamined from, Random random, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var (a, b, sum) = (random.Next(10), random.Next(10), random.Next(50));
            await from.Run("BEGIN", $"UPDATE account SET amount = amount - {sum} WHERE id = {a}",
                $"UPDATE account SET amount = amount + {sum} WHERE id = {b}", $"INSERT INTO ledger VALUES({i}, 'app')",
                random.Next(8) == 0 ? "ROLLBACK" : "COMMIT", $"INSERT INTO ledger SELECT {i}, 'late' WHERE NOT EXISTS"
                + $"(SELECT 1 FROM ledger WHERE number = {i})");
        }
    }

    /// <summary>Copies what is left, then compares.</summary>
    private protected static async Task Finish(IExamined from, IExamined to, Position start, long epoch, params string[] names)
    {
        await using var sink = await to.Sink();
        await using var source = from.Source("copier");
        await using var tables = to.Catalog();
        var target = (await from.Source("x").Range(Cancel)).Newest;
        Assert.Null(await new Copier(source, sink, tables, "task").Run(start, target, epoch, Cancel));
        foreach (var name in names.Length > 0 ? names : ["account", "ledger"])
        {
            Assert.Equal(await from.Rows(name), await to.Rows(name));
        }
    }
}
