using Holdfast.ConsoleUi.Feed;

namespace Holdfast.ConsoleUi.Tests;

public sealed class WatchedLoopTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Looks _looks;

    public WatchedLoopTests() => _looks = new Looks(_time);

    public async ValueTask InitializeAsync()
    {
        await _looks.StartAsync(CancellationToken.None);
        await _time.Rest();
    }

    public ValueTask DisposeAsync() => _looks.End();

    [Fact]
    public async Task Nobody_watches_and_it_looks_now_and_then()
    {
        _time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Equal(1, _looks.Count);
        await After(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, _looks.Count);
    }

    [Fact]
    public async Task Whoever_comes_just_after_a_look_sees_the_next_one_a_second_after_it()
    {
        var told = 0;
        _time.Advance(TimeSpan.FromSeconds(0.4));
        using var watching = _looks.Watch(() => told++);
        await Woken();
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal((1, 0), (_looks.Count, told));
        for (var looks = 2; looks < 6; looks++)
        {
            await After(looks == 2 ? TimeSpan.FromSeconds(0.1) : TimeSpan.FromSeconds(1));
            Assert.Equal((looks, looks - 1), (_looks.Count, told));
        }
    }

    [Fact]
    public async Task However_much_happens_and_however_many_come_it_looks_once_a_second()
    {
        var told = 0;
        using var first = _looks.Watch(() => told++);
        await Woken();
        await After(TimeSpan.FromSeconds(1));
        await _looks.Heard();
        using var second = _looks.Watch(() => told++);
        await _looks.Heard();
        await Woken();
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal((2, 1), (_looks.Count, told));
        await After(TimeSpan.FromSeconds(0.1));
        Assert.Equal((3, 3), (_looks.Count, told));
    }

    [Fact]
    public async Task Whoever_has_gone_is_not_told_and_the_last_one_leaves_it_at_rest()
    {
        var told = 0;
        var watching = _looks.Watch(() => told++);
        await Woken();
        watching.Dispose();
        watching.Dispose();
        await After(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 0), (_looks.Count, told));
        await _looks.Heard();
        _time.Advance(TimeSpan.FromSeconds(18.9));
        Assert.Equal(2, _looks.Count);
        await After(TimeSpan.FromSeconds(0.1));
        Assert.Equal(3, _looks.Count);
    }

    private async Task After(TimeSpan time)
    {
        var next = _looks.Count + 1;
        _time.Advance(time);
        await Eventually.Holds(
            () => Task.FromResult(_looks.Count >= next ? null : $"look {next}"), Ticks.Limit);
        await _time.Rest();
    }

    /// <summary>Until the loop has left its long wait and counts what is left of the second.</summary>
    private async Task Woken()
    {
        await Eventually.Holds(
            () => Task.FromResult(_looks.Woken ? null : "the loop to wake"), Ticks.Limit);
        await _time.Rest();
    }

    private sealed class Looks(TimeProvider time) : WatchedLoop(time, NullLogger.Instance)
    {
        private int _woken;

        internal int Count { get; private set; }

        /// <summary>A tick has begun whose look has not come yet.</summary>
        internal bool Woken => Volatile.Read(ref _woken) > Count;

        protected override Task Tick(CancellationToken cancel)
        {
            Interlocked.Increment(ref _woken);
            return base.Tick(cancel);
        }

        protected override Task LookAround()
        {
            Count++;
            return Task.CompletedTask;
        }
    }
}
