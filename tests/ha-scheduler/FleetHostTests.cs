using Holdfast.Contracts;
using Holdfast.Fleet;

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
}
