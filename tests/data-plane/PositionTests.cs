using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Transactions;
using Holdfast.Store;
using Holdfast.StoreWire.Frames;

namespace Holdfast.DataPlane.Tests;

/// <summary>Positions are exact, whatever the source's clock does and however long a consumer is away.</summary>
[Trait("Category", "process")]
public sealed class PositionTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly SetClock _clock = new();
    private readonly Bank _bank;
    private readonly Random _random = new(31);
    private int _transfers;

    public PositionTests() => _bank = Bank.Create(_folder.File("bank.db"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A source was silent, so its time went on, its position did not; then its clock was set back. By the time of the slowest consumer a
    /// new Store begins after what is new; told the position it begins before it.
    /// </summary>
    [Fact]
    public async Task A_clock_that_is_set_back_after_a_silence_hides_nothing_from_a_store_that_is_told_the_position()
    {
        await using var first = await Store("first");
        await Write(first, 5);
        var at = first.Last;
        _clock.Set(TimeSpan.FromSeconds(100));
        await first.Until(() => Seconds(first.Figures.Range!.LastTime) >= Now - 20);
        Assert.Equal(at, first.Last);
        var time = _clock.GetUtcNow();
        _clock.Set(TimeSpan.FromHours(-1));
        await Write(first, 1);
        await Write(first, 1);
        var later = await first.Read("t1", at, 2);

        await using var byTime = await Store("by-time", o => o with { From = time.AddSeconds(-50) });
        Assert.True(byTime.After > at, $"{byTime.After} is not after {at}: the clock was not set back");
        await using var told = await Store("told", o => o with
        {
            From = time.AddSeconds(-50), Needed = new NeededPosition(at, first.Figures.SystemId!),
        });
        Assert.True(told.After <= at, $"{told.After} is after {at}");
        Assert.Equal(later, await told.Read("t1", at, 2));
        // A reader that has passed the silence exactly is refused by the other one, and with its range.
        var refused = await Assert.ThrowsAsync<RefusedException>(() => byTime.Open("t1", at));
        Assert.Equal(("DP-220", byTime.After.ToString()), (refused.Refusal.Code, refused.Refusal.Range!.First));
    }

    /// <summary>All in one second: each consumer goes on exactly where it was, at either of two Stores.</summary>
    [Fact]
    public async Task Of_many_transactions_in_one_second_each_position_leads_to_what_follows_it_at_every_store()
    {
        await using var first = await Store("first");
        await using var second = await Store("second");
        var begin = first.Last;
        for (var i = 1; i <= 8; i++)
        {
            await Write(first, 1);
        }

        var all = await first.Read("t1", begin, 8);
        await second.Until(() => second.Last >= all[^1]);
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(all.Skip(i + 1), await first.Read("t1", all[i], 7 - i));
            Assert.Equal(all.Skip(i + 1), await second.Read("t1", all[i], 7 - i));
        }
    }

    [Fact]
    public async Task A_silent_source_moves_the_time_and_never_the_position()
    {
        await using var store = await Store("silent");
        await Write(store, 3);
        var (at, time) = (store.Last, store.Figures.Range!.LastTime);
        await store.Until(() => store.Figures.Range!.LastTime > time);
        Assert.Equal(at, store.Last);
        await using var stream = await store.Open("t1", at);
        Assert.Equal(at, stream.After);
    }

    /// <summary>A stopped task is a known consumer: what it needs stays until the disk is nearly full, and then it is told.</summary>
    [Fact]
    public async Task What_a_stopped_consumer_needs_stays_until_the_hard_limit_and_then_it_is_refused_with_the_range()
    {
        const long Quota = 1 << 20;
        await using var store = await Store("small", o => o with { QuotaBytes = Quota, KeepFor = TimeSpan.Zero });
        await Write(store, 1);
        var at = store.Last;
        await (await store.Open("stopped", at)).DisposeAsync();
        // Segments that nobody needs may go at once; those that the stopped one needs may not, though they close and their age is over.
        while (store.Figures.Range!.Bytes < Quota * 0.6)
        {
            await Write(store, 50);
        }

        Assert.True(store.After <= at, $"{store.Figures.Range} lacks what is after {at}");
        Assert.True(store.Figures.Range.Segments > 2, $"{store.Figures.Range} has no closed segment");
        Assert.Equal(3, (await store.Read("stopped", at, 3)).Count);

        while (store.After <= at)
        {
            await Write(store, 50);
        }

        Assert.True(store.Figures.Range!.Bytes <= Quota, $"{store.Figures.Range}");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => store.Open("stopped", at));
        Assert.Equal(("DP-220", store.After.ToString()), (refused.Refusal.Code, refused.Refusal.Range!.First));
    }

    /// <summary>The disk of a Store that was away too long has an end that nothing follows: it is refused, and no hole is served.</summary>
    [Fact]
    public async Task A_disk_that_does_not_reach_what_the_source_still_has_is_not_continued_over_the_hole()
    {
        Position end;
        await using (var away = await Store("away"))
        {
            await Write(away, 5);
            end = away.Last;
        }

        await using var other = await Store("other");
        await Write(other, 5);
        await other.Until(() => other.Last > end);
        ThrowAway();
        await using var back = new LocalStore(_folder.File("bank.db"), _folder.File("away"), _clock);
        var fault = await back.Ended();
        Assert.Equal(("DP-124", false), (fault?.Code, fault?.IsPassing));
        Assert.Equal(end, back.Last);
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    private static long Seconds(long microseconds) => microseconds / 1_000_000;

    private async Task<LocalStore> Store(string name, Func<StoreOptions, StoreOptions>? change = null)
    {
        await SqliteCapture.Install(_folder.File("bank.db"), new StreamFilter { Tables = Bank.Collected }, _clock, Cancel);
        return await new LocalStore(_folder.File("bank.db"), _folder.File(name), _clock, change).Serves();
    }

    /// <summary>Writes a number of transfers, and waits until the Store has them on its disk.</summary>
    private async Task Write(LocalStore store, int count)
    {
        var before = store.Last;
        using (var connection = _bank.Open())
        {
            for (var i = 0; i < count; i++)
            {
                Bank.Transfer(connection, _random, ++_transfers);
            }
        }

        await store.Until(() => store.Last > before && store.Last.Minor >= (ulong)LastRow());
    }

    private long LastRow() => Ask("SELECT max(seq) FROM hf_log");

    private void ThrowAway() => Ask("""
        BEGIN IMMEDIATE;
        DELETE FROM hf_reader;
        DELETE FROM hf_log WHERE seq < (SELECT max(seq) FROM hf_log);
        DELETE FROM hf_commit WHERE seq < (SELECT max(seq) FROM hf_commit);
        UPDATE hf_capture SET pruned = (SELECT max(seq) FROM hf_commit);
        COMMIT;
        SELECT 0;
        """);

    private long Ask(string sql)
    {
        using var connection = _bank.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
