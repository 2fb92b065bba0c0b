namespace Holdfast.Platform.Tests;

public sealed class SingleFlightCacheTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_asks_is_answered_by_a_reading_that_began_later_and_many_share_one()
    {
        using var fresh = new SingleFlightCache(TimeProvider.System);
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
        using var fresh = new SingleFlightCache(TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => fresh.Read(_ => throw new InvalidOperationException(), Cancel));
        var read = false;
        await fresh.Read(_ => Task.FromResult(read = true), Cancel);
        Assert.True(read);
    }

    [Fact]
    public async Task A_reading_that_fails_fails_for_all_who_wait_for_it()
    {
        using var fresh = new SingleFlightCache(TimeProvider.System);
        var gate = new TaskCompletionSource();
        var readings = 0;
        async Task Read(CancellationToken cancel)
        {
            readings++;
            await gate.Task;
            throw new StateUnavailableException("away");
        }

        var first = fresh.Read(Read, Cancel);
        var others = Enumerable.Range(0, 5).Select(_ => fresh.Read(Read, Cancel)).ToList();
        gate.SetResult();
        await Assert.ThrowsAsync<StateUnavailableException>(() => first);
        foreach (var other in others)
        {
            await Assert.ThrowsAsync<StateUnavailableException>(() => other);
        }

        Assert.Equal(2, readings);
    }

    [Fact]
    public async Task Whoever_goes_away_while_it_reads_leaves_the_reading_to_the_next()
    {
        using var fresh = new SingleFlightCache(TimeProvider.System);
        using var gone = new CancellationTokenSource();
        var first = fresh.Read(cancel => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel), gone.Token);
        var read = false;
        var next = fresh.Read(_ => Task.FromResult(read = true), Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await next;
        Assert.True(read);
    }
}
