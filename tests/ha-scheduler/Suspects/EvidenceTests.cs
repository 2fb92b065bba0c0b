using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>Config standard: Down after 30 s, so suspectWindow is 90 s, together is 15 s, and told at most 7.5 s before.</summary>
public sealed class EvidenceTests
{
    private static readonly Registration Lost = Scene.Component("t1", "h1") with { CameAt = Scene.Now.AddSeconds(-60) };

    private static readonly Suspicion OfH0 = new()
    {
        Falls = [new Fall("h0", "h0-incident", Scene.Now.AddMinutes(-4), Scene.Now.AddMinutes(-4))],
    };

    [Theory]
    [InlineData(121, true)]
    [InlineData(122, false)]
    public void A_fall_counts_up_to_a_window_after_the_component_came(int cameAgo, bool counts)
    {
        var after = Decide(Lost with { CameAt = Scene.Now.AddSeconds(-cameAgo) }, Silent("h1", 31));
        Assert.Equal(counts, after.Memory is { Falls: [{ Host: "h1" }] });
        Assert.False(after.Memory is { IsSuspect: true });
    }

    [Theory]
    [InlineData(38.5, true)]
    [InlineData(38.6, false)]
    public void A_host_that_was_silent_before_the_component_came_was_not_felled_by_it(double silent, bool counts) =>
        Assert.Equal(counts, Decide(Lost with { CameAt = Scene.Now.AddSeconds(-31) }, Silent("h1", silent)).Memory is not null);

    [Fact]
    public void The_second_host_in_a_row_makes_it_suspect_and_it_is_not_moved()
    {
        var snapshot = Of(Lost with { Suspicion = OfH0 }, Silent("h1", 31));
        var suspect = Assert.IsType<Suspect>(Decider.Decide(snapshot, Scene.Config).About(Lost));
        Assert.Equal((Scene.Now, 2), (suspect.After!.Since, suspect.After.Falls.Count));
        Assert.Contains("h0 and h1 went Down in a row", suspect.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_host_twice_is_not_two_hosts()
    {
        var memory = OfH0 with { Falls = [OfH0.Falls[0] with { Host = "h1" }] };
        Assert.False(Decide(Lost with { Suspicion = memory }, Silent("h1", 31)).Memory is { IsSuspect: true });
    }

    [Fact]
    public void One_that_had_lived_on_its_host_begins_anew() =>
        Assert.Null(Decide(Lost with { Suspicion = OfH0, CameAt = Scene.Now.AddHours(-1) }, Silent("h1", 31)).Memory);

    [Theory]
    [InlineData(121, true)]
    [InlineData(122, false)]
    public void It_has_lived_on_its_host_only_since_that_was_back(int backAgo, bool isRemembered)
    {
        var host = Silent("h1", 31);
        host = host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(-backAgo) } };
        var memory = Decide(Lost with { Suspicion = OfH0, CameAt = Scene.Now.AddHours(-1) }, host).Memory;
        Assert.Equal(isRemembered ? OfH0 : null, memory);
    }

    [Theory]
    [InlineData("h1", "h1-incident", "h1 h1-incident 240")]
    [InlineData("h1", "another", "h1 h1-incident 60")]
    [InlineData("h0", "h1-incident", "h0 h1-incident 240, h1 h1-incident 60")]
    public void A_fall_is_one_host_in_one_incident(string host, string incident, string after)
    {
        var before = OfH0 with { Falls = [OfH0.Falls[0] with { Host = host, Incident = incident }] };
        var down = Scene.DownHost("h1");
        down = down with { Verdict = down.Verdict with { Since = Scene.Now.AddSeconds(-1), SilenceSeconds = 31 } };
        var decision = Decider.Decide(Of(Lost with { Suspicion = before }, down), Scene.Config).About(Lost);
        var falls = (decision is Suspect suspect ? suspect.After : Assert.IsType<Place>(decision).Memory)!.Falls;
        Assert.Equal(after, string.Join(", ", falls.Select(f => $"{f.Host} {f.Incident} {(Scene.Now - f.CameAt).TotalSeconds}")));
    }

