namespace Holdfast.Contracts.Tests;

public class CountedTests
{
    [Theory]
    [InlineData(0, "0 components", "0 deliveries are")]
    [InlineData(1, "1 component", "1 delivery is")]
    [InlineData(2, "2 components", "2 deliveries are")]
    [InlineData(1000, "1000 components", "1000 deliveries are")]
    public void One_is_one_and_none_are_many(long count, string plain, string irregular) => Assert.Equal(
        (plain, irregular), (Counted.Of(count, "component"), Counted.Of(count, "delivery is", "deliveries are")));
}
