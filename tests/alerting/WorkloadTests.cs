using Holdfast.Tests;

namespace Holdfast.Alerting.Tests;

public sealed class WorkloadTests
{
    [Theory]
    [InlineData(20, 19, true)]
    [InlineData(20, 14, false)]
    [InlineData(49, 49, true)]
    [InlineData(50, 50, false)]
    [InlineData(0, 0, false)]
    [InlineData(1000, 5, false)]
    public void Telling_gives_way_while_accepting_takes_nearly_all_of_the_time_and_not_for_ever(int passed, int accepting, bool gives) =>
        Assert.Equal(gives, DeliveryLoop.GivesWay(TimeSpan.FromMilliseconds(passed), TimeSpan.FromMilliseconds(accepting)));

    [Fact]
    public async Task What_is_under_way_counts_as_far_as_it_has_come_also_when_it_fails()
    {
        var time = new ManualTime();
        var workload = new Workload(time);
        var piece = new TaskCompletionSource<int>();
        var first = workload.Of(() => piece.Task);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), workload.Total);
        piece.SetException(new ArithmeticException());
        await Assert.ThrowsAsync<ArithmeticException>(() => first);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(2), workload.Total);
    }
}
