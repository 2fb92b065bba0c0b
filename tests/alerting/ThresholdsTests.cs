using Holdfast.Alerting.Config;
using Holdfast.Platform.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

public class ThresholdsTests
{
    private static JsonElement Delay(int high, int? version = null) => version is { } from
        ? JsonSerializer.SerializeToElement(new { delayThreshold = new { HIGH = high }, version = from })
        : JsonSerializer.SerializeToElement(new { delayThreshold = new { HIGH = high } });

    [Fact]
    public async Task Each_change_is_a_version_with_who_when_before_and_after()
    {
        await using var world = new World();
        await world.Thresholds.Change(Delay(10), "ann", World.Cancel);
        world.Time.Advance(TimeSpan.FromHours(1));
        var second = (await world.Thresholds.Change(Delay(20, version: 1), "bob", World.Cancel)).Value!;
        var same = (await world.Thresholds.Change(Delay(20), "eve", World.Cancel)).Value!;
        Assert.Equal((2, "bob", 2), (second.Version, second.By, same.Version));
        var history = (await world.Versions.Query(Thresholds.History, World.Cancel)).Items.Select(i => i.Document).ToList();
        Assert.Equal(
            [(2, "bob", 10, 20, T0.AddHours(1)), (1, "ann", 30, 10, T0)],
            history.Select(h => (h.Version, h.By, h.Before.DelayThreshold["HIGH"], h.After.DelayThreshold["HIGH"], h.At)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_change_made_from_another_version_is_refused(int from)
    {
        await using var world = new World();
        await world.Thresholds.Change(Delay(10), "ann", World.Cancel);
        var refused = await world.Thresholds.Change(Delay(20, from), "bob", World.Cancel);
        Assert.Equal(("AL-106", 409), (refused.Fault!.Code, refused.Fault.Status));
        Assert.Equal(10, (await world.Thresholds.Current(World.Cancel)).DelayThreshold["HIGH"]);
    }

    [Fact]
    public async Task Of_many_changes_at_once_each_that_was_accepted_is_a_version_of_its_own()
    {
        await using var world = new World();
        var changes = await Task.WhenAll(Enumerable.Range(1, 20).Select(
            high => Task.Run(() => world.Thresholds.Change(Delay(high), "ann", World.Cancel), World.Cancel)));
        var accepted = changes.Where(c => c.Fault is null).Select(c => c.Value!.Version).Order().ToList();
        Assert.Equal(Enumerable.Range(1, accepted.Count), accepted);
        Assert.All(changes.Where(c => c.Fault is not null), c => Assert.Equal("AL-106", c.Fault!.Code));
    }

    [Fact]
    public async Task They_are_said_at_start_when_they_change_every_minute_and_again_after_a_broker_was_away()
    {
        await using var world = new World();
        var (bus, history) = RecordingBus.Create();
        using var loop = new ThresholdsLoop(world.Thresholds, new MessagePublisher(bus, world.Time), world.Time,
            NullLogger<ThresholdsLoop>.Instance);
        async Task<List<int>> Said(double seconds)
        {
            world.Time.Advance(TimeSpan.FromSeconds(seconds));
            await loop.Once();
            return [.. history.Take<ThresholdsChanged>().Select(t => t.Version)];
        }

        Assert.Equal([0], await Said(0));
        Assert.Empty(await Said(59.999));
        Assert.Equal([0], await Said(0.001));
        await world.Thresholds.Change(Delay(10), "ann", World.Cancel);
        Assert.Equal([1], await Said(0));
        history.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => Said(60));
        history.IsCut = false;
        Assert.Equal([1], await Said(0));
    }

    [Fact]
    public async Task Another_replica_s_change_holds_here_with_the_next_look()
    {
        await using var world = new World();
        var other = new Thresholds(world.Versions, world.Time);
        Assert.Equal(30, (await other.Current(World.Cancel)).DelayThreshold["HIGH"]);
        await world.Thresholds.Change(Delay(10), "ann", World.Cancel);
        await other.Read(World.Cancel);
        Assert.Equal(10, (await other.Current(World.Cancel)).DelayThreshold["HIGH"]);
    }

    [Fact]
    public async Task A_firing_alert_is_told_again_as_often_as_the_thresholds_say()
    {
        await using var world = new World();
        await world.Thresholds.Change(
            JsonSerializer.Deserialize<JsonElement>("""{"alarmRestrainTimeOfMin":{"HIGH":10}}"""), "ann", World.Cancel);
        await world.Raise(Firing(T0));
        world.Time.Advance(TimeSpan.FromMinutes(9.999));
        Assert.Equal(1, (await world.Raise(Firing(T0.AddMinutes(9.999)))).Generation);
        world.Time.Advance(TimeSpan.FromMinutes(0.001));
        Assert.Equal(2, (await world.Raise(Firing(T0.AddMinutes(10)))).Generation);
    }
}
