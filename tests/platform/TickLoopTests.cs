namespace Holdfast.Platform.Tests;

public sealed class TickLoopTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Loop _loop;

    public TickLoopTests() => _loop = new Loop(_time);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _loop.End();

    [Fact]
    public async Task A_tick_comes_at_once_and_then_with_every_interval()
    {
        await StartAndRest();
        Assert.Equal(1, _loop.Ticks);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1, _loop.Ticks);
        await After(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, _loop.Ticks);
    }

    [Fact]
    public async Task A_tick_that_fails_does_not_stop_the_loop()
    {
        _loop.Work = () => throw new InvalidOperationException("this tick fails");
        await StartAndRest();
        await After(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _loop.Ticks);
        _loop.Work = () => throw new OperationCanceledException("not by us");
        await After(TimeSpan.FromSeconds(10));
        _loop.Work = () => Task.CompletedTask;
        await After(TimeSpan.FromSeconds(10));
        Assert.Equal(4, _loop.Ticks);
    }

    [Fact]
    public async Task Hurry_ends_the_wait_and_is_spent_with_it()
    {
        await StartAndRest();
        _loop.Hurry();
        _loop.Hurry();
        await _loop.Ticked(2);
        await _time.Rest();
        Assert.Equal(2, _loop.Ticks);
    }

    [Fact]
    public async Task Hurry_in_the_midst_of_a_tick_brings_another_and_never_two_at_once()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Work = () => release.Task;
        await _loop.StartAsync(CancellationToken.None);
        await _loop.Ticked(1);
        _loop.Hurry();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, _loop.Ticks);
        _loop.Work = () => Task.CompletedTask;
        release.SetResult();
        await _loop.Ticked(2);
        Assert.Equal(1, _loop.Most);
    }

    [Fact]
    public async Task A_loop_that_waits_stops_promptly()
    {
        await StartAndRest();
        await _loop.StopAsync(CancellationToken.None).WaitAsync(Holdfast.Tests.Ticks.Limit, TimeProvider.System);
        Assert.True(_loop.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Somebody_else_s_callback_that_fails_fails_no_end()
    {
        await StartAndRest();
        var heard = false;
        // The last one is told first.
        using var other = _loop.Token.Register(() => heard = true);
        using var theirs = _loop.Token.Register(() => throw new ObjectDisposedException("theirs"));
        await _loop.StopAsync(CancellationToken.None).WaitAsync(Holdfast.Tests.Ticks.Limit, TimeProvider.System);
        Assert.True(heard);
        Assert.True(_loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    private async Task StartAndRest()
    {
        await _loop.StartAsync(CancellationToken.None);
        await _loop.Ticked(1);
        await _time.Rest();
    }

    private async Task After(TimeSpan time)
    {
        var next = _loop.Ticks + 1;
        _time.Advance(time);
        await _loop.Ticked(next);
        await _time.Rest();
    }

    private sealed class Loop(TimeProvider time) : TickLoop(time, NullLogger.Instance)
    {
        private readonly SemaphoreSlim _ticked = new(0);
        private int _running;
        private int _awaited;

        /// <summary>Of the last tick.</summary>
        internal CancellationToken Token { get; private set; }

        internal Func<Task> Work { get; set; } = () => Task.CompletedTask;

        internal int Ticks { get; private set; }

        /// <summary>Most ticks at one time.</summary>
        internal int Most { get; private set; }

        protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

        internal async Task Ticked(int count)
        {
            for (; _awaited < count; _awaited++)
            {
                Assert.True(await _ticked.WaitAsync(Holdfast.Tests.Ticks.Limit), $"tick {_awaited + 1} did not come");
            }
        }

        protected override async Task Tick(CancellationToken cancel)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _running));
            Ticks++;
            Token = cancel;
            _ticked.Release();
            try
            {
                await Work();
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
