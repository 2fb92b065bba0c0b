using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Source;
using Holdfast.Engine.Relay;
using Holdfast.Engines.Tests.Relay;
using Holdfast.Store;
using Microsoft.Extensions.Logging.Abstractions;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>A primary that is gone, and its standby that is promoted: with slots that both have (17 or later).</summary>
[Trait("Category", "process")]
public sealed class PostgresFailoverTests
{
    private static readonly string[] Settings = ["fsync=off", "wal_level=logical", "hot_standby_feedback=on", "sync_replication_slots=on"];
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_store_goes_on_at_a_promoted_standby_that_has_its_slot_and_nothing_is_lost_or_doubled()
    {
        await using var primary = await NewestPostgres.Start([.. Settings, "synchronized_standby_slots=follows"]);
        await primary.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await using var standby = await primary.StartStandbyBySlot("standby", "follows", Settings);
        await primary.Say("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()");
        await using var address = new PortForward(primary.Port);
        var database = Of(address.Port);
        await PostgresCapture.Install(database, StreamFilter.None, null, "st1", Cancel);
        Assert.Equal(["true", "true"],
            await Asked(Of(primary.Port), "SELECT failover::text FROM pg_replication_slots WHERE slot_type = 'logical'"));

        using var folder = new TempDirectory();
        await using var source = new PostgresSource(database, "st1", TimeProvider.System);
        var (system, start) = ((await source.Identify(Cancel)).SystemId, (await source.Range(Cancel)).Newest);
        var runner = new StoreRunner(source, new StoreOptions { Name = "st1", Subtopic = "exam", Folder = folder.File("st1") },
            TimeProvider.System, NullLoggerFactory.Instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = runner.Run(end.Token);
        await Eventually.Holds(() => runner.Figures.Endpoint is not null ? null : $"{runner.Figures}", Slow);
        await using var stream = new SourceStream(
            new RelaySource(new ExaminedRelay.Upstream(() => runner.Figures.Endpoint!), "test", TimeProvider.System), start);
        var next = 0;
        for (; next < 100; next++)
        {
            await primary.Say($"INSERT INTO t VALUES({next})");
            Assert.Equal([$"Insert t {next}"], await stream.Changes());
            if (next >= 5 && await Asked(Of(standby.Port), "SELECT 1 FROM pg_replication_slots WHERE synced AND NOT temporary"
                + " AND slot_name LIKE '%\\_st1'") is [_])
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancel);
        }

        Assert.True(next < 100, "the standby has no slot");

        // The standby's state of the slot is older than what the Store has.
        await primary.Say([.. Enumerable.Range(next + 1, 20).Select(i => $"INSERT INTO t VALUES({i})")]);
        await stream.Changes();
        await primary.Kill();
        await Eventually.Holds(() => runner.Figures.Fault is null ? $"{runner.Figures}" : null, Slow);
        await standby.Promote();
        address.To(standby.Port);
        // As each start of a Store does: what is there stays, the slot for the past is made where the standby was not told of it.
        await PostgresCapture.Install(database, StreamFilter.None, system, "st1", Cancel);
        await standby.Say($"INSERT INTO t VALUES({next + 21})");
        for (var i = next + 2; i <= next + 21; i++)
        {
            Assert.Equal([$"Insert t {i}"], await stream.Changes());
        }

        Assert.Equal(start.Major + 1, runner.Figures.Range!.Last.Major);
        Assert.Null(runner.Figures.Fault);
        Assert.Equal([$"{next + 22}"], await Asked(Of(standby.Port), "SELECT count(*) FROM public.t"));
        await end.CancelAsync();
        Assert.Null(await running);
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_promoted_standby_without_the_slot_is_told_and_one_behind_what_was_read_too()
    {
        await using var primary = await NewestPostgres.Start([.. Settings]);
        await primary.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await using var standby = await primary.StartStandbyBySlot("standby", "follows",
            [.. Settings.Where(s => s != "sync_replication_slots=on")]);
        await PostgresCapture.Install(Of(primary.Port), StreamFilter.None, null, "st1", Cancel);
        var start = (await new PostgresSource(Of(primary.Port), "st1", TimeProvider.System).Range(Cancel)).Newest;
        await primary.Say("INSERT INTO t VALUES(1)", "SELECT pg_switch_wal()");
        await Eventually.Holds(async () => await Asked(Of(standby.Port), "SELECT count(*) FROM public.t") is ["1"] ? null : "behind", Slow);

        // From here on nothing reaches the standby, and the reader is ahead of it.
        await standby.Say("SELECT pg_wal_replay_pause()");
        await standby.Stop("fast");
        await primary.Say("INSERT INTO t VALUES(2)");
        Position read;
        await using (var stream = new SourceStream(new PostgresSource(Of(primary.Port), "st1", TimeProvider.System), start))
        {
            await stream.Changes();
            read = (await stream.Part()).Position;
        }

        await primary.Kill();
        await standby.Start();
        await standby.Promote();
        await using var behind = new SourceStream(new PostgresSource(Of(standby.Port), "st1", TimeProvider.System), start);
        await PostgresCapture.Install(Of(standby.Port), StreamFilter.None, null, Cancel);
        Assert.Equal("DP-164", (await behind.Fault()).Code);
        await using var ahead = new SourceStream(new PostgresSource(Of(standby.Port), "st1", TimeProvider.System), read);
        Assert.Equal("DP-166", (await ahead.Fault()).Code);
    }

    private static PostgresDatabase Of(int port) =>
        new() { Host = "127.0.0.1", Port = port, Database = "postgres", User = "holdfast", SslMode = "disable" };

    private static async Task<List<string>> Asked(PostgresDatabase database, string sql)
    {
        await using var session = await Session.Open(database, "test", Cancel);
        return [.. (await session.Rows(sql, Cancel)).Select(r => r[0]!)];
    }
}
