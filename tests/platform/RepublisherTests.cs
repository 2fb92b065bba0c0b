using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Platform.Tests;

public sealed class RepublisherTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly ManualTime _time = new();
    private readonly RecordingBus _history;
    private readonly Republisher _publisher;

    public RepublisherTests()
    {
        var (bus, history) = RecordingBus.Create();
        _history = history;
        _publisher = new Republisher(bus, _time, NullLogger<Republisher>.Instance);
    }

    private sealed record First(int Number);

    private sealed record Second(int Number);

    [Fact]
    public async Task A_message_that_a_queue_takes_goes_at_once()
    {
        await Publish(new First(1));
        Assert.Equal([1], _history.Take<First>().Select(f => f.Number));
    }

    [Fact]
    public async Task A_message_that_no_queue_takes_stops_nobody_and_goes_once_one_does()
    {
        _history.Unrouted = m => m is First;
        await Publish(new First(1));
        await _publisher.Once();
        Assert.Empty(_history.Take<First>());
        _history.Unrouted = _ => false;
        await _publisher.Once();
        Assert.Equal([1], _history.Take<First>().Select(f => f.Number));
        await _publisher.Once();
        Assert.Empty(_history.Take<First>());
    }

    [Fact]
    public async Task Messages_of_a_type_keep_their_order_and_others_do_not_wait_for_them()
    {
        _history.Unrouted = m => m is First;
        await Publish(new First(1));
        await Publish(new First(2));
        await Publish(new Second(1));
        Assert.Single(_history.Take<Second>());
        _history.Unrouted = _ => false;
        // Behind those that wait, although a queue would take it.
        await Publish(new First(3));
        Assert.Empty(_history.Take<First>());
        await _publisher.Once();
        Assert.Equal([1, 2, 3], _history.Take<First>().Select(f => f.Number));
        await _publisher.Once();
        await Publish(new First(4));
        Assert.Equal([4], _history.Take<First>().Select(f => f.Number));
    }

    [Fact]
    public async Task Of_more_than_a_thousand_the_oldest_go()
    {
        _history.Unrouted = _ => true;
        for (var i = 0; i <= Republisher.KeptMax; i++)
        {
            await Publish(new First(i));
        }

        _history.Unrouted = _ => false;
        await _publisher.Once();
        var said = _history.Take<First>();
        Assert.Equal((Republisher.KeptMax, 1), (said.Count, said[0].Number));
    }

    [Theory]
    [InlineData(600, 1)]
    [InlineData(600.001, 0)]
    public async Task One_that_has_waited_for_ten_minutes_is_given_up(double seconds, int said)
    {
        _history.Unrouted = _ => true;
        await Publish(new First(1));
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _history.Unrouted = _ => false;
        await _publisher.Once();
        Assert.Equal(said, _history.Take<First>().Count);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_a_failure_and_nothing_is_kept()
    {
        _history.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => Publish(new First(1)));
        _history.IsCut = false;
        await _publisher.Once();
        Assert.Empty(_history.Take<First>());
    }

    private Task Publish<T>(T message) where T : class => _publisher.Publish(message, Limit, TestContext.Current.CancellationToken);

    public void Dispose() => _publisher.Dispose();
}
