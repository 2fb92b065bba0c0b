using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Changes of tables, as event triggers tell them at their place, or as rows betray them.</summary>
[Trait("Category", "process")]
public sealed class PostgresDdlTests
{
    private static CancellationToken Cancel => Rows.Cancel;

    [Fact]
    public async Task A_statement_stands_between_the_rows_of_its_transaction()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        // One text of several statements is not what was done at one place.
        await database.Run("DO $$ BEGIN INSERT INTO t VALUES(1); ALTER TABLE t ADD COLUMN c int; INSERT INTO t VALUES(2, 3); END $$");
        Assert.Equal(["Insert t 1", "? main.t", "Insert t 2,3"], await Told(stream));
    }

    [Fact]
    public async Task Statements_of_a_transaction_come_one_by_one_in_their_order()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await using var session = await database.Open();
        foreach (var sql in (string[])["BEGIN", "INSERT INTO t VALUES(1)", "ALTER TABLE t ADD COLUMN C text", "SAVEPOINT s",
            "ALTER TABLE t ADD COLUMN never int", "ROLLBACK TO SAVEPOINT s", "INSERT INTO t VALUES(2, 'x')",
            "CREATE TABLE u(a int)", "INSERT INTO u VALUES(7)", "ALTER TABLE t RENAME TO v", "COMMIT"])
        {
            await session.Run(sql, Cancel);
        }

        Assert.Equal(["Insert t 1", "ALTER TABLE t ADD COLUMN C text", "Insert t 2,'x'", "CREATE TABLE u(a int)", "Insert u 7",
            "ALTER TABLE t RENAME TO v"], await Told(stream));
        await session.Run("INSERT INTO v VALUES(3)", Cancel);
        Assert.Equal(["Insert v 3,NULL"], await Told(stream));
        // Without a key its rows are told whole, so that the table's own writers are not refused.
        await session.Run("UPDATE u SET a = 8", Cancel);
        Assert.Equal(["Update u 7 -> 8"], await Told(stream));
    }

    [Fact]
    public async Task A_single_statement_is_a_transaction_of_its_own_and_is_told_with_its_tables()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY, c text)", "CREATE SCHEMA other");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        foreach (var (sql, tables) in ((string, string)[])[
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (c)", "main.t"), ("DROP INDEX i", "main.t"),
            ("CREATE TABLE other.t(a int)", "other.t"), ("ALTER TABLE t DROP COLUMN c", "main.t"),
            ("ALTER TABLE t ADD COLUMN d int DEFAULT 5", "main.t"), ("DROP TABLE t, other.t", "main.t other.t")])
        {
            await database.Run(sql);
            var part = await stream.Part();
            Assert.True(part.IsWhole, sql);
            Assert.Equal((sql, "postgres", "main", "", tables), (part.Ddl!.Statement, part.Ddl.Engine, part.Ddl.Schema, part.Ddl.WhyNot,
                string.Join(' ', part.Ddl.Tables.Order(StringComparer.Ordinal))));
        }
    }

    [Theory]
    [InlineData("DO $$ BEGIN ALTER TABLE t ADD COLUMN d int; END $$", "dollars")]
    [InlineData("SELECT f()", "begins like no change")]
    [InlineData("ALTER TABLE t ADD COLUMN d uuid DEFAULT gen_random_uuid()", "computed")]
    [InlineData("ALTER TABLE t ADD COLUMN d serial", "computed")]
    [InlineData("CREATE TABLE u AS SELECT * FROM t", "elsewhere")]
    [InlineData("ALTER SCHEMA main RENAME TO renamed", "alters no table")]
    [InlineData("ALTER TYPE mood ADD VALUE 'sad'", "alters no table")]
    [InlineData("DROP SCHEMA main CASCADE", "drops no table")]
    [InlineData("CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", "elsewhere")]
    [InlineData("DROP TABLE p0", "has changed")]
    [InlineData("ALTER TABLE t ALTER COLUMN id TYPE bigint USING abs(id)", "a function")]
    [InlineData("DROP TYPE mood CASCADE", "drops no table")]
    public async Task What_the_text_does_not_say_whole_is_told_with_the_reason(string sql, string why)
    {
        await using var database = await Captured("CREATE TYPE mood AS ENUM('ok')", "CREATE TABLE t(id integer PRIMARY KEY, m mood)",
            "CREATE TABLE p(id integer, PRIMARY KEY (id)) PARTITION BY LIST (id)", "CREATE TABLE p0 PARTITION OF p FOR VALUES IN (0)",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE main.t ADD COLUMN d int; END'");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run(sql);
        var ddl = (await stream.Part()).Ddl!;
        Assert.Equal(sql, ddl.Statement);
        Assert.Contains(why, ddl.WhyNot, StringComparison.Ordinal);
        Assert.NotEmpty(ddl.Tables);
    }

    [Fact]
    public async Task What_a_copy_need_not_know_is_not_told_and_nothing_of_the_Store_s_own_is()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY)", "CREATE TABLE u(id integer)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("ALTER TABLE t SET (fillfactor = 50)", "ALTER TABLE t OWNER TO holdfast", "COMMENT ON TABLE t IS 'x'",
            "GRANT SELECT ON t TO PUBLIC", "CREATE VIEW w AS SELECT * FROM t", "DROP VIEW w", "CREATE TEMP TABLE gone(a int)",
            "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'", "ALTER TABLE t ALTER COLUMN id SET STATISTICS 5",
            "CREATE SEQUENCE s", "ANALYZE t", "VACUUM t");
        await PostgresCapture.Install(await database.Database, new StreamFilter { Tables = ["main.*"] }, null, Cancel);
        await database.Run("INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await Told(stream));
    }

    [Fact]
    public async Task A_table_that_nobody_wants_is_neither_published_nor_told()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"), new StreamFilter { Tables = ["main.t"] });
        await database.Run("CREATE SCHEMA aside", "CREATE TABLE aside.x(a int)", "INSERT INTO aside.x VALUES(1)",
            "UPDATE aside.x SET a = 2",
            "INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await Told(stream));
    }

    [Fact]
    public async Task Nobody_else_can_say_that_a_statement_was_run()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY)", "CREATE TABLE kept(message text)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        const string Forged = """
            {"sql":"DROP TABLE t","tag":"DROP TABLE","path":["main"],"tables":[["main","t"]],"escapes":false,"xid":"1"}
            """;
        await database.Run($"SELECT pg_logical_emit_message(true, 'holdfast.ddl', '{Forged}')",
            $"SELECT pg_logical_emit_message(true, 'holdfast.ddl', repeat('x', 32) || '{Forged}')", "INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await Told(stream));
        await database.Run("CREATE ROLE mallory LOGIN", "GRANT USAGE, CREATE ON SCHEMA main TO mallory", "GRANT SELECT ON t TO mallory");
        var hers = (await database.Database) with { User = "mallory" };
        await using (var session = await Session.Open(hers, "test", Cancel))
        {
            foreach (var sql in (string[])["SELECT key FROM holdfast.hf_key", $"SELECT holdfast.hf_tell('{Forged}')",
                "SELECT holdfast.hf_told('DROP TABLE t', 'DROP TABLE', '{main}', 'on')"])
            {
                var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => session.Run(sql, Cancel));
                Assert.Equal("42501", error.SqlState);
            }

            // A user without any right of Holdfast's changes tables as before, and is told.
            await session.Run("SET search_path = main", Cancel);
            await session.Run("CREATE TABLE hers(id integer PRIMARY KEY)", Cancel);
            await session.Run("INSERT INTO hers VALUES(5)", Cancel);
        }

        Assert.Equal(["CREATE TABLE hers(id integer PRIMARY KEY)"], await Told(stream));
        Assert.Equal(["Insert hers 5"], await Told(stream));
        await database.Run("DROP OWNED BY mallory", "DROP ROLE mallory");
    }

    [Fact]
    public async Task Without_the_right_rows_betray_that_their_table_is_another_one()
    {
        await using var database = await Captured("CREATE TABLE t(id integer PRIMARY KEY, c varchar(5))");
        await database.Run("DROP EVENT TRIGGER holdfast_ddl");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 'a')");
        Assert.Equal(["Insert t 1,'a'"], await Told(stream));
        foreach (var sql in (string[])["ALTER TABLE t RENAME c TO d", "ALTER TABLE t ALTER d TYPE varchar(9)", "ALTER TABLE t DROP d",
            "ALTER TABLE t ADD c varchar(5)"])
        {
            await database.Run(sql, "DELETE FROM t");
            await database.Run("INSERT INTO t VALUES(1)");
            Assert.Equal(["? main.t", "Delete t 1", "Insert t 1"], (await Told(stream)).Concat(await Told(stream))
                .Select(l => l.Replace(",NULL", "", StringComparison.Ordinal).Replace(",(absent)", "", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_role_that_may_not_make_event_triggers_captures_rows_all_the_same()
    {
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE ROLE plain LOGIN REPLICATION", "ALTER SCHEMA main OWNER TO plain", "GRANT CREATE ON DATABASE "
            + (await database.Database).Database + " TO plain", "SET ROLE plain");
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", "ALTER TABLE t OWNER TO plain");
        try
        {
            await PostgresCapture.Install((await database.Database) with { User = "plain" }, StreamFilter.None, null, Cancel);
            await using var session = await database.Open();
            Assert.False(await DdlCapture.IsInstalled(session, Cancel));
        }
        finally
        {
            await PostgresCapture.Remove(await database.Database, Cancel);
            await database.Run("DROP OWNED BY plain CASCADE", "DROP ROLE plain");
        }
    }

    /// <summary>An administrator does this who was told that event triggers are missing: nobody starts the Store anew for it.</summary>
    [Fact]
    public async Task Statements_are_told_from_the_moment_that_event_triggers_come_to_a_source_that_is_read()
    {
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(await database.Database, new StreamFilter { Tables = ["main.*"] }, null, Cancel);
        await using (var session = await database.Open())
        {
            await DdlCapture.Remove(session, Cancel);
        }

        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await Told(stream));
        await database.Run(DdlCapture.Script);
        await database.Run("ALTER TABLE t ADD c text");
        Assert.Equal(["ALTER TABLE t ADD c text"], await Told(stream));
    }

    private static async Task<ExaminedPostgres> Captured(params string[] statements)
    {
        var database = new ExaminedPostgres();
        await database.Run(statements);
        await PostgresCapture.Install(await database.Database, new StreamFilter { Tables = ["main.*", "other.*"] }, null, Cancel);
        await using var session = await database.Open();
        Assert.True(await DdlCapture.IsInstalled(session, Cancel));
        return database;
    }

    /// <summary>Rows and statements of the next transaction; of one that is not believed, a question mark and its tables.</summary>
    private static async Task<List<string>> Told(SourceStream stream)
    {
        var told = new List<string>();
        for (var isLast = false; !isLast;)
        {
            var part = await stream.Part();
            told.AddRange(part.Ddl is not { } ddl ? stream.Lines(part)
                : [ddl.WhyNot.Length > 0 || ddl.Statement.Length == 0 ? $"? {string.Join(' ', ddl.Tables)}" : ddl.Statement]);
            isLast = part.IsLast;
        }

        return told;
    }
}
