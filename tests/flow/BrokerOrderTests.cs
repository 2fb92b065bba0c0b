namespace Holdfast.Flow.Tests;

public sealed class BrokerOrderTests
{
    [Theory]
    [InlineData(true, true, true, "Address")]
    [InlineData(true, false, false, "Address")]
    [InlineData(false, true, true, "Program")]
    [InlineData(false, true, false, "Program")]
    [InlineData(false, false, true, "Container")]
    [InlineData(false, false, false, "Nowhere")]
    public void A_broker_is_the_one_that_is_named_else_an_installed_one_else_one_in_a_container(
        bool isGiven, bool isInstalled, bool hasEngine, string from) =>
        Assert.Equal(from, Rabbit.BrokerFrom(isGiven, isInstalled, hasEngine).ToString());
}
