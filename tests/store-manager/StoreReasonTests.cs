namespace Holdfast.StoreManager.Tests;

/// <summary>Reasons of Stores: each can be told from the others, and says what helps.</summary>
public sealed class StoreReasonTests
{
    [Fact]
    public void Each_reason_has_a_code_and_a_name_of_its_own_and_says_what_to_do()
    {
        Assert.Contains(StoreReason.OutOfReach, StoreReason.All);
        Assert.Equal(StoreReason.All.Count, StoreReason.All.DistinctBy(r => r.Code).Count());
        Assert.Equal(StoreReason.All.Count, StoreReason.All.DistinctBy(r => r.Name).Count());
        Assert.All(StoreReason.All, r =>
        {
            Assert.Matches("^(ST|HA)-2[0-9]{2}$", r.Code);
            Assert.Matches(@"^[A-Z][^|]+\.$", r.Workaround);
        });
    }
}
