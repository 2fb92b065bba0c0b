using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

public sealed class BrakeTests
{
    private static readonly BrakeState Off = new(false, false);
    private static readonly BrakeState On = new(true, false);

    [Theory]
    [InlineData(10, 5, false)]
    [InlineData(10, 6, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    public void More_than_the_share_and_at_least_three_hosts_brake(int hosts, int silent, bool holds) =>
        Assert.Equal(holds, Holds(Region(hosts, silent), Off));

    [Theory]
    [InlineData(10, 6, true)]
    [InlineData(10, 5, true)]
    [InlineData(10, 4, false)]
    public void A_brake_ends_only_well_below_the_share_at_which_it_began(int hosts, int silent, bool holds) =>
        Assert.Equal(holds, Holds(Region(hosts, silent), On));

    [Fact]
    public void One_whole_idc_may_go_silent_while_the_rest_of_the_region_answers()
    {
        Assert.False(Holds([.. Silent("n1", 6), .. Answering("n2", 4)], Off));
        Assert.True(Holds([.. Silent("n1", 6), .. Answering("n2", 3), .. Silent("n2", 1)], Off));
        Assert.True(Holds([.. Silent("n1", 6), .. Answering("n1", 1), .. Answering("n2", 3)], Off));
        Assert.True(Holds([.. Silent("n1", 6)], Off));
    }

    [Fact]
    public void A_host_long_down_counts_and_one_heard_again_does_not()
    {
        Assert.True(Holds([Scene.DownHost("d1"), Scene.DownHost("d2"), .. Silent("n2", 1), .. Answering("n1", 2)], Off));
        var back = Scene.Host("d2", HostState.Down, silent: 1);
        Assert.False(Holds([Scene.DownHost("d1"), back, .. Silent("n2", 1), .. Answering("n1", 2)], Off));
    }

    [Fact]
    public void An_interruption_of_the_feed_does_not_end_a_brake()
    {
        // After a break nobody's silence counts for a while; that is no word from anybody.
        var region = Region(10, 6).Select(h => h with { Silence = TimeSpan.Zero }).ToList();
        Assert.True(Holds(region, On));
        Assert.False(Holds(region, Off));
    }

    [Fact]
    public void The_brake_holds_in_the_very_pass_in_which_many_fall_silent()
    {
        var decisions = Decider.Decide(Mass(downNow: 4, suspects: 2), Scene.Config);
        Assert.Equal(4, decisions.OfType<DeclareDown>().Count());
        Assert.Empty(decisions.OfType<Place>());
        Assert.Equal(4, decisions.OfType<Hold>().Count(h => h.Reason == Reason.Brake));
        Assert.Equal(new SetBrake("north", new BrakeState(true, false), 6, 10), decisions.About("region:north"));
    }

    [Fact]
    public void One_suspect_fewer_and_the_moves_start()
    {
        var decisions = Decider.Decide(Mass(downNow: 4, suspects: 1), Scene.Config);
        Assert.Equal(4, decisions.OfType<Place>().Count());
        Assert.Empty(decisions.OfType<SetBrake>());
    }

    [Fact]
    public void A_brake_that_goes_on_says_why_and_one_that_is_confirmed_lets_moves_go()
    {
        var held = Decider.Decide(Mass(4, 2, On), Scene.Config);
        held.About("region:north").HeldFor(Reason.Brake);
        Assert.Empty(held.OfType<Place>());
        var confirmed = Decider.Decide(Mass(4, 2, new BrakeState(true, true)), Scene.Config);
        Assert.Equal(4, confirmed.OfType<Place>().Count());
        Assert.Contains("confirmed", confirmed.About("region:north").HeldFor(Reason.Brake).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_confirmation_given_before_the_brake_counts_for_nothing()
    {
        var decisions = Decider.Decide(Mass(4, 2, new BrakeState(false, true)), Scene.Config);
        Assert.Empty(decisions.OfType<Place>());
    }

    [Fact]
    public void The_brake_of_one_region_holds_nothing_in_another()
    {
        var braked = Mass(4, 2);
        var lost = Scene.Component("s", "s1", region: "south");
        var decisions = Decider.Decide(braked with
        {
            Hosts = [.. braked.Hosts, Scene.Host("s1", silent: 31, region: "south"), .. Answering("x", 5, "south")],
            Registrations = [.. braked.Registrations, lost],
        }, Scene.Config);
        Assert.IsType<Place>(decisions.About(lost));
    }

    [Fact]
    public void A_brake_is_released_only_after_a_calm_of_its_cooldown()
    {
        var calm = Scene.Now - Scene.Config.BrakeCooldown;
        Assert.Equal(new SetBrake("north", On with { CalmSince = Scene.Now }, 1, 10), Region(On));
        Assert.Equal(Scene.Now + TimeSpan.FromTicks(1),
            Assert.IsType<Hold>(Region(On with { CalmSince = calm.AddTicks(1) })).HeldFor(Reason.Brake).Earliest);
        Assert.Equal(new SetBrake("north", Off, 1, 10), Region(On with { CalmSince = calm }));

        static Decision Region(BrakeState before) => Decider.Decide(Mass(0, 1, before), Scene.Config).About("region:north");
    }

    [Fact]
    public void A_calm_that_is_broken_starts_anew() =>
        Assert.Equal(new SetBrake("north", On, 5, 10),
            Decider.Decide(Mass(0, 5, On with { CalmSince = Scene.Now.AddSeconds(-5) }), Scene.Config).About("region:north"));

    [Fact]
    public void Hosts_in_maintenance_do_not_count()
    {
        var snapshot = Mass(4, 2);
        var work = Some.Work;
        var hosts = snapshot.Hosts.Select((h, n) => n < 2 ? h with { Verdict = h.Verdict with { Maintenance = work } } : h).ToList();
        var decisions = Decider.Decide(snapshot with { Hosts = hosts }, Scene.Config);
        Assert.Empty(decisions.OfType<SetBrake>());
        decisions.About("h0").HeldFor(Reason.InMaintenance);
        Assert.Equal(2, decisions.OfType<DeclareDown>().Count());
    }

    /// <summary>Engaged before and no longer calm enough to end at once, or not engaged and engaged now.</summary>
    private static bool Holds(IReadOnlyCollection<HostSnapshot> region, BrakeState before) =>
        Brake.Next(region, Scene.Config, before, Scene.Now, out _) is { Engaged: true, CalmSince: null };

    /// <summary>Ten hosts in two IDCs, each silent one with a component.</summary>
    private static Snapshot Mass(int downNow, int suspects, BrakeState? brake = null)
    {
        var hosts = Enumerable.Range(0, 10).Select(n => Scene.Host($"h{n}", idc: $"n{n % 2}",
            silent: n < downNow ? 31 : n < downNow + suspects ? 16 : 1)).ToList();
        var components = Enumerable.Range(0, downNow + suspects).Select(n => Scene.Component($"t{n}", $"h{n}"));
        return Scene.Of(hosts, [.. components]) with
        {
            Brakes = brake is null ? new Dictionary<string, BrakeState>() : new Dictionary<string, BrakeState> { ["north"] = brake },
        };
    }

    private static List<HostSnapshot> Region(int hosts, int silent) =>
        [.. Enumerable.Range(0, hosts).Select(n => Scene.Host($"h{n}", idc: $"n{n % 2}", silent: n < silent ? 16 : 1))];

    private static IEnumerable<HostSnapshot> Silent(string idc, int count) =>
        Enumerable.Range(0, count).Select(n => Scene.Host($"{idc}-silent-{n}", idc: idc, silent: 16));

    private static IEnumerable<HostSnapshot> Answering(string idc, int count, string region = "north") =>
        Enumerable.Range(0, count).Select(n => Scene.Host($"{idc}-{n}", idc: idc, region: region));
}