    [Theory]
    [InlineData(DesiredState.Stopped, null)]
    [InlineData(DesiredState.Running, ComponentState.Abnormal)]
    public void What_was_not_to_run_has_felled_nobody(DesiredState desired, ComponentState? carried) =>
        Assert.Null(Decide(Lost with { Desired = desired, CarriedState = carried }, Silent("h1", 31)).Memory);

    [Fact]
    public void What_nobody_has_dated_has_felled_nobody() => Assert.Null(Decide(Lost with { CameAt = null }, Silent("h1", 31)).Memory);

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void A_host_that_as_many_others_fell_with_as_the_brake_counts_counts_for_nobody(int others, bool counts)
    {
        HostSnapshot[] hosts = [Silent("h1", 31), .. Enumerable.Range(2, others).Select(n => Silent($"h{n}", 31)),
            .. Enumerable.Range(20, 10).Select(n => Scene.Host($"h{n}"))];
        Assert.Equal(counts, Decide(Lost, hosts).Memory is not null);
    }

    [Theory]
    [InlineData(45, false)]
    [InlineData(47, true)]
    public void Two_hosts_of_one_idc_are_lost_together_only_when_they_fell_together(int silent, bool counts) =>
        Assert.Equal(counts, Decide(Lost,
            Silent("h1", 31, "a"), Silent("h2", silent, "a"), Scene.Host("h3", idc: "b"), Scene.Host("h4", idc: "b")).Memory is not null);

    [Fact]
    public void A_fall_is_noted_at_once_when_the_component_cannot_move_yet()
    {
        var decision = Decider.Decide(Of(Lost with { OperatedAt = Scene.Now.AddSeconds(-60) }, Silent("h1", 31)), Scene.Config).About(Lost);
        Assert.Equal("h1", Assert.Single(decision.HeldFor(Reason.Cooldown).Notes!.After!.Falls).Host);
    }

    [Theory]
    [InlineData(Autonomy.Observe, false)]
    [InlineData(Autonomy.Recommend, false)]
    [InlineData(Autonomy.Approve, true)]
    public void Where_ha_only_watches_it_suspects_nobody(Autonomy autonomy, bool suspects) => Assert.Equal(suspects,
        Decider.Decide(Of(Lost with { Suspicion = OfH0 }, Silent("h1", 31)), Scene.Config with { Autonomy = autonomy })
            .About(Lost) is Suspect);

    [Theory]
    [InlineData(91, 300, false)]
    [InlineData(92, 300, true)]
    [InlineData(300, 91, false)]
    [InlineData(300, 92, true)]
    public void One_that_leaves_a_host_on_which_it_lived_for_a_window_leaves_its_memory(int cameAgo, int backAgo, bool forgets)
    {
        // The host was heard a second ago.
        var host = Scene.Host("h1");
        host = host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(-backAgo) } };
        Suspicion? Kept(Suspicion memory, HostSnapshot on) => Evidence.Kept(new Case(
            Lost with { CameAt = Scene.Now.AddSeconds(-cameAgo), Suspicion = memory }, null, Scene.Config, on, null, false, null),
            Scene.Now);
        Assert.Equal(forgets ? null : OfH0, Kept(OfH0, host));
        Assert.NotNull(Kept(OfH0 with { Since = Scene.Now }, host));
        Assert.NotNull(Kept(OfH0, host with { Verdict = host.Verdict with { State = HostState.Down } }));
    }

    private static HostSnapshot Silent(string host, double seconds, string idc = "n1") => Scene.Host(host, silent: seconds, idc: idc);

    private static Snapshot Of(Registration component, params HostSnapshot[] hosts) =>
        Scene.Of(hosts.Length > 1 ? hosts : [.. hosts, Scene.Host("h8", idc: "n2"), Scene.Host("h9", idc: "n2")], component);

    private static Place Decide(Registration component, params HostSnapshot[] hosts) =>
        Assert.IsType<Place>(Decider.Decide(Of(component, hosts), Scene.Config).About(component));
}
