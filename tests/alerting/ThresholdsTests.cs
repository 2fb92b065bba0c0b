using System.Text.Json;
using Holdfast.Alerting.Config;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using Holdfast.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using static Holdfast.Alerting.Tests.Some;

namespace Holdfast.Alerting.Tests;

public class ThresholdRulesTests
{
    /// <summary>To the letter as the reference has it.</summary>
    private const string OmsOwn =
        """{"delayThreshold":{"HIGH":30,"MEDIUM":300,"LOW":900},"failedLengthOfTimeThreshold":{"HIGH":30,"MEDIUM":300,"LOW":900},"""
        + """ "alarmRestrainTimeOfMin":{"HIGH":3,"MEDIUM":3,"LOW":3,"IGNORE":100}}""";

    private static Contracts.Outcome<ThresholdsChange> Merge(string body) =>
        ThresholdRules.Merge(Defaults, JsonSerializer.Deserialize<JsonElement>(body));

    [Fact]
    public void The_reference_s_own_json_is_taken_whole() =>
        Assert.True(ThresholdRules.Same(Defaults, Merge(OmsOwn).Value!.After));

    [Fact]
    public void What_is_left_out_keeps_its_value()
    {
        var after = Merge("""{"delayThreshold":{"MEDIUM":60},"version":7,"by":"ann","at":"2026-01-01T00:00:00Z"}""").Value!;
        Assert.Equal(7, after.Version);
        Assert.Equal([30, 60, 900], after.After.DelayThreshold.Values);
        Assert.Equal(Defaults.FailedLengthOfTimeThreshold, after.After.FailedLengthOfTimeThreshold);
        Assert.True(ThresholdRules.Same(Defaults, Merge("{}").Value!.After));
    }

    [Theory]
    [InlineData("""{"rule":{"delayThreshold":{"HIGH":10}}}""", "")]
    [InlineData("""{"rule":"{\"delayThreshold\":{\"HIGH\":10}}"}""", "")]
    [InlineData("""{"rule":{"delayThreshold":{"HIGH":10,"IGNORE":0},"recoverThreshold":{"HIGH":1}},"enable":true}""",
        "rule.recoverThreshold enable rule.delayThreshold.IGNORE")]
    [InlineData("""{"rule":"delay > threshold","delayThreshold":{"HIGH":10},"ignored":["x"]}""", "rule")]
    [InlineData("""{"rule":null,"delayThreshold":{"HIGH":10}}""", "rule")]
    [InlineData("""{"rule":[{"delayThreshold":1}],"delayThreshold":{"HIGH":10}}""", "rule")]
    [InlineData("""{"rule":{"version":0},"delayThreshold":{"HIGH":10}}""", "")]
    public void Oms_s_json_with_its_rule_key_is_taken_whole_and_what_means_nothing_here_is_named(string body, string ignored)
    {
        var change = Merge(body).Value!;
        Assert.Equal((10, ignored), (change.After.DelayThreshold["HIGH"], string.Join(' ', change.Ignored)));
    }

