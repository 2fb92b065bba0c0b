using Holdfast.Platform.Bus;

namespace Holdfast.Platform.Tests;

/// <summary>No publish outlasts its limit, whatever the bus does with the token.</summary>
public sealed class LimitedPublishTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_bus_that_never_answers_is_waited_for_no_longer_than_the_limit()
    {
        var (bus, history) = RecordingBus.Create();
        history.IsStuck = true;
        var publish = bus.PublishWithin(new Said("a"), TimeSpan.FromSeconds(3), _time, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(publish.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var late = await Assert.ThrowsAsync<TimeoutException>(() => publish);
        Assert.Equal("The broker did not take Said within 3 s.", late.Message);
    }

    [Fact]
    public async Task Whoever_stops_waiting_hears_that_and_no_limit()
    {
        var (bus, history) = RecordingBus.Create();
        history.IsStuck = true;
        using var stop = new CancellationTokenSource();
        var publish = bus.PublishWithin(new Said("a"), TimeSpan.FromSeconds(3), _time, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
    }

    [Fact]
    public async Task What_the_bus_takes_is_published()
    {
        var (bus, history) = RecordingBus.Create();
        await bus.PublishWithin(new Said("a"), TimeSpan.FromSeconds(3), _time, TestContext.Current.CancellationToken);
        Assert.Equal(new Said("a"), Assert.Single(history.Take<Said>()));
    }

    private sealed record Said(string Word);
}
