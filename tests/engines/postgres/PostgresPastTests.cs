using Holdfast.Engine.Postgres.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>The past of PostgreSQL's log that a reader is given, what is confirmed, and who reads by the slot.</summary>
[Trait("Category", "process")]
public class PostgresPastTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    [Fact]
    public async Task A_reader_whose_slot_has_gone_on_is_given_the_past_again_and_what_is_confirmed_is_not_kept()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        var source = database.Source("one");
        var start = (await source.Range(Cancel)).Newest;
        Position confirmed;
        await using (var stream = new SourceStream(source, start))
        {
            await database.Run("INSERT INTO t VALUES(1)", "INSERT INTO t VALUES(2)");
            await stream.Part();
            confirmed = (await stream.Part()).Position;
            await source.Confirm(confirmed, Cancel);
            await Confirmed(database, confirmed);
        }

        await using var again = new SourceStream(database.Source("one"), start);
        Assert.Equal(["Insert t 1"], await again.Changes());
        Assert.Equal(["Insert t 2"], await again.Changes());
    }

    [Fact]
    public async Task What_nobody_publishes_moves_the_slot_once_it_is_confirmed()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", "CREATE TABLE other(id integer)");
        await PostgresCapture.Install(await database.Database, new StreamFilter { Tables = ["main.t"] }, null, Cancel);
        var source = database.Source("one");
        await using var stream = await SourceStream.FromNow(source);
        await database.Run("INSERT INTO other SELECT generate_series(1, 10000)");
        var newest = (await source.Range(Cancel)).Newest;
        var alive = (AliveEvent)await stream.Next();
        while (alive.Position < newest)
        {
            alive = (AliveEvent)await stream.Next();
        }

        await source.Confirm(alive.Position, Cancel);
        await Confirmed(database, newest);
    }

    [Fact]
    public async Task The_past_is_kept_for_a_time_and_not_for_ever()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        var time = new Holdfast.Tests.ManualTime();
        var source = new PostgresSource(await database.Database, "one", time, new PostgresSourceOptions { Keep = TimeSpan.FromHours(1) });
        var first = await source.Range(Cancel);
        await database.Run("INSERT INTO t VALUES(1)");
        var second = await source.Range(Cancel);
        await source.Confirm(second.Newest, Cancel);
        time.Advance(TimeSpan.FromMinutes(59));
        await source.Confirm(second.Newest, Cancel);
        Assert.Equal(first.Oldest, (await source.Range(Cancel)).Oldest);
        time.Advance(TimeSpan.FromMinutes(1));
        await database.Run("INSERT INTO t VALUES(2)");
        await source.Confirm(second.Newest, Cancel);
        var oldest = (await source.Range(Cancel)).Oldest;
        Assert.True(oldest > first.Oldest && oldest <= (await source.Range(Cancel)).Newest, $"{first} {second} {oldest}");
        await using var stream = new SourceStream(database.Source("two"), oldest);
        Assert.Equal(["Insert t 2"], await stream.Changes());
        await using var late = new SourceStream(database.Source("three"), first.Newest);
        Assert.Equal("DP-164", (await late.Fault()).Code);
    }

    [Fact]
    public async Task A_position_beyond_the_log_or_of_another_history_is_refused()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        var source = database.Source("one");
        Assert.Equal("DP-159", (await Assert.ThrowsAsync<SourceFaultException>(() => source.Range(Cancel))).Fault.Code);
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        var newest = (await source.Range(Cancel)).Newest;
        await using var beyond = new SourceStream(database.Source("one"), newest with { Minor = newest.Minor + (1UL << 40) });
        Assert.Equal("DP-165", (await beyond.Fault()).Code);
        await using var other = new SourceStream(database.Source("one"), newest with { Major = newest.Major + 1 });
        Assert.Equal("DP-166", (await other.Fault()).Code);
        await using var old = new SourceStream(database.Source("one"), new Position(newest.Major, 1));
        Assert.Equal("DP-164", (await old.Fault()).Code);
        var fault = await Assert.ThrowsAsync<SourceFaultException>(
            async () => await PostgresCapture.Install(await database.Database, StreamFilter.None, "another/1", Cancel));
        Assert.Equal("DP-169", fault.Fault.Code);
    }

    [Fact]
    public async Task A_reader_that_comes_back_while_the_server_still_sees_the_one_before_waits_for_it()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, Cancel);
        var start = (await database.Source("one").Range(Cancel)).Newest;
        var before = new SourceStream(database.Source("one"), start);
        await database.Run("INSERT INTO t VALUES(1)");
        await before.Part();
        var impatient = new PostgresSource(
            await database.Database, "one", TimeProvider.System, new PostgresSourceOptions { SlotWait = TimeSpan.Zero });
        await using (var refused = new SourceStream(impatient, start))
        {
            var fault = await refused.Fault();
            Assert.Equal(("DP-171", true), (fault.Code, fault.IsPassing));
        }

        await using var next = new SourceStream(database.Source("one"), start);
        var waiting = next.Changes();
        await before.DisposeAsync();
        Assert.Equal(["Insert t 1"], await waiting);
    }

    private static async Task Confirmed(ExaminedPostgres database, Position position)
    {
        await using var session = await database.Open();
        await Holdfast.Tests.Eventually.Holds(() => session.Rows(
            "SELECT 1 FROM pg_replication_slots WHERE slot_name LIKE '%\\_one' AND database = current_database()"
            + " AND confirmed_flush_lsn >= $1::pg_lsn", Cancel, Lsn.Write(position.Minor)).GetAwaiter().GetResult().Count > 0
                ? null : "the slot stands still", TimeSpan.FromSeconds(30));
    }
}
