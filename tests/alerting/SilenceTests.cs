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

    /// <summary>An alert that is of no host, task or tag is covered by no list of them.</summary>
    [Theory]
    [InlineData("scopes", "system", "task")]
    [InlineData("events", AlertEvents.HostDown, AlertEvents.HostFlaps)]
    [InlineData("levels", "2", "3")]
    [InlineData("regions", "cn-hangzhou", "elsewhere")]
    [InlineData("hosts", "host-1", "host-2")]
    [InlineData("tasks", "orders", "other")]
    [InlineData("taskTags", "pay", "other")]
    [InlineData("targets", "host-1", "host-2")]
    public void Each_list_narrows_alone_and_is_an_entry_of_its_own(string list, string fits, string differs)
    {
        var alert = Alert() with { Task = "orders", TaskTags = ["pay"] };
        SilenceMatcher Of(string value) => JsonSerializer.Deserialize<SilenceMatcher>(
            $$"""{"{{list}}":[{{(list == "levels" ? value : $"\"{value}\"")}}]}""", JsonSerializerOptions.Web)!;
        Assert.Equal((true, false), (Silencing.Covers(Of(fits), alert), Silencing.Covers(Of(differs), alert)));
        Assert.Equal(1, Silencing.Entries(Of(fits)));
        if (list is "hosts" or "tasks" or "taskTags")
        {
            Assert.False(Silencing.Covers(Of(fits), alert with { Host = null, Task = null, TaskTags = [] }));
        }
    }

    [Fact]
    public void A_star_at_the_end_of_a_target_stands_for_any_rest()
    {
        bool Covers(string pattern) => Silencing.Covers(new SilenceMatcher { Targets = [pattern] }, Alert());
        Assert.All(["host-*", "host-1*", "host-1"], pattern => Assert.True(Covers(pattern), pattern));
        Assert.All(["host-2*", "host-", "*-1", "ost*"], pattern => Assert.False(Covers(pattern), pattern));
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

    private static readonly SilenceRequest Good = new()
    {
        Matcher = new SilenceMatcher { Levels = [3] }, Reason = "r", Owner = "o", EndsAt = T0.AddDays(1),
    };

    private static string Broken(SilenceRequest asked) => string.Join(' ', Silencing.Broken(asked, T0).Select(f => f.Field));

    [Theory]
    [InlineData(1, 500, "")]
    [InlineData(100, 1, "")]
    [InlineData(101, 501, "matcher reason owner")]
    public void A_silence_has_up_to_100_entries_and_texts_of_500_characters(int entries, int length, string broken) => Assert.Equal(
        broken,
        Broken(Good with
        {
            Matcher = new SilenceMatcher { Hosts = [.. Enumerable.Range(0, entries).Select(n => $"h{n}")] },
            Reason = new string('x', length), Owner = new string('x', length),
        }));

    [Theory]
    [InlineData(0, "system", "xy", "matcher.levels")]
    [InlineData(1, "task", "x*", "")]
    [InlineData(5, "system", "xy", "")]
    [InlineData(6, "system", "xy", "matcher.levels")]
    [InlineData(1, "host", "xy", "matcher.scopes")]
    [InlineData(1, "task", "*", "matcher.targets")]
    public void Of_each_list_all_entries_must_be_right(int level, string scope, string target, string broken) => Assert.Equal(
        broken,
        Broken(Good with { Matcher = new SilenceMatcher { Levels = [3, level], Scopes = ["task", scope], Targets = ["host-1", target] } }));

    [Theory]
    [InlineData(256, "")]
    [InlineData(257, "matcher.targets")]
    public void A_target_has_at_most_256_characters(int length, string broken) =>
        Assert.Equal(broken, Broken(Good with { Matcher = new SilenceMatcher { Targets = [new string('x', length)] } }));

    /// <summary>In hours from now.</summary>
    [Theory]
    [InlineData(null, 0, "endsAt")]
    [InlineData(null, 1, "")]
    [InlineData(-2.0, -1, "endsAt")]
    [InlineData(-2.0, 0, "endsAt")]
    [InlineData(3.0, 2, "endsAt")]
    [InlineData(2.0, 2, "endsAt")]
    [InlineData(2.0, 3, "")]
    [InlineData(-2.0, (90 * 24) - 2, "")]
    [InlineData(-2.0, (90 * 24) - 1, "endsAt")]
    [InlineData(null, 90 * 24, "")]
    [InlineData(null, (90 * 24) + 1, "endsAt")]
    public void It_ends_ahead_of_now_after_its_start_and_within_90_days_of_it(double? starts, int ends, string broken) => Assert.Equal(
        broken, Broken(Good with { StartsAt = starts is { } hours ? T0.AddHours(hours) : null, EndsAt = T0.AddHours(ends) }));

    [Fact]
    public void A_silence_without_an_end_is_refused() => Assert.Equal("endsAt", Broken(Good with { EndsAt = null }));

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
