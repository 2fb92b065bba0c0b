using Holdfast.Alerting.Deliver;
using Holdfast.Tests;

namespace Holdfast.Alerting.Tests;

public sealed class LatestWaitsTests
{
    private readonly ManualTime _time = new();
    private readonly LatestWaits _waits;

    public LatestWaitsTests() => _waits = new(_time);

    [Theory]
    [InlineData(0, 0, int.MaxValue)]
    [InlineData(20, 0, int.MaxValue)]
    [InlineData(21, 0, 16)]
    [InlineData(21, 249, 16)]
    [InlineData(5000, 250, 32)]
    [InlineData(5000, 1000, 80)]
    [InlineData(5000, 9999, 640)]
    [InlineData(5000, 10_000, int.MaxValue)]
    public void Telling_gives_way_while_others_wait_long_to_be_accepted_and_less_so_the_later_it_is(int accepting, int behind, int most) =>
        Assert.Equal(most, BatchSize.Decide(TimeSpan.FromMilliseconds(accepting), TimeSpan.FromMilliseconds(behind)));

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
        _time.Advance(LatestWaits.Window);
        await Wait(5);
        Assert.Equal(TimeSpan.FromMilliseconds(30), _waits.Longest);
        _time.Advance(LatestWaits.Window);
        Assert.Equal(TimeSpan.FromMilliseconds(5), _waits.Longest);
        _time.Advance(2 * LatestWaits.Window);
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
