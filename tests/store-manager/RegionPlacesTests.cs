using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class RegionPlacesTests
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

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Three_IDCs_are_named_with_what_is_missing(int idcs, bool more)
    {
        var places = new RegionPlaces([.. Enumerable.Range(0, idcs).Select(i => Host($"h{i}", $"n{i}", stores: 10))]);
        var refusal = places.Take(View(), 0).Refusal!;
        Assert.Equal(4, refusal.Split("IDC ").Length);
        Assert.Equal(more ? "; and 1 more IDCs" : "stores 10 of 10", refusal[^(more ? 17 : 15)..]);
    }

    [Fact]
    public void A_named_host_is_found_in_its_IDC_and_what_it_takes_counts()
    {
        var places = new RegionPlaces([Host("a1", "a", quota: 2), Host("a2", "a", quota: 2), Host("b1", "b", quota: 4)]);
        Assert.Equal(("a2", "a", null), places.TakeOn("a2"));
        Assert.Equal("b", places.Take(View(), 0).Idc);
        Assert.StartsWith("x is not among", places.TakeOn("x").Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void IDCs_fill_evenly_by_their_quotas_whatever_a_named_host_took()
    {
        static RegionPlaces Two() => new([Host("a1", "a", quota: 2), Host("b1", "b", quota: 4)]);
        var places = Two();
        Assert.Equal("abba", string.Concat(Enumerable.Range(0, 4).Select(_ => places.Take(View(), 0).Idc)));
        var named = Two();
        named.TakeOn("a1");
        Assert.Equal("bba", string.Concat(Enumerable.Range(0, 3).Select(_ => named.Take(View(), 0).Idc)));
        Assert.Equal("a", new RegionPlaces([Host("b1", "b", stores: 1, quota: 2),
            Host("a1", "a", stores: 2, quota: 10)]).Take(View(), 0).Idc);
    }

    [Theory]
    [InlineData(0, "b2")]
    [InlineData(-1, "a2")]
    public void Old_data_counts_when_it_begins_no_later_than_what_is_needed(int earlier, string host)
    {
        Candidate[] hosts = [Host("a1", "a"), Host("a2", "a"), Host("b1", "b", stores: 5), Host("b2", "b")];
        var near = Of(In("a", "a1"), In("b", "b1", 2, Clock(8, 0)));
        Assert.Equal(host, new RegionPlaces(hosts).Take(near, Clock(8, 0) + earlier).Host);
    }

    [Fact]
    public void Of_two_Stores_in_an_IDC_the_newer_one_s_host_is_spared() => Assert.Equal("a1",
        new RegionPlaces([Host("a1", "a", stores: 1), Host("a2", "a")]).Take(Of(In("a", "a1"), In("a", "a2", 2)), 0).Host);
}
