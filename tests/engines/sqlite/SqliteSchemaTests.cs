using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>A table that changes is noticed in its place, or ends the stream where rows may have been missed.</summary>
public sealed class SqliteSchemaTests
{
    [Fact]
    public async Task A_new_column_is_told_before_the_first_row_that_has_it()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 1)");
        Assert.Equal(["Insert t 1,1"], await stream.Changes());
        await database.Run("ALTER TABLE t ADD COLUMN w DEFAULT 7");
        var ddl = await stream.Part();
        Assert.Equal((Said("ALTER TABLE \"t\" ADD COLUMN w DEFAULT 7", "main.t"), 0), (ddl.Ddl, ddl.Count));
        await database.Run("UPDATE t SET w = 8");
        Assert.Equal(["Update t 1,1,7 -> 1,1,8"], await stream.Changes());
        Assert.Equal(2, stream.Tables.Count);
    }

    [Fact]
    public async Task Rows_that_are_written_before_a_change_was_noticed_end_the_stream()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "INSERT INTO t VALUES(1, 1)", "ALTER TABLE t ADD COLUMN w DEFAULT 7",
            "INSERT INTO t VALUES(2, 2, 2)", "COMMIT");
        Assert.Equal("DP-129", (await stream.Fault()).Code);

        // So do others that come later; only a new generation goes on.
        var start = (await database.Source("x").Range(Cancel)).Oldest;
        await using var other = new SourceStream(database.Source("two"), start);
        Assert.Equal("DP-129", (await other.Fault()).Code);
        await database.Install();
        await using var old = new SourceStream(database.Source("one"), start);
        Assert.Equal("DP-122", (await old.Fault()).Code);
        await using var next = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(3, 3, 3)");
        Assert.Equal(["Insert t 3,3,3"], await next.Changes());
    }

    [Fact]
    public async Task A_table_whose_text_changes_but_not_its_columns_goes_on()
    {
        await using var database = await Captured("CREATE TABLE p(id INTEGER PRIMARY KEY)", "CREATE TABLE c(id INTEGER REFERENCES p)",
            "INSERT INTO p VALUES(1), (2), (3)");
        await using var stream = await SourceStream.FromNow(database.Source("one"), new StreamFilter { Tables = ["main.c", "main.t"] });
        await database.Run("BEGIN", "INSERT INTO c VALUES(1)", "ALTER TABLE p RENAME TO q", "INSERT INTO c VALUES(2)", "COMMIT");
        Assert.Equal(["Insert c 1", "Insert c 2"], await stream.Changes());
        await database.Run("VACUUM");
        await database.Run("INSERT INTO c VALUES(3)");
        Assert.Equal(["Insert c 3"], await stream.Changes());
    }

    private static Ddl Said(string statement, string table) => new(statement, table) { Engine = "sqlite", Schema = "main" };

    [Fact]
    public async Task A_table_that_goes_and_one_that_comes_are_told_with_their_rows()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "CREATE TABLE u(id INTEGER PRIMARY KEY)", "INSERT INTO u VALUES(1), (2)", "COMMIT");
        Assert.Equal(Said("CREATE TABLE u(id INTEGER PRIMARY KEY)", "main.u"), (await stream.Part()).Ddl);
        Assert.Equal(["Insert u 1", "Insert u 2"], await stream.Changes());
        await database.Run("INSERT INTO u VALUES(3)");
        Assert.Equal(["Insert u 3"], await stream.Changes());
        await database.Run("DROP TABLE u");
        Assert.Equal(Said("DROP TABLE \"u\"", "main.u"), (await stream.Part()).Ddl);
        await database.Run("ALTER TABLE t RENAME TO n");
        Assert.Equal("main.t", (await stream.Part()).Ddl!.Table);
        Assert.Equal("main.n", (await stream.Part()).Ddl!.Table);
        await database.Run("INSERT INTO n VALUES(1, 1)");
        Assert.Equal(["Insert n 1,1"], await stream.Changes());
    }

    [Fact]
    public async Task A_table_that_is_made_while_rows_of_another_are_being_sealed_is_noticed()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        for (var i = 0; i < 60; i++)
        {
            // The reader is woken by the first row and takes the file's lock when others may have it.
            var seen = Until($"Insert u{i} 1");
            await database.Run($"INSERT INTO t VALUES({i}, 1)", $"CREATE TABLE u{i}(id)", $"INSERT INTO u{i} VALUES(1)");
            await seen.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);
        }

        async Task Until(string change)
        {
            while (!stream.Lines(await stream.Part()).Contains(change))
            {
            }
        }
    }

    /// <summary>A Store that comes back installs the capture again, before it looks.</summary>
    [Theory]
    [InlineData("CREATE TABLE u(id INTEGER PRIMARY KEY)", "INSERT INTO u VALUES(1), (2)", "CREATE TABLE u(id INTEGER PRIMARY KEY)",
        "Insert u 1; Insert u 2", "INSERT INTO u VALUES(3)", "Insert u 3")]
    [InlineData("ALTER TABLE t ADD COLUMN w", "", "ALTER TABLE \"t\" ADD COLUMN w", "", "INSERT INTO t VALUES(1, 1, 1)", "Insert t 1,1,1")]
    [InlineData("DROP TABLE t", "", "DROP TABLE \"t\"", "", "INSERT INTO s VALUES(1)", "Insert s 1")]
    public async Task What_changes_while_no_Store_reads_is_told_by_the_one_that_comes(
        string change, string rows, string told, string logged, string next, string then)
    {
        await using var database = await Captured("CREATE TABLE s(id)");
        var id = (await database.Source("one").Identify(Cancel)).SystemId;
        var start = (await database.Source("one").Range(Cancel)).Newest;
        await database.Run(change);
        if (rows.Length > 0)
        {
            await database.Run(rows);
        }

        // The same Store, and another one for the same file, in both orders.
        await SqliteCapture.Install(database.Path, new StreamFilter(), TimeProvider.System, id, Cancel);
        await database.Install();
        await using var stream = new SourceStream(database.Source("one"), start);
        Assert.Equal(told, (await stream.Part()).Ddl?.Statement);
        if (logged.Length > 0)
        {
            Assert.Equal(logged.Split("; "), await stream.Changes());
        }

        await database.Run(next);
        Assert.Equal([then], await stream.Changes());
    }

    /// <summary>A table that no Store has wanted before is captured from then on: its rows are for a copy.</summary>
    [Fact]
    public async Task Tables_that_another_Store_wants_besides_are_captured_from_then_on()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(id)", "CREATE TABLE u(id)", "INSERT INTO u VALUES(1)");
        await database.Install("main.t");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Install("main.u");
        await database.Run("INSERT INTO u VALUES(2)");
        Assert.Equal(["Insert u 2"], await stream.Changes());
    }

    /// <summary>The triggers go with the table that had the name before.</summary>
    [Theory]
    [InlineData("INSERT INTO t VALUES(1, 1)")]
    [InlineData("INSERT INTO old VALUES(1, 1)")]
    [InlineData("INSERT INTO t SELECT * FROM old")]
    public async Task A_table_that_takes_the_place_of_one_that_was_renamed_ends_the_stream(string rows)
    {
        await using var database = await Captured("INSERT INTO t VALUES(7, 7)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "ALTER TABLE t RENAME TO old", "CREATE TABLE t(id INTEGER PRIMARY KEY, v)", rows, "COMMIT");
        Assert.Matches("^DP-12[59]$", (await stream.Fault()).Code);
    }

    [Fact]
    public async Task A_table_without_its_triggers_ends_the_stream()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 1)", "DROP TABLE t", "CREATE TABLE t(id INTEGER PRIMARY KEY, v)");
        Assert.Equal(["Insert t 1,1"], await stream.Changes());
        var fault = await stream.Fault();
        Assert.Equal(("DP-125", false), (fault.Code, fault.IsPassing));
        Assert.Contains("main.t", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renamed_column_is_a_change_and_a_dropped_one_is_refused_by_SQLite()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("ALTER TABLE t RENAME COLUMN v TO w");
        Assert.Equal(Said("ALTER TABLE \"t\" RENAME COLUMN \"v\" TO \"w\"", "main.t"), (await stream.Part()).Ddl);
        await database.Run("INSERT INTO t VALUES(1, 1)");
        Assert.Equal(["Insert t 1,1"], await stream.Changes());
        Assert.Equal("w", stream.Tables.Values.Single().Columns[1].Name);
        await Assert.ThrowsAsync<SqliteFailure>(() => database.Run("ALTER TABLE t DROP COLUMN w"));
    }

    [Fact]
    public async Task Rows_that_a_newer_trigger_may_have_put_out_of_order_end_the_stream()
    {
        await using var database = await Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        const string Trigger = "CREATE TRIGGER other AFTER INSERT ON t BEGIN UPDATE t SET v = 9 WHERE id = NEW.id; END";
        await database.Run("BEGIN", Trigger, "INSERT INTO t VALUES(1, 1)", "COMMIT");
        Assert.Equal("DP-133", (await stream.Fault()).Code);
    }

    [Fact]
    public async Task Tables_that_cannot_be_captured_are_refused_by_name()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(rowid, oid, _rowid_)");
        var error = await Assert.ThrowsAsync<SourceFaultException>(() => database.Install());
        Assert.Equal("DP-128", error.Fault.Code);
        await database.Install("main.other");
        Assert.Equal("DP-120", (await Assert.ThrowsAsync<SourceFaultException>(async () =>
        {
            await using var other = new ExaminedSqlite();
            await other.Source("one").Range(Cancel);
        })).Fault.Code);
    }

    private static async Task<ExaminedSqlite> Captured(params string[] more)
    {
        var database = new ExaminedSqlite();
        await database.Run(["CREATE TABLE t(id INTEGER PRIMARY KEY, v)", .. more]);
        await database.Install();
        return database;
    }
}
