using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager.State;
using static Holdfast.Rules.StoreManager.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class PlacingTests
{
    private static Candidate Host(string name, string idc, int stores = 0, int quota = 10, double cpu = 0.1) =>
        new(name, "north", idc, new Usage(cpu, 0.1, 0.1), new Quotas(quota, 100), stores, 0);

    private static ObservedStore In(string idc, string host, long seq = 1, long? begin = null) =>
        Seen(Abnormal, seq, begin, host: host) is var seen ? seen with { Store = seen.Store with { Idc = idc } } : null!;

    [Fact]
    public void Stores_of_a_subtopic_spread_over_the_IDCs()
    {
        var view = Of(In("a", "a1"), In("b", "b1", 2));
        Assert.Equal("c1", new RegionPlaces([Host("a1", "a"), Host("b1", "b"), Host("c1", "c", stores: 9)]).Take(view, 0).Host);
    }

    [Fact]
    public void Where_two_IDCs_have_as_few_the_one_with_the_old_data_then_the_less_filled_one()
    {
        Candidate[] hosts = [Host("a1", "a"), Host("a2", "a"), Host("b1", "b", stores: 5), Host("b2", "b")];
        var near = Of(In("a", "a1"), In("b", "b1", 2, Clock(8, 0)));
        Assert.Equal("b2", new RegionPlaces(hosts).Take(near, Clock(8, 30)).Host);
        Assert.Equal("a2", new RegionPlaces(hosts).Take(near, Clock(7, 59)).Host);
        // Data on a host that is away is no data.
        var away = Of(near.Stores[0], near.Stores[1] with { HostServes = false });
        Assert.Equal("a2", new RegionPlaces(hosts).Take(away, Clock(8, 30)).Host);
    }

    [Fact]
    public void Beside_another_store_of_the_subtopic_only_when_there_is_no_other_host()
    {
        var view = Of(In("a", "a1"));
        Assert.Equal("a2", new RegionPlaces([Host("a1", "a"), Host("a2", "a", stores: 9)]).Take(view, 0).Host);
        Assert.Equal("a1", new RegionPlaces([Host("a1", "a")]).Take(view, 0).Host);
    }

    [Fact]
    public void What_is_missing_is_said_of_each_IDC()
    {
        var refusal = new RegionPlaces([Host("a1", "a", stores: 10), Host("b1", "b", cpu: 0.9)]).Take(Of(In("a", "a1")), 0).Refusal;
        Assert.Equal("IDC a: a1: stores 10 of 10; IDC b: b1: cpu 0.9 ≥ 0.85", refusal);
        Assert.Equal(Refusal.NoCandidate.Sentence, new RegionPlaces([]).Take(View(), 0).Refusal);
    }

    [Fact]
    public void A_named_host_overrides_quotas_and_load()
    {
        var places = new RegionPlaces([Host("a1", "a", stores: 10, cpu: 0.99)]);
        Assert.Equal(("a1", "a", null), places.TakeOn("a1"));
        Assert.Null(places.TakeOn("b1").Host);
    }

    /// <summary>Whatever the order of the subtopics: one decision each, no quota passed, no more than a pass may make.</summary>
    [Fact]
    public void A_pass_makes_one_decision_for_each_and_keeps_quotas_and_its_limit()
    {
        var views = Enumerable.Range(0, 30).Select(i => View(Abnormal).With(d => d with { Subtopic = $"s{i:d2}" })).ToList();
        foreach (var order in (SubtopicView[][])[[.. views], [.. Enumerable.Reverse(views)]])
        {
            var decisions = StoreDecider.Decide(order, _ => Terms(Scene.Config with { MovesPerSecond = 12 }),
                _ => [Host("a1", "a"), Host("b1", "b", quota: 5)], Now);
            Assert.Equal(order.Select(v => v.Document.Subtopic), decisions.Select(d => d.Document.Subtopic));
            var made = decisions.OfType<Create>().ToList();
            Assert.Equal(views.Take(12).Select(v => v.Document.Subtopic), made.Select(c => c.Document.Subtopic).Order());
            Assert.True(made.Count(c => c.Host == "b1") <= 5);
            Assert.Equal(18, decisions.Count(d => d.Code() == "ST-213"));
        }
    }
}

public sealed class RendezvousTests
{
    private static readonly string[] Subtopics = [.. Enumerable.Range(0, 10_000).Select(i => $"subtopic-{i}")];

    [Fact]
    public void Subtopics_are_shared_evenly_and_one_that_leaves_takes_only_its_own_away()
    {
        string[] three = ["a", "b", "c"];
        var before = Subtopics.ToDictionary(s => s, s => Rendezvous.Owner(three, s));
        Assert.All(three, r => Assert.InRange(before.Values.Count(o => o == r), 3000, 3700));
        Assert.All(Subtopics.Where(s => before[s] != "c"), s => Assert.Equal(before[s], Rendezvous.Owner(["a", "b"], s)));
        Assert.All(Subtopics, s => Assert.Equal(before[s], Rendezvous.Owner(["c", "a", "b"], s)));
    }
}
