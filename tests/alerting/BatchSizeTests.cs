namespace Holdfast.Alerting.Tests;

public class BatchSizeTests
{
    [Theory]
    [InlineData(0, 0, int.MaxValue)]
    [InlineData(20, 0, int.MaxValue)]
    [InlineData(21, 0, 16)]
    [InlineData(21, 249, 16)]
    [InlineData(5000, 250, 32)]
    [InlineData(5000, 1000, 80)]
    [InlineData(5000, 9999, 640)]
    [InlineData(5000, 10_000, int.MaxValue)]
    public void Deliveries_give_way_while_others_wait_long_to_be_accepted_and_less_so_the_later_they_are(
        int accepting, int behind, int most) =>
        Assert.Equal(most, BatchSize.Decide(TimeSpan.FromMilliseconds(accepting), TimeSpan.FromMilliseconds(behind)));
}
