using FsCheck;
using FsCheck.Fluent;
using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Would the region survive its largest host, and each IDC? Both sides of the answer.</summary>
public sealed class SurvivalTests
{
    [Theory]
    [InlineData(6, true, 0, "tolerates loss of h1: yes · IDC a: yes · IDC b: yes")]
    [InlineData(5, false, 1, "tolerates loss of h1: yes · IDC a: no, 1 component has no room · IDC b: yes")]
    [InlineData(4, false, 2, "tolerates loss of h1: yes · IDC a: no, 2 components have no room · IDC b: yes")]
    public void An_IDC_is_survived_when_the_others_have_a_place_for_each_of_its_components(
        int room, bool survives, int without, string sentence)
    {
        var headroom = Of([Host("h1", "a", 100, 3), Host("h2", "a", 100, 2), Host("h3", "b", 1 + room - 1, 1)]);
        Assert.Equal((survives, sentence), (headroom.Survives, headroom.Sentence));
        var idc = headroom.Scenarios.Single(s => s.Lost == "idc a");
        Assert.Equal((2, 5, without == 0, without), (idc.Hosts, idc.Components, idc.Survives, idc.Without));
        Assert.Equal(without == 0 ? null : $"h3: others {room} of {room}", idc.Because);
    }

    [Fact]
    public void The_largest_host_is_the_one_whose_loss_needs_most_room_though_it_takes_no_work_itself()
    {
        var small = Host("h1", "a", 10, 1);
        var large = Host("h2", "a", 10, 4) with { Candidate = null };
        var full = Host("h3", "b", 9, 9) with { Work = new HostWork("h3", "b",
            [new(ComponentKind.Store), new(ComponentKind.FullImport)]) };
        var headroom = Of([small, large, full]);
        Assert.Equal(new Loss("host h2", 1, 4, true, 0, null), headroom.Scenarios[0]);
        Assert.Equal(["host h2", "idc a", "idc b"], headroom.Scenarios.Select(s => s.Lost));
    }

    [Fact]
    public void Of_equally_large_hosts_the_first_by_name_is_looked_at() =>
        Assert.Equal("host h1", Of([Host("h2", "a", 9, 2), Host("h1", "a", 9, 2)]).Scenarios[0].Lost);

    [Theory]
    [InlineData(ComponentKind.IncrSync, 1)]
    [InlineData(ComponentKind.Store, 0)]
    [InlineData(ComponentKind.FullImport, 0)]
    [InlineData(ComponentKind.FullVerification, 0)]
    public void Only_Incr_Syncs_need_room(ComponentKind kind, int components)
    {
        var headroom = Of([Host("h1", "a", 9, 0) with { Work = new HostWork("h1", "a", [new Resident(kind)]) }]);
        Assert.All(headroom.Scenarios, s => Assert.Equal((components, components, components == 0),
            (s.Components, s.Without, s.Survives)));
        Assert.Equal(components == 0 ? null : Refusal.NoCandidate.Sentence, headroom.Scenarios[0].Because);
    }

    [Fact]
    public void Tags_are_asked_of_the_hosts_that_are_left()
    {
        var tagged = Host("h1", "a", 9, 0, "ssd") with { Work = new HostWork("h1", "a", [new(ComponentKind.IncrSync, ["ssd"])]) };
        var lost = Of([tagged, Host("h2", "b", 9, 0)]).Scenarios[0];
        Assert.Equal((1, "no host has tag ssd"), (lost.Without, lost.Because));
        Assert.True(Of([tagged, Host("h2", "b", 9, 0, "ssd")]).Survives);
    }

    [Theory]
    [InlineData(22, null)]
    [InlineData(23, "h2: cpu 0.4 + 0.46 expected ≥ 0.85")]
    public void Load_is_counted_as_the_plan_counts_it(int lost, string? because)
    {
        // 0.4 of CPU over 20 components: 0.02 each, so 22 more fit.
        var headroom = Of([Host("h1", "a", 1000, lost), Loaded("h2", "b", 0.4, components: 20)]);
        Assert.Equal(new Loss("host h1", 1, lost, because is null, lost - 22, because), headroom.Scenarios[0]);
    }

