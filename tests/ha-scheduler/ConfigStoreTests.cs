using Holdfast.HaScheduler.Config;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.HaScheduler.Tests;

/// <summary>ha.config in the store: versions, history, races and crashes.</summary>
public sealed class ConfigStoreTests : ConfigScene
{
    [Fact]
    public async Task A_change_keeps_who_when_why_and_each_key_before_and_after()
    {
        await Change(_life, c => c with { BrakeShare = 0.7, LeaseSec = 3 }, "ada", "a quiet week");
        _time.Advance(TimeSpan.FromMinutes(1));
        await Change(_life, c => c with { Regions = Only("north", new HaConfigOverride { Autonomy = Autonomy.Approve }) }, "ben", null);
        var history = (await Store(_life).History(int.MaxValue, 10, default)).Select(HaConfigDifference.Of).ToList();
        Assert.Equal([2, 1], history.Select(c => c.Version));
        Assert.Equal(("ada", "a quiet week", _time.GetUtcNow().AddMinutes(-1)), (history[1].By, history[1].Reason, history[1].At));
        Assert.Equal(("ben", null, _time.GetUtcNow()), (history[0].By, history[0].Reason, history[0].At));
        Assert.Equal(["leaseSec 4 3", "brakeShare 0.5 0.7"], Told(history[1]));
        Assert.Equal(["regions.north.autonomy  \"approve\""], Told(history[0]));
        await Change(_life, c => c with { Regions = new HaConfig().Regions }, "ben", null);
        Assert.Equal(["regions.north.autonomy \"approve\" "], Told(HaConfigDifference.Of((await Store(_life).History(9, 1, default))[0])));
    }

    [Fact]
    public async Task The_history_is_paged_newest_first()
    {
        for (var i = 1; i <= 5; i++)
        {
            await Change(_life, c => c with { BrakeHostsMin = 10 + i }, $"u{i}", null);
        }

        Assert.Equal([5, 4], (await Store(_life).History(int.MaxValue, 2, default)).Select(c => c.Version));
        Assert.Equal([3, 2], (await Store(_life).History(4, 2, default)).Select(c => c.Version));
        Assert.Equal(["u1"], (await Store(_life).History(2, 2, default)).Select(c => c.By));
        Assert.Empty(await Store(_life).History(1, 2, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Of_two_changes_at_once_one_wins_and_the_other_changes_nothing(int versions)
    {
        for (var i = 0; i < versions; i++)
        {
            await Change(_life, c => c with { BrakeHostsMin = 5 }, "before", null);
        }

        using var other = new Life(_directory.Location, _time);
        var (mine, theirs) = (await Store(_life).Load(default), await Store(other).Load(default));
        Assert.True(await Store(_life).Change(mine, mine.Config with { BrakeHostsMin = 9 }, "me", null, default));
        Assert.False(await Store(other).Change(theirs, theirs.Config with { BrakeShare = 0.7 }, "them", null, default));
        Assert.False(await Store(_life).Change(mine, mine.Config with { BrakeShare = 0.8 }, "me again", null, default));
        await Store(other).Load(default);
        await Change(other, c => c with { BrakeShare = 0.7 }, "them", null);
        await Store(_life).Load(default);
        Assert.Equal((9, 0.7, versions + 2), (Store(_life).Current.BrakeHostsMin, Store(_life).Current.BrakeShare, Store(_life).Version));
        Assert.Equal(["them", "me"], (await Store(_life).History(int.MaxValue, 2, default)).Select(c => c.By));
    }

    [Fact]
    public async Task Of_many_changes_at_once_every_one_that_was_taken_is_in_the_history()
    {
        using var other = new Life(_directory.Location, _time);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var mine = new List<string>();
            for (var i = 0; i < 10; i++)
            {
                var store = Store(i % 2 == 0 ? _life : other);
                var held = await store.Load(default);
                if (await store.Change(held, held.Config with { BrakeHostsMin = 100 + 10 * writer + i }, $"w{writer}-{i}", null, default))
                {
                    mine.Add($"w{writer}-{i}");
                }
            }

            return mine;
        })));
        var history = await Store(_life).History(int.MaxValue, 100, default);
        Assert.Equal(taken.SelectMany(t => t).Order(), history.Select(c => c.By).Order());
        Assert.Equal(Enumerable.Range(1, history.Count).Reverse(), history.Select(c => c.Version));
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(pair.Second.After, pair.First.Before));
    }

    [Fact]
    public async Task A_read_that_a_change_has_overtaken_is_no_step_back()
    {
        await Change(_life, c => c with { BrakeHostsMin = 8 }, "ada", null);
        var held = await Store(_life).Load(default);
        var slow = new SlowReads<HaConfigDocument>(_life.Get<IDocuments<HaConfigDocument>>());
        var store = new HaConfigStore(slow, _life.Get<IDocuments<HaConfigChange>>(), _life.Get<Settings>(), _time,
            NullLogger<HaConfigStore>.Instance);
        var read = store.Load(default);
        await slow.Found.Task;
        Assert.True(await store.Change(held, held.Config with { BrakeHostsMin = 9 }, "ben", null, default));
        slow.GoOn.SetResult();
        await read;
        Assert.Equal((2, 9), (store.Version, store.Current.BrakeHostsMin));
    }

    [Fact]
    public async Task A_change_whose_author_died_before_the_history_was_written_is_in_it_after_the_next_start()
    {
        await Change(_life, c => c with { BrakeHostsMin = 9 }, "ada", "why not");
        Assert.Equal(0, await Entries(_life));
        Restart();
        await _life.Pass();
        Assert.Equal(1, await Entries(_life));
        var entry = Assert.Single(await Store(_life).History(9, 9, default));
        Assert.Equal(("ada", "why not"), (entry.By, entry.Reason));
    }

    [Fact]
    public async Task A_change_whose_author_died_is_in_the_history_before_the_next_change_takes_its_place()
    {
        using (var author = new Life(_directory.Location, _time))
        {
            await Change(author, c => c with { BrakeHostsMin = 9 }, "ada", null);
        }

        var current = await _life.Get<IDocuments<HaConfigDocument>>().Find(HaConfigDocument.CurrentId, default);
        var held = new HeldConfig(current!.Value.Document.Config, current.Value.Document, current.Value.Version);
        Assert.True(await Store(_life).Change(held, held.Config with { BrakeHostsMin = 8 }, "ben", null, default));
        Assert.Equal(1, await Entries(_life));
        Assert.Equal(["ben", "ada"], (await Store(_life).History(9, 9, default)).Select(c => c.By));
    }

    [Fact]
    public async Task Lease_grace_and_drift_are_what_was_set_also_after_a_restart()
    {
        await Change(_life, c => c with { LeaseSec = 3, KillGraceSec = 2, ClockDriftSec = 0.5 }, "ada", null);
        Assert.Equal(TimeSpan.FromSeconds(5.5), Store(_life).Current.MayRun);
        Restart();
        await _life.Pass();
        Assert.Equal(TimeSpan.FromSeconds(5.5), Store(_life).Current.MayRun);
    }

    private static Dictionary<string, HaConfigOverride> Only(string name, HaConfigOverride other) => new() { [name] = other };

    private static IEnumerable<string> Told(HaConfigChangeView change) =>
        change.Changed.Select(c => $"{c.Key} {c.Before?.ToJsonString()} {c.After?.ToJsonString()}");
}
