using Holdfast.Engine.Sqlite.Db;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>Each row that comes, changes or goes is logged, by whatever statement, and whatever the writer's pragmas are.</summary>
[Trait("Category", "slow")]
public sealed class SqliteCaptureTests
{
    private static readonly string[] Tables =
    [
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c TEXT)",
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b UNIQUE, c TEXT COLLATE NOCASE UNIQUE)",
        "CREATE TABLE t(a, b, c TEXT)",
        "CREATE TABLE t(a, b UNIQUE, c TEXT, UNIQUE(a, c))",
        "CREATE TABLE t(a, b, c TEXT COLLATE NOCASE, PRIMARY KEY(c, a)) WITHOUT ROWID",
        "CREATE TABLE t(a INT PRIMARY KEY, b UNIQUE, c TEXT) WITHOUT ROWID",
        "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b, c TEXT)",
        "CREATE TABLE t(a, b, c TEXT, d AS (b * 2) UNIQUE, e AS (c || 'x') STORED)",
        "CREATE TABLE t(a, b, c TEXT); CREATE UNIQUE INDEX p ON t(a) WHERE b > 2; CREATE UNIQUE INDEX q ON t(b COLLATE NOCASE DESC, c)",
        "CREATE TABLE t(a, b, c TEXT); CREATE UNIQUE INDEX e ON t(lower(c), a + 1 DESC) WHERE c <> ')''(';"
            + " CREATE UNIQUE INDEX [f)] ON t(b)",
        "CREATE TABLE t(rowid, a, b, c TEXT UNIQUE, oid)",
        "CREATE TABLE t(rid, tbl, a, b UNIQUE, c TEXT, v0, v1)",
        "CREATE TABLE \"t\"(a INTEGER PRIMARY KEY, b INTEGER UNIQUE, c TEXT UNIQUE) STRICT",
    ];

    public static TheoryData<int> AllTables => [.. Enumerable.Range(0, Tables.Length)];

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    public async Task What_REPLACE_displaces_is_deleted_first(string recursive)
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(a INTEGER PRIMARY KEY, b UNIQUE, c UNIQUE)",
            "INSERT INTO t VALUES(1, 1, 1), (2, 2, 2), (3, 3, 3)");
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        var pragma = $"PRAGMA recursive_triggers = {recursive}";
        await database.Run(pragma, "INSERT OR REPLACE INTO t VALUES(1, 2, 9)");
        Assert.Equal(["Delete t 1,1,1", "Delete t 2,2,2", "Insert t 1,2,9"], Sorted(await stream.Changes()));
        await database.Run(pragma, "UPDATE OR REPLACE t SET c = 9 WHERE a = 3");
        Assert.Equal(["Delete t 1,2,9", "Update t 3,3,3 -> 3,3,9"], await stream.Changes());
        await database.Run(pragma, "INSERT INTO t VALUES(3, 4, 4) ON CONFLICT(a) DO UPDATE SET b = excluded.b");
        Assert.Equal(["Update t 3,3,9 -> 3,4,9"], await stream.Changes());
        await database.Run(pragma, "INSERT OR IGNORE INTO t VALUES(3, 5, 5)", "INSERT INTO t VALUES(3, 5, 5) ON CONFLICT DO NOTHING",
            "REPLACE INTO t VALUES(4, 4, 9)");
        Assert.Equal(["Delete t 3,4,9", "Insert t 4,4,9"], await stream.Changes());
        await database.Run(pragma, "UPDATE OR REPLACE t SET a = 7, b = 7");
        Assert.Equal(["Update t 4,4,9 -> 7,7,9"], await stream.Changes());

        static string[] Sorted(string[] changes) => [.. changes.Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(AllTables))]
    public async Task Whatever_is_written_the_log_makes_the_same_table(int table)
    {
        await using var database = new ExaminedSqlite();
        await database.Run(Tables[table].Split("; "));
        await database.Run("CREATE TABLE side(n)");
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        var replica = new Replica();
        var random = new Random(table + 1);
        using var writer = database.Open();
        for (var round = 0; round < 40; round++)
        {
            writer.Run($"PRAGMA recursive_triggers = {(random.Next(2) == 0 ? "ON" : "OFF")}");
            if (round == 20)
            {
                // Made before ours are made again, as an application would after the capture was installed.
                writer.Run("CREATE TRIGGER other AFTER INSERT ON t WHEN NEW.a > 5 BEGIN"
                    + " UPDATE OR REPLACE t SET b = NEW.b + 1 WHERE a = NEW.a; DELETE FROM t WHERE a = NEW.a - 1; END");
                await replica.Follow(stream, (await database.Source("x").Range(Cancel)).Newest);
                await Examined(database);
            }

            writer.Run("BEGIN");
            for (var i = random.Next(6); i >= 0; i--)
            {
                Try(writer, Statement(random));
            }

            if (writer.InTransaction)
            {
                writer.Run(random.Next(8) == 0 ? "ROLLBACK" : "COMMIT");
            }

            if (random.Next(3) == 0 || round is 20 or 39)
            {
                await replica.Follow(stream, (await database.Source("x").Range(Cancel)).Newest);
                Assert.Equal(await database.Rows("t"), replica.Rows("t"));
            }
        }

        Assert.NotEmpty(replica.Rows("t"));
    }

    [Fact]
    public async Task Values_of_all_types_are_logged_as_they_are()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v, r REAL, x TEXT, n NUMERIC)");
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        string[] values =
        [
            "1", "-9223372036854775808", "9223372036854775807", "0.1", "-0.0", "9e999", "-9e999", "5e-324", "NULL", "''", "'1'",
            "'a' || char(0) || 'b'",
            "CAST(x'FF0031' AS TEXT)", "CAST(x'C3' AS TEXT)", "x''", "x'00FF'", "zeroblob(3)", "'𝄞'", "1e15", "12345678901234567890",
        ];
        await database.Run([.. values.Select((v, i) => $"INSERT INTO t VALUES({i}, {v}, {v}, {v}, {v})")]);
        await database.Run("UPDATE t SET x = v");
        var replica = new Replica();
        await replica.Follow(stream, (await database.Source("x").Range(Cancel)).Newest);
        Assert.Equal(await database.Rows("t"), replica.Rows("t"));
        Assert.Contains(replica.Rows("t"), r => r.Contains("Unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cascades_and_writers_that_attach_the_file_are_logged()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE p(id INTEGER PRIMARY KEY)",
            "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL)");
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        using var other = Database.Open(database.Path + "-other", TimeSpan.FromSeconds(20), create: true);
        other.Execute("ATTACH ?1 AS elsewhere", database.Path);
        other.Run("PRAGMA foreign_keys = ON");
        other.Run("INSERT INTO elsewhere.p VALUES(1), (2)");
        Assert.Equal(["Insert p 1", "Insert p 2"], await stream.Changes());
        other.Run("INSERT INTO elsewhere.c VALUES(1, 1), (2, 2)");
        await stream.Changes();
        other.Run("DELETE FROM elsewhere.p WHERE id = 1");
        Assert.Equal(["Delete c 1,1", "Delete p 1"], (await stream.Changes()).Order(StringComparer.Ordinal));
        other.Run("UPDATE elsewhere.p SET id = 3");
        Assert.Equal(["Update c 2,2 -> 2,NULL", "Update p 2 -> 3"], (await stream.Changes()).Order(StringComparer.Ordinal));
        other.Run("DELETE FROM elsewhere.c");
        Assert.Equal(["Delete c 2,NULL"], await stream.Changes());
    }

    /// <summary>Waits until a reader has looked at the tables: it reads what is written to another one.</summary>
    private static async Task Examined(ExaminedSqlite database)
    {
        await using var stream = await SourceStream.FromNow(database.Source("y"));
        await database.Run("INSERT INTO side VALUES(1)");
        await stream.Part();
    }

    private static void Try(Database writer, string sql)
    {
        try
        {
            writer.Run(sql);
        }
        catch (SqliteFailure error) when (error.IsConstraint)
        {
            // A conflict: the statement, or the whole transaction, is taken back.
        }
    }

    private static string Statement(Random random)
    {
        string A() => random.Next(8).ToString(CultureInfo.InvariantCulture);
        string C() => "'" + "aAbBcC"[random.Next(6)] + "'";
        string Or() => new[] { "", "OR REPLACE", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT", "OR ROLLBACK" }[random.Next(7)];
        return random.Next(10) switch
        {
            0 or 1 or 2 or 3 => $"INSERT {Or()} INTO t(a, b, c) VALUES({A()}, {A()}, {C()}), ({A()}, {A()}, {C()})",
            4 or 5 => $"UPDATE {Or()} t SET b = {A()}, c = {C()} WHERE a = {A()}",
            6 => $"UPDATE {Or()} t SET a = {A()} WHERE b < {A()}",
            7 => $"INSERT INTO t(a, b, c) VALUES({A()}, {A()}, {C()}) ON CONFLICT DO UPDATE SET b = excluded.b, c = excluded.c",
            8 => $"DELETE FROM t WHERE a = {A()} OR b = {A()}",
            _ => $"INSERT {Or()} INTO t(a, b, c) SELECT a + 1, b, c FROM t LIMIT 3",
        };
    }
}
