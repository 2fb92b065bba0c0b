using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>A slot as the server describes it: the log that it keeps, and until when.</summary>
[Trait("Category", "process")]
public class PostgresSlotTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    [Fact]
    public async Task A_reader_that_does_not_come_back_leaves_nothing_and_the_last_one_takes_the_past_along()
    {
        await using var database = await Captured("one", "two");
        var oid = await Oid(database);
        Assert.Equal([CaptureNames.Slot(oid, "two")], await Forget(database, "two", "three"));
        Assert.Empty(await Forget(database, "two"));
        Assert.Equal([(SlotUse.Retainer, null), (SlotUse.Reader, "one")], await Uses(database));
        Assert.Equal([CaptureNames.Slot(oid, "one"), CaptureNames.Retainer(oid)], await Forget(database, "one"));
        Assert.Empty(await Uses(database));

        // A reader that comes later begins anew.
        await PostgresCapture.Install(await database.Database, StreamFilter.None, null, "one", Cancel);
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await stream.Changes());
    }

    [Fact]
    public async Task A_slot_by_which_somebody_reads_is_never_dropped()
    {
        await using var database = await Captured("one");
        var name = CaptureNames.Slot(await Oid(database), "one");
        await using (var stream = await SourceStream.FromNow(database.Source("one")))
        {
            await database.Run("INSERT INTO t VALUES(1)");
            await stream.Changes();
            Assert.Empty(await Forget(database, "one"));
            Assert.Equal("DP-178", (await PostgresSlots.Drop(await database.Database, name, Cancel))?.Code);
            await database.Run("INSERT INTO t VALUES(2)");
            Assert.Equal(["Insert t 2"], await stream.Changes());
        }

        await Holdfast.Tests.Eventually.Holds(() => PostgresSlots.List(database.Database.Result, [], [], Cancel)
            .GetAwaiter().GetResult().Any(s => s.IsActive) ? "it is read still" : null, TimeSpan.FromSeconds(30));
        Assert.Null(await PostgresSlots.Drop(await database.Database, name, Cancel));
        Assert.Equal("DP-177", (await PostgresSlots.Drop(await database.Database, name, Cancel))?.Code);
    }

    [Fact]
    public async Task A_slot_of_another_installation_and_the_past_that_it_may_need_stay()
    {
        await using var database = await Captured("one", "of another fleet");
        var retainer = CaptureNames.Retainer(await Oid(database));
        Assert.Single(await Forget(database, "one"));
        Assert.Equal([(SlotUse.Retainer, null), (SlotUse.Unknown, null)], await Uses(database));
        Assert.Equal("DP-178", (await PostgresSlots.Drop(await database.Database, retainer, Cancel))?.Code);

        // Nor is a slot that is nobody's of ours.
        await database.Run("SELECT pg_create_logical_replication_slot('theirs_' || (SELECT oid FROM pg_database"
            + " WHERE datname = current_database()), 'pgoutput')");
        Assert.Equal("DP-177", (await PostgresSlots.Drop(await database.Database, $"theirs_{await Oid(database)}", Cancel))?.Code);
        await database.Run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'theirs%'"
            + " AND database = current_database()");
    }

    [Fact]
    public void Whose_a_slot_is_is_known_by_the_names_of_stores_and_by_nothing_else()
    {
        const string Moved = "10.0.0.1-9000:shop:0000000001";
        SlotState[] slots = [.. new[]
        {
            "holdfast_5", CaptureNames.Slot(5, "st1"), CaptureNames.Slot(5, Moved), CaptureNames.Slot(5, "gone"), "holdfast_5_x",
        }.Select(n => new SlotState(n, 1, "reserved", false, 0, null)), new("holdfast_5_t77", 1, "reserved", true, 0, null, true)];
        (SlotUse, string?)[] expected =
        [
            (SlotUse.Retainer, null), (SlotUse.Reader, "st1"), (SlotUse.Reader, Moved), (SlotUse.Removed, "gone"),
            (SlotUse.Unknown, null), (SlotUse.Search, null),
        ];
        // A name that was removed once and is there again is one that is there.
        Assert.Equal(expected, SlotOwner.Of(slots, 5, ["st1", Moved], ["gone", "st1"]).Select(s => (s.Use, s.Reader)));
        Assert.All(SlotOwner.Of(slots, 6, ["st1"], ["gone"]).Where(s => s.Use != SlotUse.Search),
            s => Assert.Equal(SlotUse.Unknown, s.Use));
    }

    private async Task<ExaminedPostgres> Captured(params string[] readers)
    {
        var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)");
        foreach (var reader in readers)
        {
            await PostgresCapture.Install(await database.Database, StreamFilter.None, null, reader, Cancel);
        }

        return database;
    }

    private static async Task<IReadOnlyList<string>> Forget(ExaminedPostgres database, params string[] readers) =>
        await PostgresSlots.Forget(await database.Database, readers, Cancel);

    private static async Task<List<(SlotUse, string?)>> Uses(ExaminedPostgres database) =>
        [.. (await PostgresSlots.List(await database.Database, ["one", "two"], [], Cancel)).Select(s => (s.Use, s.Reader)).Order()];

    private static async Task<uint> Oid(ExaminedPostgres database)
    {
        await using var session = await database.Open();
        return await CaptureChecks.DatabaseOid(session, Cancel);
    }
}
