using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The address at which consumers reach a Store.</summary>
public sealed class ReachedTests
{
    [Theory]
    [InlineData("0.0.0.0:7001", "10.0.0.7:9000", "10.0.0.7:7001")]
    [InlineData("[::]:7001", "[fd00::7]:9000", "[fd00::7]:7001")]
    [InlineData("0.0.0.0:7001", "10.0.0.7", "10.0.0.7:7001")]
    [InlineData("10.0.0.9:7001", "10.0.0.7:9000", "10.0.0.9:7001")]
    [InlineData("0.0.0.0:7001", "a name", "0.0.0.0:7001")]
    [InlineData("a name:7001", "10.0.0.7:9000", "a name:7001")]
    [InlineData(null, "10.0.0.7:9000", null)]
    public void One_that_listens_everywhere_is_reached_where_its_host_is(string? said, string host, string? reached) =>
        Assert.Equal(reached, Reached.At(said, host));
}
