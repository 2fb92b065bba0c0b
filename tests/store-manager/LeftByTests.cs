using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The cause for which a Store goes.</summary>
public sealed class LeftByTests
{
    [Theory]
    [InlineData(null, LeftBy.Ha)]
    [InlineData("h1", LeftBy.Drain)]
    public void A_Store_whose_host_is_to_be_empty_goes_by_the_drain_and_any_other_by_HA(string? drained, string by) =>
        Assert.Equal(by, LeftBy.Of(new RedundantStore("s", IsAllowed: true) { Drained = drained }));
}