    [Theory]
    [InlineData("HIGH", 1, 300)]
    [InlineData("MEDIUM", 30, 600)]
    [InlineData("LOW", 300, 10_800)]
    public void Seconds_are_held_to_both_ends_of_their_range(string level, int min, int max)
    {
        foreach (var key in new[] { "delayThreshold", "failedLengthOfTimeThreshold" })
        {
            string Body(int seconds) => $$$"""{"{{{key}}}":{"HIGH":1,"LOW":10800,"{{{level}}}":{{{seconds}}}}}""";
            // HIGH at its longest and LOW at its shortest still keep the order: MEDIUM is 300.
            Assert.Null(Merge(Body(min)).Fault);
            Assert.Null(Merge(Body(max)).Fault);
            foreach (var outside in new[] { min - 1, max + 1 })
            {
                var fault = Merge(Body(outside)).Fault!;
                Assert.Equal("AL-105", fault.Code);
                Assert.Contains(fault.Fields, f => f.Field == $"{key}.{level}" && (string)f.Value! == $"{outside}"
                    && f.Rule.Contains($"{min} to {max} seconds", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("HIGH")]
    [InlineData("IGNORE")]
    public void Minutes_are_1_to_600(string level)
    {
        string Body(int minutes) => $$$"""{"alarmRestrainTimeOfMin":{"{{{level}}}":{{{minutes}}}}}""";
        Assert.Equal([true, false, false, true], new[] { 0, 1, 600, 601 }.Select(m => Merge(Body(m)).Fault is not null));
    }

    [Theory]
    [InlineData("""{"delayThreshold":{"HIGH":61,"MEDIUM":60}}""", "delayThreshold")]
    [InlineData("""{"failedLengthOfTimeThreshold":{"MEDIUM":600,"LOW":599}}""", "failedLengthOfTimeThreshold")]
    [InlineData("""{"delayThreshold":{"HIGH":31,"MEDIUM":30}}""", "delayThreshold")]
    public void High_is_at_most_medium_and_that_at_most_low(string body, string field)
    {
        var fault = Merge(body).Fault!;
        Assert.Equal((field, "must be HIGH ≤ MEDIUM ≤ LOW"), fault.Fields is [var one] ? (one.Field, one.Rule) : default);
    }

    [Theory]
    [InlineData("""{"delayThreshold":{"HIGH":60,"MEDIUM":60}}""")]
    [InlineData("""{"delayThreshold":{"MEDIUM":600,"LOW":600}}""")]
    public void Equal_ones_are_in_order(string body) => Assert.Null(Merge(body).Fault);

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("""{"delayTreshold":{}}""", "delayTreshold")]
    [InlineData("""{"delayThreshold":3}""", "delayThreshold")]
    [InlineData("""{"delayTreshold":{},"by":"ann","rule":7}""", "delayTreshold rule")]
    [InlineData("""{"delayThreshold":{"MIDDLE":3,"HIGH":"30"},"version":"x"}""", "delayThreshold.MIDDLE delayThreshold.HIGH version")]
    [InlineData("""{"rule":{"delayThreshold":{"HIGH":0}}}""", "rule.delayThreshold.HIGH")]
    [InlineData("""{"rule":{"delayThreshold":7}}""", "rule.delayThreshold")]
    [InlineData("""{"alarmRestrainTimeOfMin":{"HIGH":1.5}}""", "alarmRestrainTimeOfMin.HIGH")]
    public void Everything_that_is_wrong_is_named_at_once(string body, string fields) =>
        Assert.Equal(("AL-105", fields), Merge(body).Fault is { } f ? (f.Code, string.Join(' ', f.Fields.Select(x => x.Field))) : default);

    [Theory]
    [InlineData(null, 10)]
    [InlineData(ProtectionLevel.High, 10)]
    [InlineData(ProtectionLevel.Medium, 20)]
    [InlineData(ProtectionLevel.Low, 30)]
    [InlineData(ProtectionLevel.Ignore, 40)]
    public void Restraint_follows_the_thresholds(ProtectionLevel? protection, int minutes)
    {
        var set = Merge("""{"alarmRestrainTimeOfMin":{"HIGH":10,"MEDIUM":20,"LOW":30,"IGNORE":40}}""").Value!.After;
        Assert.Equal(TimeSpan.FromMinutes(minutes), Restrain.Time(protection, set));
    }
}

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
        using var loop = new ThresholdsLoop(world.Thresholds, bus, world.Time, NullLogger<ThresholdsLoop>.Instance);
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
        Assert.Equal(1, (await world.Raise(Firing(T0.AddMinutes(9.999)))).Round);
        world.Time.Advance(TimeSpan.FromMinutes(0.001));
        Assert.Equal(2, (await world.Raise(Firing(T0.AddMinutes(10)))).Round);
    }
}
