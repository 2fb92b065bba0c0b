using Holdfast.Platform.Bus;

namespace Holdfast.Platform.Tests;

public sealed class BusRevivalTests
{
    [Theory]
    [InlineData(60, 120)]
    [InlineData(299, 598)]
    [InlineData(300, 600)]
    [InlineData(301, 600)]
    [InlineData(600, 600)]
    public void A_bus_that_was_started_in_vain_gets_twice_as_long_up_to_ten_minutes(int seconds, int next) =>
        Assert.Equal(TimeSpan.FromSeconds(next), BusRevival.Longer(TimeSpan.FromSeconds(seconds)));
}
