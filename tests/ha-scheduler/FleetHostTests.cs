using Holdfast.HaScheduler.Replay;

namespace Holdfast.HaScheduler.Tests;

public sealed class FleetHostTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1:9000", "10.0.0.1")]
    [InlineData("db-7:9000", "db-7")]
    [InlineData("fd00::7", "fd00::7")]
    [InlineData("[fd00::7]:9000", "fd00::7")]
    public void The_ip_is_the_address_without_its_port(string address, string ip)
    {
        var report = new HostReport
        {
            Host = "h1", Incarnation = 1, Sequence = 1, Region = "north", Idc = "a", Address = address, Usage = new Usage(0, 0, 0),
        };
        Assert.Equal(ip, FleetHost.After(null, report).Ip);
    }

    [Fact]
    public void What_a_list_lacks_holds_until_the_next_list()
    {
        var store = new ComponentReport
        {
            Name = "s1", Kind = ComponentKind.Store, Epoch = 1, State = ComponentState.Running, ConsumersLeftOut = 12,
        };
        var host = FleetHost.After(null, Scene.Report("h1", 1, [store]) with { LeftOut = "HB-345 12 consumers" });
        Assert.Equal(("HB-345 12 consumers", 12), (host.LeftOut, host.Components[0].ConsumersLeftOut));
        host = FleetHost.After(host, Scene.Report("h1", 2) with { Components = null });
        Assert.Equal(("HB-345 12 consumers", 12), (host.LeftOut, host.Components[0].ConsumersLeftOut));
        Assert.Null(FleetHost.After(host, Scene.Report("h1", 3, [])).LeftOut);
    }

    /// <summary>No decision reads it, and the figures in it change with every list.</summary>
    [Fact]
    public void What_a_list_lacks_is_not_recorded_for_a_replay()
    {
        var store = new ComponentReport { Name = "s1", Kind = ComponentKind.Store, Epoch = 1, State = ComponentState.Running };
        var whole = FleetHost.After(null, Scene.Report("h1", 1, [store]));
        var cut = FleetHost.After(null, Scene.Report("h1", 1, [store with { ConsumersLeftOut = 12 }]) with { LeftOut = "HB-345" });
        Assert.True(Recorded.IsSame(whole, cut));
        Assert.Equal((null, null), Recorded.Of(cut) is var kept ? (kept.LeftOut, kept.Components[0].ConsumersLeftOut) : default);
    }
}
