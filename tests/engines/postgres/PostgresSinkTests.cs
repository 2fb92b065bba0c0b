using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Properties of PostgreSQL's tables that others have not.</summary>
[Trait("Category", "process")]
public class PostgresSinkTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    [Fact]
    public async Task Identity_columns_keep_the_source_s_numbers_and_generated_ones_are_left_to_the_sink()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n integer,"
            + " twice integer GENERATED ALWAYS AS (n * 2) STORED, s serial)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(table, Of(7, 1, null, 3), Of(9, 2, null, 4)));
        await SinkRowExam.Done(lane, Upsert(table, Of(7, 5, null, 3), Of(11, 6, null, 5)));
        await SinkRowExam.Done(lane, Update(table, Of(9, 2, null, 4), Of(9, 8, null, 4)));
        Assert.Equal(SinkRowExam.Sorted(Of(7, 5, 10, 3), Of(9, 8, 16, 4), Of(11, 6, 12, 5)), await database.Rows("t"));
        await SinkRowExam.IsRefused(lane, "DP-158", null, Update(table, Of(9, 8, null, 4), Of(10, 8, null, 4)));
    }

    [Fact]
    public async Task Values_of_a_unique_index_that_wander_from_row_to_row_arrive()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE swap(id integer PRIMARY KEY, u integer UNIQUE DEFERRABLE)",
            "CREATE TABLE chain(id integer PRIMARY KEY, u integer UNIQUE)");
        var (swap, chain) = (await database.Table("swap"), await database.Table("chain"));
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(swap, Of(1, 1), Of(2, 2)), Insert(chain, Of(1, 1), Of(2, 2), Of(3, 3)));
        await SinkRowExam.Done(lane, Updates(swap, (Of(1, 1), Of(1, 2)), (Of(2, 2), Of(2, 1))));
        Assert.Equal(SinkRowExam.Sorted(Of(1, 2), Of(2, 1)), await database.Rows("swap"));

        // All at once they are in each other's way; in their order they are not.
        await SinkRowExam.Done(lane, Updates(chain, (Of(3, 3), Of(3, 4)), (Of(2, 2), Of(2, 3)), (Of(1, 1), Of(1, 2))));
        Assert.Equal(SinkRowExam.Sorted(Of(1, 2), Of(2, 3), Of(3, 4)), await database.Rows("chain"));
        var refused = Assert.IsType<Refused>(await lane.Apply(Group(2, Updates(swap, (Of(1, 2), Of(1, 1)))), Cancel));
        Assert.Equal("DP-107", refused.Code);
    }

    [Fact]
    public async Task Sets_of_rows_are_counted_and_the_one_that_meets_none_is_named()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(a integer, b text, v integer, PRIMARY KEY(a, b))");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var rows = Enumerable.Range(0, 700).Select(i => Of(i / 7, $"k{i}", i)).ToArray();
        await SinkRowExam.Done(lane, Insert(table, rows));
        await SinkRowExam.Done(lane, Updates(table, [.. rows.Select((r, i) => (r, Of(i / 7, $"k{i}", -i)))]));
        await SinkRowExam.IsRefused(lane, "DP-105", 650, Delete(table, [.. rows[..650], Of(1, "gone", 1), .. rows[650..]]));
        Assert.Equal(700, (await database.Rows("t")).Count);
        await SinkRowExam.Done(lane, Delete(table, rows));
        Assert.Empty(await database.Rows("t"));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    public async Task Rows_arrive_as_they_are_be_they_few_or_many(int count)
    {
        string[] hostile =
            ["", " ", "\\", "\\N", "\\.", "\t", "a\tb\nc\rd", "NULL", "it's", "\"q\"", "ä日\U0001F600", "\\\\t", "\u0001\u007f"];
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE TABLE t(id bigint PRIMARY KEY, v text, r double precision, b bytea, c varchar(40))");
        var table = await database.Table("t");
        var rows = Enumerable.Range(0, count).Select(i => Of(
            i % 2 == 0 ? long.MinValue + i : i, i % 17 == 0 ? null : hostile[i % hostile.Length],
            i % 3 == 0 ? double.NegativeInfinity : i / 7.0,
            new byte[] { 0, 9, 10, 92, (byte)i }, hostile[(i + 5) % hostile.Length])).ToArray();
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(table, rows[..(count / 2)]), Upsert(table, rows[(count / 2)..]) with { AreNew = true });
        Assert.Equal(SinkRowExam.Sorted(rows), await database.Rows("t"));
    }

    [Fact]
    public async Task New_rows_of_which_the_sink_has_some_are_written_over_them()
    {
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, v text)", "INSERT INTO t VALUES(150, 'old'), (900, 'stays')");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(i => Of(i, $"v{i}"))];
        await SinkRowExam.Done(lane, Upsert(table, rows) with { AreNew = true });
        Assert.Equal(SinkRowExam.Sorted([.. rows, Of(900, "stays")]), await database.Rows("t"));
    }

    [Fact]
    public async Task Of_many_new_rows_the_one_that_is_refused_is_named()
    {
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, v varchar(5), n numeric(6,2))", "INSERT INTO t VALUES(77, 'old', 1)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        Row[] rows = [.. Enumerable.Range(100, 200).Select(i => Of(i, "v", 1))];
        await SinkRowExam.IsRefused(lane, "DP-107", 120, Insert(table, [.. rows[..120], Of(77, "v", 1), .. rows[120..]]));
        await SinkRowExam.IsRefused(lane, "DP-104", 130, Insert(table, [.. rows[..130], Of(1, "longer", 1), .. rows[130..]]));
        await SinkRowExam.IsRefused(lane, "DP-104", 140, Insert(table, [.. rows[..140], Of(1, "a\0", 1), .. rows[140..]]));
        Assert.Single(await database.Rows("t"));
        await SinkRowExam.Done(lane, Insert(table, rows));
        Assert.Equal(201, (await database.Rows("t")).Count);
    }

    [Fact]
    public async Task A_rule_for_inserts_holds_for_many_rows_too()
    {
        await using var database = new ExaminedPostgres();
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", "CREATE TABLE also(id integer)",
            "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO also VALUES(NEW.id)", "ALTER TABLE t ENABLE ALWAYS RULE r");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(table, [.. Enumerable.Range(0, 100).Select(i => Of(i))]));
        Assert.Equal(100, (await database.Rows("also")).Count);
    }

    [Fact]
    public async Task Foreign_keys_and_ordinary_triggers_do_nothing_again_where_the_role_may_say_so()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE parent(id integer PRIMARY KEY)", "CREATE TABLE audit(id integer)",
            "CREATE TABLE child(id integer PRIMARY KEY, p integer REFERENCES parent ON DELETE CASCADE)");
        await database.Trigger("watch", "child", "audit");
        await database.Run("ALTER TABLE child DISABLE TRIGGER watch", "ALTER TABLE child ENABLE TRIGGER watch");
        var (parent, child) = (await database.Table("parent"), await database.Table("child"));
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(child, Of(1, 1)), Insert(parent, Of(1)), Delete(parent, Of(1)));
        Assert.Equal(SinkRowExam.Sorted(Of(1, 1)), await database.Rows("child"));
        Assert.Empty(await database.Rows("audit"));
    }

    [Fact]
    public async Task A_rule_of_the_sink_finds_what_it_names_without_a_schema_and_a_key_that_is_checked_later_is_refused()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE known(id integer)", "INSERT INTO known VALUES(1)",
            "CREATE FUNCTION is_known(integer) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS(SELECT 1 FROM known WHERE id = $1)'",
            "CREATE TABLE t(id integer PRIMARY KEY CHECK(is_known(id)))",
            "CREATE TABLE later(id integer PRIMARY KEY DEFERRABLE, v integer)");
        var later = await database.Table("later");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(await database.Table("t"), Of(1)));
        await SinkRowExam.IsRefused(lane, "DP-107", 0, Insert(await database.Table("t"), Of(2)));
        await SinkRowExam.Done(lane, Insert(later, Of(1, 1)), Update(later, Of(1, 1), Of(2, 2)));
        await SinkRowExam.IsRefused(lane, "DP-109", null, Upsert(later, Of(2, 3)));
    }

    [Fact]
    public async Task Tables_that_refer_to_each_other_are_emptied_each_by_itself()
    {
        await using var from = new ExaminedPostgres(IsNewest);
        await using var to = new ExaminedPostgres(IsNewest);
        foreach (var each in new[] { from, to })
        {
            await each.Run("CREATE TABLE a(id integer PRIMARY KEY)", "CREATE TABLE b(id integer PRIMARY KEY, a integer REFERENCES a)",
                "INSERT INTO a VALUES(1)", "INSERT INTO b VALUES(1, 1)");
        }

        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        await from.Run("BEGIN", "TRUNCATE a CASCADE", "INSERT INTO a VALUES(2)", "COMMIT");
        await PostgresTypeTests.Copy(from, to, start);
        Assert.Equal(SinkRowExam.Sorted(Of(2)), await to.Rows("a"));
        Assert.Empty(await to.Rows("b"));
    }

    [Fact]
    public async Task A_takeover_ends_the_session_of_a_writer_that_stands_still()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await PostgresSink.Open(await database.Database, TimeProvider.System,
            new PostgresSinkOptions { TakeoverWait = TimeSpan.FromMilliseconds(200) }, Cancel);
        await using var old = await SinkRowExam.Lane(sink);
        Assert.IsType<Applied>(await old.Apply(Group(1, Insert(table, Of(1))) with { IsPart = true }, Cancel));
        Assert.Null(await sink.Fence("task", 2, Cancel));
        Assert.IsType<TryAgain>(await old.Apply(Group(1, Insert(table, Of(2))), Cancel));
        Assert.IsType<Fenced>(await old.Apply(Group(1, Insert(table, Of(1), Of(2))), Cancel));
        Assert.Empty(await database.Rows("t"));
    }

    [Fact]
    public async Task A_role_with_the_least_rights_reads_and_writes()
    {
        await using var from = new ExaminedPostgres(IsNewest);
        await using var to = new ExaminedPostgres(IsNewest);
        var role = $"least{Guid.NewGuid():n}";
        foreach (var each in new[] { from, to })
        {
            await each.Run("CREATE TABLE t(id integer PRIMARY KEY, v text)", "CREATE TABLE less(a integer, b text)");
        }

        var (source, sink) = ((await from.Database) with { User = role }, (await to.Database) with { User = role });
        await from.Run($"CREATE ROLE {role} LOGIN REPLICATION", $"GRANT CREATE ON DATABASE {source.Database} TO {role}",
            $"GRANT USAGE ON SCHEMA main TO {role}", $"ALTER TABLE t OWNER TO {role}", $"ALTER TABLE less OWNER TO {role}");
        await to.Run($"CREATE SCHEMA holdfast AUTHORIZATION {role}", $"GRANT USAGE ON SCHEMA main TO {role}",
            $"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA main TO {role}");
        try
        {
            await Engine.Postgres.Capture.PostgresCapture.Install(source, Engine.Transactions.StreamFilter.None, null, Cancel);
            var start = (await new Engine.Postgres.Source.PostgresSource(source, "x", TimeProvider.System).Range(Cancel)).Newest;
            await from.Run("INSERT INTO t VALUES(1, 'a'), (2, 'b')", "UPDATE t SET id = 3 WHERE id = 1",
                "INSERT INTO less VALUES(1, 'x'), (1, 'x')", "DELETE FROM less WHERE ctid = '(0,1)'");
            await using var reading = new Engine.Postgres.Source.PostgresSource(source, "copier", TimeProvider.System);
            var target = (await reading.Range(Cancel)).Newest;
            await using var writing = await PostgresSink.Open(sink, TimeProvider.System, cancel: Cancel);
            await using var tables = new Engine.Postgres.Catalog.PostgresCatalog(sink);
            Assert.Null(await new Applier.Copier(reading, writing, tables, "task").Run(start, target, 1, Cancel));
            Assert.Equal(await from.Rows("t"), await to.Rows("t"));
            Assert.Equal(await from.Rows("less"), await to.Rows("less"));

            // Without the right to switch them off, a trigger is refused.
            await to.Trigger("watch", "t", "less");
            await to.Run("ALTER TABLE t DISABLE TRIGGER watch", "ALTER TABLE t ENABLE TRIGGER watch");
            await using var lane = await SinkRowExam.Lane(writing);
            await SinkRowExam.IsRefused(lane, "DP-108", null, Insert(await to.Table("t"), Of(8, "x")));
            await to.Run("DROP TRIGGER watch ON t", $"REVOKE INSERT ON t FROM {role}");
            await using var next = await SinkRowExam.Lane(writing);
            await SinkRowExam.IsRefused(next, "DP-152", null, Insert(await to.Table("t"), Of(8, "x")));
        }
        finally
        {
            await Engine.Postgres.Capture.PostgresCapture.Remove(await from.Database, CancellationToken.None);
        }
    }

    private static SinkStatement Updates(TableSchema table, params (Engine.Values.Row Before, Engine.Values.Row After)[] rows) => new(
        table, WriteMode.Update, table.PrimaryKey!.Columns, All(table), [.. rows.Select(r => new SinkRow(r.Before, r.After, At(1)))]);
}
