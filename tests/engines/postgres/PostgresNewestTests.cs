using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Postgres.Db;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>The exam of what PostgreSQL 18 has and the distribution's version has not.</summary>
[Trait("Category", "heavy")]
public sealed class PostgresNewestTests
{
    [Theory]
    [InlineData("none", "Insert t 1,'a'")]
    [InlineData("stored", "Insert t 1,'a',2")]
    public async Task Generated_columns_are_read_where_they_are_published_and_left_out_at_the_sink(string published, string expected)
    {
        const string Table = "CREATE TABLE t(id integer PRIMARY KEY, v text, twice integer GENERATED ALWAYS AS (id * 2) STORED,"
            + " never integer GENERATED ALWAYS AS (id * 3) VIRTUAL)";
        await using var database = new ExaminedPostgres(isNewest: true);
        await using var copy = new ExaminedPostgres(isNewest: true);
        await database.Run(Table, $"CREATE PUBLICATION holdfast FOR TABLE t WITH (publish_generated_columns = {published})");
        await copy.Run(Table);
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 'a')");
        var part = await stream.Part();
        Assert.Equal([expected], stream.Lines(part));

        await using var sink = await copy.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var change = part.Read().Single();
        await SinkRowExam.Done(lane, Insert(stream.Tables[change.Table], change.After));
        Assert.Equal(await database.Rows("t"), await copy.Rows("t"));
    }

    [Fact]
    public async Task A_limit_on_slots_that_rest_is_named_and_a_standby_that_a_store_could_not_go_on_at()
    {
        await using var server = await NewestPostgres.Start("fsync=off", "wal_level=logical", "idle_replication_slot_timeout=60");
        var database = new PostgresDatabase
        {
            Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = "holdfast", SslMode = "disable",
        };
        await server.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(database, StreamFilter.None, null, "st1", Cancel);
        Assert.Equal(["DP-160"], (await Said(database)).Select(f => f.Code));

        // As a version before made it: its Store has it mended when it starts.
        await server.Say("SELECT pg_create_physical_replication_slot('standby')",
            "SELECT pg_copy_logical_replication_slot('holdfast_' || oid, 'holdfast_' || oid || '_old') FROM pg_database"
            + " WHERE datname = 'postgres'");
        Assert.Contains("_old", Failover(await Said(database)), StringComparison.Ordinal);
        var old = new Engine.Postgres.Source.PostgresSource(database, "old", TimeProvider.System);
        await using (var stream = new SourceStream(old, (await old.Range(Cancel)).Newest))
        {
            Assert.IsType<AliveEvent>(await stream.Next());
        }

        Assert.Contains("may have read what no standby has", Failover(await Said(database)), StringComparison.Ordinal);
        await server.Say("ALTER SYSTEM SET synchronized_standby_slots = 'standby'", "SELECT pg_reload_conf()");
        Assert.Equal(["DP-160"], (await Said(database)).Select(f => f.Code));
    }

    private static string Failover(IEnumerable<SourceFault> said) => Assert.Single(said, f => f.Code == "DP-187").Message;

    private static async Task<IReadOnlyList<SourceFault>> Said(PostgresDatabase database)
    {
        await using var catalog = new PostgresCatalog(database);
        return await catalog.Checks(StreamFilter.None, Cancel);
    }
}
