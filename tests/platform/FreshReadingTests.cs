using Holdfast.Platform.Http;

namespace Holdfast.Platform.Tests;

public sealed class FreshReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_asks_is_answered_by_a_reading_that_began_later_and_many_share_one()
    {
        using var fresh = new FreshReading(TimeProvider.System);
        var (stored, seen, readings) = (1, 0, 0);
        Task Read(CancellationToken cancel)
        {
            (seen, readings) = (stored, readings + 1);
            return Task.CompletedTask;
        }

        await fresh.Read(Read, Cancel);
        Assert.Equal((1, 1), (seen, readings));
        stored = 2;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fresh.Read(Read, Cancel)));
        Assert.Equal((2, 2), (seen, readings));
    }

    [Fact]
    public async Task A_reading_that_fails_holds_nobody_up_who_comes_later()
    {
        using var fresh = new FreshReading(TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => fresh.Read(_ => throw new InvalidOperationException(), Cancel));
        var read = false;
        await fresh.Read(_ => Task.FromResult(read = true), Cancel);
        Assert.True(read);
    }
}
