using static Holdfast.HaScheduler.Tests.PlacementTests;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts of one plan for one kind: the least filled that still has room comes first, whatever else takes room meanwhile.</summary>
public sealed class PlaceQueueTests
{
    private const ComponentKind IncrSync = ComponentKind.IncrSync;

    private static Occupancy Of(int order, Candidate host) => new(host, order, default, LoadLimits.Default);

    private static PlaceQueue Queue(params Occupancy[] hosts) => new(store: false, [.. hosts], []);

    [Fact]
    public void Equal_hosts_come_by_load_and_then_in_their_order()
    {
        var busy = Of(0, Host("h1", usage: new Usage(0.3, 0.1, 0)));
        var (second, third) = (Of(1, Host("h2")), Of(2, Host("h3")));
        Assert.Same(second, Queue(busy, third, second).Next(null));
        Assert.Same(busy, Queue(busy, Of(1, Host("h2", others: 1))).Next(null));
    }

    [Fact]
    public void A_host_that_got_something_elsewhere_is_ranked_again_and_one_without_room_leaves()
    {
        var (one, other) = (Of(0, Host("h1", quota: 2)), Of(1, Host("h2", quota: 2, others: 1)));
        var queue = Queue(one, other);
        Assert.Same(one, queue.Next(null));
        one.Add(store: false);
        Assert.Same(one, queue.Next(null));
        one.Add(store: false);
        Assert.Same(other, queue.Next(null));
        other.Add(store: false);
        Assert.Null(queue.Next(null));
    }

    [Fact]
    public void A_host_that_is_excluded_once_is_there_for_the_next_wish()
    {
        var queue = Queue(Of(0, Host("h1")));
        Assert.Null(queue.Next("h1"));
        Assert.Equal("h1", queue.Next(null)!.Candidate.Host);
        Assert.Equal("h1", queue.Next("h2")!.Candidate.Host);
    }

    [Fact]
    public void A_host_without_room_from_the_start_is_never_in_it()
    {
        Assert.Null(Queue(Of(0, Host("h1", quota: 1, others: 1))).Next(null));
        Assert.False(Queue().IsOfStores);
    }

    [Fact]
    public void The_same_refusal_is_said_in_the_same_words_without_asking_all_hosts_again()
    {
        var plan = new Placement([Host("h1", quota: 1, others: 1), Host("h2", quota: 1)]);
        var first = plan.Take(IncrSync, excluding: "h2").Refusal;
        Assert.Same(first, plan.Take(IncrSync, excluding: "h2").Refusal);
        Assert.Equal("h2", plan.Take(IncrSync).Host);
        var after = plan.Take(IncrSync, excluding: "h2").Refusal!;
        Assert.Equal("h1: others 1 of 1; h2: others 1 of 1", after.Sentence);
        Assert.Same(after, plan.Take(IncrSync).Refusal);
    }
}
