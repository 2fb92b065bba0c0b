using Holdfast.Alerting.Deliver;

namespace Holdfast.Alerting.Tests;

public sealed class AcceptLatencyTests
{
    private readonly ManualTime _time = new();
    private readonly AcceptLatency _waits;

    public AcceptLatencyTests() => _waits = new(_time);

    [Fact]
    public void Nobody_has_waited_yet() => Assert.Equal(TimeSpan.Zero, _waits.Longest);

    [Fact]
    public async Task The_longest_counts_also_when_it_ended_in_an_error()
    {
        await Wait(30);
        var piece = new TaskCompletionSource<int>();
        var failing = _waits.Of(() => piece.Task);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        piece.SetException(new ArithmeticException());
        await Assert.ThrowsAsync<ArithmeticException>(() => failing);
        await Wait(10);
        Assert.Equal(TimeSpan.FromMilliseconds(50), _waits.Longest);
    }

    [Fact]
    public async Task What_is_long_past_no_longer_counts()
    {
        await Wait(30);
        _time.Advance(AcceptLatency.Window);
        await Wait(5);
        Assert.Equal(TimeSpan.FromMilliseconds(30), _waits.Longest);
        _time.Advance(AcceptLatency.Window);
        Assert.Equal(TimeSpan.FromMilliseconds(5), _waits.Longest);
        _time.Advance(2 * AcceptLatency.Window);
        Assert.Equal(TimeSpan.Zero, _waits.Longest);
    }

    private async Task Wait(int milliseconds)
    {
        var piece = new TaskCompletionSource<int>();
        var waiting = _waits.Of(() => piece.Task);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        piece.SetResult(1);
        await waiting;
    }
}
