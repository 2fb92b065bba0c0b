
namespace Holdfast.Platform.Tests;

public sealed class ForEachInGroupsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task All_are_done_and_never_more_at_once_than_may_be(int most)
    {
        var (done, now, peak) = (0, 0, 0);
        await Enumerable.Range(0, 10).ForEachInGroups(most, async _ =>
        {
            peak = Math.Max(peak, ++now);
            await Task.Yield();
            now--;
            done++;
        });
        Assert.Equal((10, 0), (done, now));
        Assert.InRange(peak, 1, most);
    }

    [Fact]
    public async Task A_failure_ends_it_behind_its_own_group()
    {
        var begun = new List<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Enumerable.Range(0, 6).ForEachInGroups(2, n =>
        {
            begun.Add(n);
            return n == 2 ? Task.FromException(new InvalidOperationException()) : Task.CompletedTask;
        }));
        Assert.Equal([0, 1, 2, 3], begun);
    }
}
