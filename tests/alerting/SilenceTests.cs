namespace Holdfast.Alerting.Tests;

public class SilenceTests
{
    [Fact]
    public void All_lists_of_a_matcher_must_match_and_one_entry_of_each_is_enough()
    {
        var alert = AlertTransition.Decide(null, Firing(T0, "orders") with
        {
            Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Host = "host-1", Task = "orders", TaskTags = ["pay"],
        }, Defaults, T0).Alert;
        Assert.True(Silencing.Covers(new SilenceMatcher { Targets = ["x", "ord*"], TaskTags = ["pay", "y"], Levels = [2] }, alert));
        Assert.True(Silencing.Covers(new SilenceMatcher { Tasks = ["orders"], Hosts = ["host-1"], Scopes = ["task"] }, alert));
        Assert.False(Silencing.Covers(new SilenceMatcher { Targets = ["ord"] }, alert));
        Assert.False(Silencing.Covers(new SilenceMatcher { Targets = ["ord*"], Levels = [3] }, alert));
        Assert.False(Silencing.Covers(new SilenceMatcher { TaskTags = ["y"] }, alert));
        Assert.False(Silencing.Covers(new SilenceMatcher { Regions = ["elsewhere"] }, alert));
    }

    [Theory]
    [InlineData("matcher")]
    [InlineData("matcher.events")]
    [InlineData("matcher.levels")]
    [InlineData("reason")]
    [InlineData("owner")]
    [InlineData("endsAt")]
    public void What_a_silence_must_have_is_named(string field)
    {
        var good = new SilenceRequest
        {
            Matcher = new SilenceMatcher { Levels = [3] }, Reason = "r", Owner = "o", EndsAt = T0 + Silencing.LengthMax,
        };
        Assert.Empty(Silencing.Broken(good, T0));
        var bad = field switch
        {
            "matcher" => good with { Matcher = new SilenceMatcher() },
            "matcher.events" => good with { Matcher = new SilenceMatcher { Events = ["oms_pigeon"] } },
            "matcher.levels" => good with { Matcher = new SilenceMatcher { Levels = [6] } },
            "reason" => good with { Reason = " " },
            "owner" => good with { Owner = "" },
            _ => good with { EndsAt = T0 + Silencing.LengthMax + TimeSpan.FromTicks(1) },
        };
        Assert.Equal(field, Assert.Single(Silencing.Broken(bad, T0)).Field);
    }

    [Fact]
    public void Of_those_that_cover_it_now_the_one_that_ends_last_counts()
    {
        Silence Over(string id, int from, int to) => new()
        {
            Id = id, Matcher = new SilenceMatcher { Hosts = ["host-1"] }, Reason = "r", Owner = "o", CreatedAt = T0,
            StartsAt = T0.AddMinutes(from), EndsAt = T0.AddMinutes(to),
        };
        Silence[] all = [Over("a", 0, 5), Over("b", 0, 9), Over("later", 6, 20), Over("over", -9, 0)];
        Assert.Equal("b", Silencing.Of(Alert(), all, T0)?.Id);
        Assert.Equal("later", Silencing.Of(Alert(), all, T0.AddMinutes(6))?.Id);
        Assert.Null(Silencing.Of(Alert(), all, T0.AddMinutes(20)));
        Assert.Null(Silencing.Of(Alert() with { Host = "host-2" }, all, T0));
    }
}
