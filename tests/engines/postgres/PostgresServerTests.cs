using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Postgres.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Readers and writers whose server stops, dies or moves.</summary>
[Trait("Category", "process")]
public class PostgresServerTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    private static readonly string[] Settings = ["fsync=off", "wal_level=logical"];

    [Fact]
    public async Task A_slot_that_the_server_has_thrown_away_is_told_and_the_log_does_not_go_on_with_a_gap()
    {
        await using var server = await Started([.. Settings, "max_slot_wal_keep_size=1MB", "min_wal_size=32MB", "max_wal_size=32MB"]);
        var database = On(server);
        await server.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(database, StreamFilter.None, null, Cancel);
        var start = (await new PostgresSource(database, "one", TimeProvider.System).Range(Cancel)).Newest;
        await using (var stream = new SourceStream(new PostgresSource(database, "one", TimeProvider.System), start))
        {
            await server.Say("INSERT INTO t VALUES(1)");
            await stream.Part();
        }

        await server.Say("INSERT INTO t VALUES(2)", "CREATE TABLE other AS SELECT i, repeat('x', 1000) FROM generate_series(1, 60000) AS i",
            "SELECT pg_switch_wal()", "CHECKPOINT");
        await using var catalog = new Engine.Postgres.Catalog.PostgresCatalog(database);
        Assert.Contains(await catalog.Checks(new StreamFilter { Tables = ["public.t"] }, Cancel), f => f.Code == "DP-163");
        await using var again = new SourceStream(new PostgresSource(database, "one", TimeProvider.System), start);
        var fault = await again.Fault();
        Assert.Equal(("DP-163", false), (fault.Code, fault.IsPassing));

        // The capture begins anew; what was read before does not lead into it.
        await PostgresCapture.Install(database, StreamFilter.None, null, Cancel);
        await using var after = new SourceStream(new PostgresSource(database, "one", TimeProvider.System), start);
        Assert.Contains((await after.Fault()).Code, (string[])["DP-163", "DP-164"]);
    }

    [Fact]
    public async Task A_standby_is_not_read_and_a_promoted_one_that_lacks_the_slot_is_refused()
    {
        await using var server = await Started(Settings);
        await server.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(On(server), StreamFilter.None, null, Cancel);
        await using var standby = IsNewest ? await server.StartStandbyBySlot("standby", "follows", Settings)
            : await server.StartStandby("standby", [.. Settings, "hot_standby=on"]);
        var waiting = new PostgresSource(On(standby), "one", TimeProvider.System);
        var fault = (await Assert.ThrowsAsync<SourceFaultException>(() => waiting.Range(Cancel))).Fault;
        Assert.Equal(("DP-170", true), (fault.Code, fault.IsPassing));
        var source = new PostgresSource(On(server), "one", TimeProvider.System);
        var (system, start) = ((await source.Identify(Cancel)).SystemId, (await source.Range(Cancel)).Newest);
        await server.Stop("fast");
        await standby.Promote();

        // The same data, so the same system; another history from here on.
        await PostgresCapture.Install(On(standby), StreamFilter.None, system, Cancel);
        Assert.Equal(start.Major + 1, (await waiting.Range(Cancel)).Newest.Major);
        await using var stream = new SourceStream(waiting, start);
        Assert.Equal("DP-164", (await stream.Fault()).Code);
        Assert.Null(Histories.WhyNot(start, $"1\t{Lsn.Write(start.Minor + 1)}\tno recovery target specified\n"));
        Assert.Contains("before it", Histories.WhyNot(start, $"1\t{Lsn.Write(start.Minor)}\tno\n"), StringComparison.Ordinal);
        Assert.Contains("no timeline 1", Histories.WhyNot(start, ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_under_a_lane_is_tried_again_and_under_a_reader_passes()
    {
        await using var server = await Started(Settings);
        var database = On(server);
        await server.Say("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(database, StreamFilter.None, null, Cancel);
        await using var sink = await PostgresSink.Open(database, TimeProvider.System, cancel: Cancel);
        await using var catalog = new Engine.Postgres.Catalog.PostgresCatalog(database);
        var table = (await catalog.Table("public", "t", Cancel))!;
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(table, Of(1)));
        await lane.Apply(Group(2, Insert(table, Of(2))) with { IsPart = true }, Cancel);
        await using var stream = await SourceStream.FromNow(new PostgresSource(database, "one", TimeProvider.System));
        Assert.IsType<AliveEvent>(await stream.Next());
        await server.Stop("immediate");
        Assert.IsType<TryAgain>(await lane.Apply(Group(2, Insert(table, Of(3))), Cancel));
        Assert.IsType<TryAgain>(await lane.Apply(Group(2, Insert(table, Of(2), Of(3))), Cancel));
        Assert.True((await stream.Fault()).IsPassing);
        Assert.True((await Assert.ThrowsAsync<SourceFaultException>(() => sink.Progress("task", Cancel))).Fault.IsPassing);
        await server.Start();
        Assert.IsType<Applied>(await lane.Apply(Group(2, Insert(table, Of(2), Of(3))), Cancel));
        Assert.Equal(At(2), (await sink.Progress("task", Cancel))!.Low);
    }

    /// <summary>The answer to the server is on a timer of its own, whatever the reader waits for.</summary>
    [Fact]
    [Trait("Category", "long")]
    public async Task A_reader_that_waits_for_its_disk_in_a_large_transaction_is_not_taken_for_dead()
    {
        await using var server = await Started([.. Settings, "wal_sender_timeout=5s", "logical_decoding_work_mem=1MB"]);
        var database = On(server);
        await server.Say("CREATE TABLE t(id integer PRIMARY KEY, v text)");
        await PostgresCapture.Install(database, StreamFilter.None, null, Cancel);
        await using var stream = await SourceStream.FromNow(new PostgresSource(database, "one", TimeProvider.System));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await server.Say("INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(1, 500000) AS i");
        var (rows, most, part) = (0, 0L, await stream.Part());
        await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System, Cancel);
        for (; !part.IsLast; part = await stream.Part())
        {
            rows += part.Count;
            most = Math.Max(most, rows % 100 == 0 ? GC.GetTotalMemory(forceFullCollection: false) - before : 0);
        }

        Assert.Equal(500_000, rows + part.Count);
        Assert.True(most < 100 << 20, $"{most} bytes are held");
        await server.Say("DELETE FROM t WHERE id = 1");
        Assert.Equal(["Delete t 1,(absent)"], await stream.Changes());
    }

    private async Task<PrivatePostgres> Started(string[] settings)
    {
        if (IsNewest)
        {
            return await NewestPostgres.Start(settings);
        }

        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        return await PrivatePostgres.Start(settings);
    }

    private static PostgresDatabase On(PrivatePostgres server) => new()
    {
        Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = "holdfast", SslMode = "disable",
    };
}
