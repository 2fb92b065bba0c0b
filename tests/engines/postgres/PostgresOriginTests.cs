using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>The server's own word for who wrote a transaction: set by lanes where it is granted, and read.</summary>
[Trait("Category", "process")]
public class PostgresOriginTests
{
    private const string Calls = "pg_replication_origin_create(text), pg_replication_origin_session_setup(text),"
        + " pg_replication_origin_xact_setup(pg_lsn, timestamptz)";

    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    [Fact]
    public async Task A_lane_that_may_has_an_origin_and_the_server_itself_knows_its_transactions_from_local_ones()
    {
        await using var database = await Captured(isGranted: true);
        var start = (await database.Source("one").Range(Cancel)).Newest;
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var table = await database.Table("t");
        await SinkRowExam.Done(lane, Insert(table, Of(1)));
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        Assert.IsType<Applied>(await lane.Apply(Group(2, Insert(table, Of(2))), Cancel));
        await database.Run("INSERT INTO t VALUES(3)");

        await using var stream = new SourceStream(database.Source("one"), start, new StreamFilter { Tables = ["main.t"] });
        TransactionPart[] read = [await stream.Part(), await stream.Part(), await stream.Part()];
        Assert.Equal(["n/task", "n/task", null], read.Select(p => p.Origin));
        // Each has the time of its own commit.
        Assert.InRange(read[1].CommitTime - read[0].CommitTime, 40_000, 60_000_000);
        Assert.InRange(read[2].CommitTime - read[1].CommitTime, -1_000_000, 60_000_000);
        Assert.Equal(2, await Told(database, "", 'O'));
        if (IsNewest)
        {
            // As a native subscription asks: of the three rows the local one is left.
            Assert.Equal(3, await Told(database, "", 'I'));
            Assert.Equal(1, await Told(database, ", 'origin', 'none'", 'I'));
        }
    }

    [Fact]
    public async Task A_right_that_an_administrator_has_by_nature_is_no_wish_for_origins()
    {
        await using var database = await Captured(isGranted: false);
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(await database.Table("t"), Of(1)));
        Assert.Equal((1, 0), (await Told(database, "", 'I'), await Told(database, "", 'O')));
    }

    [Fact]
    public async Task A_session_of_the_lane_that_is_left_over_gives_its_origin_up()
    {
        await using var database = await Captured(isGranted: true);
        await using var sink = await database.Sink();
        var table = await database.Table("t");
        await using var before = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(before, Insert(table, Of(1)));
        await using var now = await sink.Lane("task", 0, 1, "n/task", Cancel);
        ApplyResult result;
        var tries = 0;
        while ((result = await now.Apply(Group(2, Insert(table, Of(2))), Cancel)) is TryAgain && ++tries < 100)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }

        Assert.IsType<Applied>(result);
        Assert.InRange(tries, 1, 99);
        Assert.Equal(2, await Told(database, "", 'O'));
    }

    [Fact]
    public async Task What_came_from_elsewhere_by_others_says_so_too()
    {
        await using var database = await Captured(isGranted: false);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        var name = $"theirs {(await database.Database).Database}";
        await database.Run($"SELECT pg_replication_origin_create('{name}')", $"SELECT pg_replication_origin_session_setup('{name}')",
            "INSERT INTO t VALUES(1)", "SELECT pg_replication_origin_session_reset()", $"SELECT pg_replication_origin_drop('{name}')");
        Assert.Equal(name, (await stream.Part()).Origin);
        await using var other = new SourceStream(database.Source("two"), (await database.Source("two").Range(Cancel)).Oldest,
            new StreamFilter { OriginsLeftOut = [name] });
        await database.Run("INSERT INTO t VALUES(2)");
        Assert.Equal(["Insert t 2"], await other.Changes());
    }

    /// <summary>Makes a database with a slot that is looked into.</summary>
    private async Task<ExaminedPostgres> Captured(bool isGranted)
    {
        var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        if (isGranted)
        {
            var role = $"lanes_{(await database.Database).Database}";
            await database.Run($"CREATE ROLE {role}", $"GRANT EXECUTE ON FUNCTION {Calls} TO {role}");
        }

        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, "look", Cancel);
        return database;
    }

    /// <summary>Messages of a kind in all that was written.</summary>
    private static async Task<int> Told(ExaminedPostgres database, string options, char kind)
    {
        await using var session = await database.Open();
        return (await session.Rows($"""
            SELECT 1 FROM pg_logical_slot_peek_binary_changes($1, NULL, NULL, 'proto_version', '1',
                'publication_names', 'holdfast'{options}) WHERE get_byte(data, 0) = {(int)kind}
            """, Cancel, CaptureNames.Slot(await CaptureChecks.DatabaseOid(session, Cancel), "look"))).Count;
    }
}
