using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Properties of PostgreSQL's log that others have not.</summary>
[Trait("Category", "process")]
public class PostgresSourceTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    [Fact]
    public async Task A_key_alone_is_the_image_before_where_the_log_has_no_more()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, v text)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "INSERT INTO t VALUES(1, 'a')", "UPDATE t SET v = 'b'", "UPDATE t SET id = 2",
            "DELETE FROM t", "COMMIT");
        string[] expected =
        [
            "Insert t 1,'a'", "Update t 1,(absent) -> 1,'b'", "Update t 1,(absent) -> 2,'b'", "Delete t 2,(absent)",
        ];
        Assert.Equal(expected, await stream.Changes());
    }

    [Fact]
    public async Task An_index_may_be_the_identity_and_a_table_without_any_is_made_to_say_whole_rows()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, u integer NOT NULL, v text)", "CREATE UNIQUE INDEX t_u ON t(u)",
            "ALTER TABLE t REPLICA IDENTITY USING INDEX t_u", "CREATE TABLE less(a integer, b text)",
            "CREATE TABLE nothing(id integer PRIMARY KEY)", "ALTER TABLE nothing REPLICA IDENTITY NOTHING");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 10, 'a')", "DELETE FROM t", "INSERT INTO less VALUES(1, 'x')", "DELETE FROM less",
            "INSERT INTO nothing VALUES(1)", "DELETE FROM nothing");
        var seen = new List<string>();
        while (seen.Count < 6)
        {
            seen.AddRange(await stream.Changes());
        }

        Assert.Equal(["Delete t (absent),10,(absent)", "Delete less 1,'x'", "Delete nothing 1"],
            seen.Where(s => s.StartsWith("Delete", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true, "1,'LONG',2")]
    [InlineData(false, "1,(absent),2")]
    public async Task A_long_value_that_was_not_changed_is_taken_from_before_or_absent_and_never_NULL(bool isFull, string after)
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, long text, n integer)", "ALTER TABLE t ALTER long SET STORAGE EXTERNAL",
            $"ALTER TABLE t REPLICA IDENTITY {(isFull ? "FULL" : "DEFAULT")}", "INSERT INTO t VALUES(1, repeat('long', 20000), 1)");
        await using var copy = new ExaminedPostgres(IsNewest);
        await copy.Run("CREATE TABLE t(id integer PRIMARY KEY, long text, n integer)",
            "INSERT INTO t VALUES(1, repeat('long', 20000), 1)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("UPDATE t SET n = 2");
        var change = (await stream.Part()).Read().Single();
        var values = new Engine.Values.RowIndex().Of(change.After);
        var (isAbsent, length) = (values[1].IsAbsent, values[1].IsAbsent ? 0 : values[1].AsText().Length);
        Assert.Equal(after, $"1,{(isAbsent ? "(absent)" : length == 80_000 ? "'LONG'" : "?")},{values[2].AsInt64()}");
    }

    [Fact]
    public async Task Tables_that_are_emptied_together_are_told_each()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE a(id integer PRIMARY KEY)", "CREATE TABLE b(id integer PRIMARY KEY REFERENCES a)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO a VALUES(1)", "INSERT INTO b VALUES(1)", "TRUNCATE a CASCADE");
        await stream.Changes();
        await stream.Changes();
        Assert.Equal(["Truncate a ", "Truncate b "], (await stream.Changes()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_table_is_told_again_before_its_next_row_also_when_the_log_is_read_later()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, a text)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        var start = (await database.Source("one").Range(Cancel)).Newest;
        await database.Run("INSERT INTO t VALUES(1, 'x')", "ALTER TABLE t ADD COLUMN b integer", "INSERT INTO t VALUES(2, 'y', 7)",
            "ALTER TABLE t DROP COLUMN a", "INSERT INTO t VALUES(3, 8)", "ALTER TABLE t RENAME TO u", "INSERT INTO u VALUES(4, 9)");
        await using var stream = new SourceStream(database.Source("one"), start);
        string[] expected = ["Insert t 1,'x'", "Insert t 2,'y',7", "Insert t 3,8", "Insert u 4,9"];
        foreach (var line in expected)
        {
            Assert.Equal([line], await Rows(stream));
        }

        Assert.Equal(4, stream.Tables.Count);
        // The key is known still, though the catalog has other columns by now.
        Assert.All(stream.Tables.Values.Where(t => t.Name == "t"), t => Assert.Equal([0], t.PrimaryKey!.Columns));
        await using var again = new SourceStream(database.Source("two"), start);
        foreach (var line in expected)
        {
            Assert.Equal([line], await Rows(again));
        }

        // Statements stand between them.
        static async Task<string[]> Rows(SourceStream from) => await from.Changes() is { Length: > 0 } rows ? rows : await from.Changes();

        Assert.Equal(stream.Tables.Keys.Order(), again.Tables.Keys.Order());
    }

    [Fact]
    public async Task What_endangers_a_capture_is_said_by_the_checks()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE UNLOGGED TABLE u(id integer PRIMARY KEY)", "CREATE TABLE t(id integer PRIMARY KEY)",
            "CREATE ROLE nobody LOGIN");
        await using var catalog = database.Catalog();
        Assert.Equal(["DP-159", "DP-161"], (await catalog.Checks(StreamFilter.None, Cancel)).Select(f => f.Code));
        var only = new StreamFilter { Tables = ["main.t"] };
        await PostgresCapture.Install(await database.Database, only, null, Cancel);
        Assert.Empty(await catalog.Checks(only, Cancel));
        await database.Run("ALTER TABLE t REPLICA IDENTITY NOTHING");
        var fault = Assert.Single(await catalog.Checks(only, Cancel));
        Assert.Equal(("DP-162", "ALTER TABLE main.t REPLICA IDENTITY FULL"), (fault.Code, fault.Workaround));
        var refused = await Assert.ThrowsAsync<SourceFaultException>(async () => await PostgresCapture.Install(
            (await database.Database) with { User = "nobody" }, only, null, Cancel));
        Assert.Equal(("DP-172", "ALTER ROLE nobody REPLICATION"), (refused.Fault.Code, refused.Fault.Workaround));
        await PostgresCapture.Remove(await database.Database, Cancel);
        Assert.Contains(await catalog.Checks(only, Cancel), f => f.Code == "DP-159");
        await database.Run("DROP ROLE nobody");
    }
}
