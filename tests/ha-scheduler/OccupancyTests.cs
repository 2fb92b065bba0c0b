using static Holdfast.HaScheduler.Tests.PlacementTests;

namespace Holdfast.HaScheduler.Tests;

/// <summary>One host while a plan is made: what it has, what was handed out there, how much more fits.</summary>
public sealed class OccupancyTests
{
    private static readonly ComponentCost Cost = new(0.1, 0.02);

    private static Occupancy Of(Candidate host, ComponentCost cost) => new(host, 0, cost, LoadLimits.Default);

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void It_has_room_below_its_quota(int others, bool hasRoom) =>
        Assert.Equal(hasRoom, Of(Host("h1", quota: 3, others: others), default).HasRoom(store: false));

    [Fact]
    public void Stores_and_others_fill_quotas_of_their_own_and_load_the_host_together()
    {
        var host = Of(Host("h1", quota: 4), Cost);
        host.Add(store: true);
        host.Add(store: false, count: 2);
        Assert.Equal((0.25, 0.5, 3), (host.Filled(store: true), host.Filled(store: false), host.HandedOut));
        Assert.Equal(0.1 + 3 * Cost.Cpu, host.Load, 9);
    }

    /// <summary>0.1 of the CPU is used and each costs a tenth: with the seventh 0.8, with the eighth 0.9 of at most 0.85.</summary>
    [Theory]
    [InlineData(100, 7)]
    [InlineData(7, 7)]
    [InlineData(6, 6)]
    [InlineData(0, 0)]
    public void Its_room_ends_at_the_quota_or_at_the_load_whichever_comes_first(int quota, int room)
    {
        var host = Of(Host("h1", quota: quota), Cost);
        Assert.Equal(room, host.Room(store: false));
        host.Add(store: false, count: room);
        Assert.False(host.HasRoom(store: false));
        Assert.Equal(0, host.Room(store: false));
    }

    [Fact]
    public void Those_that_are_to_come_load_it_already()
    {
        var host = Of(Host("h1") with { Awaited = 3 }, Cost);
        Assert.Equal(4, host.Room(store: false));
        Assert.Equal(0.4, host.Load, 9);
    }

    [Fact]
    public void The_disk_does_not_fill_with_what_comes_and_is_a_bottleneck_at_its_limit()
    {
        Assert.False(Of(Host("h1", usage: new Usage(0, 0, 0.8999)), Cost).HasBottleneck);
        Assert.True(Of(Host("h1", usage: new Usage(0, 0, 0.9)), Cost).HasBottleneck);
    }

    [Fact]
    public void What_it_is_short_of_is_said_with_figures_and_an_expected_cost_apart()
    {
        Assert.Equal("", Of(Host("h1"), Cost).Shortage(store: false));
        Assert.Equal("cpu 0.8 + 0.1 expected ≥ 0.85", Of(Host("h1", usage: new Usage(0.8, 0, 0)), Cost).Shortage(store: false));
        Assert.Equal("cpu 0.93 ≥ 0.85, memory 0.9 ≥ 0.85, disk 0.95 ≥ 0.9, stores 0 of 0",
            Of(Host("h1", quota: 0, usage: new Usage(0.93, 0.9, 0.95)), Cost).Shortage(store: true));
        Assert.Equal("others 2 of 2", Of(Host("h1", quota: 2, others: 2), Cost).Shortage(store: false));
    }
}