    [Fact]
    public void Five_IDCs_are_named_in_their_order_and_of_more_those_that_would_be_missed_most()
    {
        var full = Enumerable.Range(0, 6).Select(n => Host($"h{n}", $"i{n}", n + 1, n + 1)).ToList();
        Assert.Contains(" · IDC i0: no, 1 component has no room · IDC i1: ", Of([.. full.Take(5)]).Sentence, StringComparison.Ordinal);
        Assert.EndsWith(" · IDC i4: no, 5 components have no room", Of([.. full.Take(5)]).Sentence, StringComparison.Ordinal);
        Assert.Contains("h5: no, 6 components have no room · IDC i5: ", Of(full).Sentence, StringComparison.Ordinal);
        Assert.EndsWith(" · IDC i1: no, 2 components have no room · 1 more IDCs: no for 1", Of(full).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_without_hosts_loses_nothing_and_many_IDCs_are_summed_up()
    {
        Assert.Equal((true, "the region has no host"), (Of([]).Survives, Of([]).Sentence));
        var many = Of([.. Enumerable.Range(0, 9).Select(n => Host($"h{n}", $"i{n}", 1, 1))]);
        Assert.Equal(10, many.Scenarios.Count);
        Assert.EndsWith("IDC i4: no, 1 component has no room · 4 more IDCs: no for 4", many.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_can_be_served()
    {
        var json = JsonSerializer.Serialize(Of([Host("h1", "a", 9, 1)]), JsonSerializerOptions.Web);
        Assert.StartsWith("""{"region":"north","survives":false,"scenarios":[{"lost":"host h1","hosts":1,"components":1,""" +
            "\"survives\":false,\"without\":1,\"because\":\"no host is up", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_says_what_the_plan_would_say() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var hosts = new RandomPlan(seed).Hosts;
        var random = new Random(seed);
        var work = hosts.ConvertAll(h => new HostWork(h.Host, h.Idc,
            [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => new Resident(ComponentKind.IncrSync, Tags(random, seed)))]));
        return Survival.Of("north", hosts, work).Scenarios.All(s =>
        {
            bool IsLost(string host, string idc) => s.Lost == $"host {host}" || s.Lost == $"idc {idc}";
            var plan = new Placement(hosts.Where(h => !IsLost(h.Host, h.Idc)));
            var choices = work.Where(w => IsLost(w.Host, w.Idc)).OrderBy(w => w.Host, StringComparer.Ordinal)
                .SelectMany(w => w.Components).Select(c => plan.Take(c.Kind, c.Tags)).ToList();
            return s.Components == choices.Count && s.Without == choices.Count(p => p.Host is null)
                && s.Because == choices.Select(p => p.Refusal?.Sentence).FirstOrDefault(r => r is not null);
        });
    }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(600));

    /// <summary>Half of the scenes ask for no tag, some for few and some for many.</summary>
    private static string[]? Tags(Random random, int seed) =>
        seed % 2 == 0 || random.Next(8) > Math.Abs(seed % 7) ? null : random.Next(2) == 0 ? ["ssd"] : ["near", "ssd"];

    private sealed record Scenery(Candidate? Candidate, HostWork? Work);

    private static Scenery Host(string name, string idc, int quota, int components, params string[] tags) => new(
        new Candidate(name, "north", idc, new Usage(0, 0, 0), new Quotas(quota, quota), 0, components) { Tags = tags },
        new HostWork(name, idc, [.. Enumerable.Repeat(new Resident(ComponentKind.IncrSync), components)]));

    private static Scenery Loaded(string name, string idc, double cpu, int components)
    {
        var host = Host(name, idc, 1000, components);
        return host with { Candidate = host.Candidate! with { Usage = new Usage(cpu, 0, 0) } };
    }

    private static Headroom Of(IReadOnlyList<Scenery> hosts) => Survival.Of("north",
        [.. hosts.Select(h => h.Candidate).OfType<Candidate>()], [.. hosts.Select(h => h.Work).OfType<HostWork>()]);
}
