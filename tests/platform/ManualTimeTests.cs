namespace Holdfast.Platform.Tests;

public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        var (now, mark) = (_time.GetUtcNow(), _time.GetTimestamp());
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(mark));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), _time.GetElapsedTime(mark));
        Assert.Equal(now.AddSeconds(5), _time.GetUtcNow());
    }

    [Fact]
    public void A_delay_ends_at_its_moment_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _time);
        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(delay.IsCompletedSuccessfully);
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_time()
    {
        var start = _time.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = Timer("late", 3, Timeout.Infinite);
        using var steady = Timer("steady", 2, 2);
        using var stopped = Timer("stopped", 1, 1);
        stopped.Dispose();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([("steady", Seconds(2)), ("late", Seconds(3)), ("steady", Seconds(4))], fired);

        ITimer Timer(string name, int due, int period) => _time.CreateTimer(
            _ => fired.Add((name, _time.GetUtcNow() - start)), null, Seconds(due),
            period < 0 ? Timeout.InfiniteTimeSpan : Seconds(period));
    }

    [Fact]
    public void A_wall_clock_set_back_leaves_elapsed_time_alone()
    {
        var mark = _time.GetTimestamp();
        _time.SetWallClock(_time.GetUtcNow().AddHours(-1));
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(mark));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_test_can_wait_until_a_loop_has_come_to_rest()
    {
        var ticks = 0;
        using var stop = new CancellationTokenSource();
        var loop = Task.Run(
            async () =>
            {
                using var timer = new PeriodicTimer(Seconds(1), _time);
                while (await timer.WaitForNextTickAsync(stop.Token))
                {
                    ticks++;
                    await stop.CancelAsync();
                }
            });
        await _time.UntilWaiting(1);
        _time.Advance(Seconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(1, ticks);
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
