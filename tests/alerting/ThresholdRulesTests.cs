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
    [InlineData("MEDIUM")]
    [InlineData("LOW")]
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

    [Fact]
    public void A_misspelt_key_is_told_which_keys_there_are() => Assert.Equal(
        "is not a key of alarm.thresholds: delayThreshold, failedLengthOfTimeThreshold, alarmRestrainTimeOfMin",
        Merge("""{"delayTreshold":{}}""").Fault!.Fields.Single().Rule);

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
}
