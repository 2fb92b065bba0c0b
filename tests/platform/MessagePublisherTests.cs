using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Platform.Tests;

/// <summary>Each method says by its name what becomes of a message that no queue takes.</summary>
public sealed class MessagePublisherTests : IDisposable
{
    private static readonly TimeSpan Own = TimeSpan.FromSeconds(7);

    private readonly ManualTime _time = new();
    private readonly RecordingBus _history;
    private readonly Republisher _republisher;
    private readonly MessagePublisher _publisher;

    public MessagePublisherTests()
    {
        var (bus, history) = RecordingBus.Create();
        _history = history;
        _republisher = new Republisher(bus, _time, NullLogger<Republisher>.Instance);
        _publisher = new MessagePublisher(bus, _time, _republisher);
    }

    public void Dispose() => _republisher.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed record Said(int Number);

    [Fact]
    public async Task A_message_of_a_pass_that_no_queue_takes_is_kept_and_published_again()
    {
        _history.Unrouted = _ => true;
        await _publisher.PublishAll([new Said(1), new Said(2)], Cancel);
        _history.Unrouted = _ => false;
        await _republisher.Once();
        Assert.Equal([1, 2], _history.Take<Said>().Select(s => s.Number));
    }

    /// <summary>A kept batch would follow the one that its collector says next, and the scheduler would see a hole.</summary>
    [Fact]
    public async Task A_message_to_be_heard_that_no_queue_takes_is_its_caller_s_to_repeat_and_nothing_is_kept()
    {
        _history.Unrouted = _ => true;
        await Assert.ThrowsAsync<MessageReturnedException>(() => _publisher.PublishToBeHeard(new Said(1), Own, Cancel));
        _history.Unrouted = _ => false;
        await _publisher.PublishToBeHeard(new Said(2), Own, Cancel);
        await _republisher.Once();
        Assert.Equal([2], _history.Take<Said>().Select(s => s.Number));
    }

    [Fact]
    public async Task A_message_to_be_heard_does_not_queue_behind_those_that_are_kept()
    {
        _history.Unrouted = _ => true;
        await _publisher.Publish(new Said(1), Cancel);
        _history.Unrouted = _ => false;
        await _publisher.PublishToBeHeard(new Said(2), Own, Cancel);
        Assert.Equal([2], _history.Take<Said>().Select(s => s.Number));
    }

    public static TheoryData<string, double> Limits => new()
    {
        { nameof(MessagePublisher.Publish), 3 }, { nameof(MessagePublisher.Signal), 3 },
        { nameof(MessagePublisher.PublishToBeHeard), 7 }, { "Signal with an id", 7 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_broker_that_does_not_answer_is_waited_for_until_the_limit_and_no_longer(string method, double seconds)
    {
        _history.IsStuck = true;
        var publish = method switch
        {
            nameof(MessagePublisher.Publish) => _publisher.Publish(new Said(1), Cancel),
            nameof(MessagePublisher.Signal) => _publisher.Signal(new Said(1), Cancel),
            nameof(MessagePublisher.PublishToBeHeard) => _publisher.PublishToBeHeard(new Said(1), Own, Cancel),
            _ => _publisher.Signal(new Said(1), Guid.NewGuid(), Own, Cancel),
        };
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(publish.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var late = await Assert.ThrowsAsync<TimeoutException>(() => publish);
        Assert.Equal($"The broker did not take Said within {seconds} s.", late.Message);
    }

    [Fact]
    public async Task The_broker_returns_what_is_to_be_heard_and_confirms_a_signal_that_reaches_nobody()
    {
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(_ => { });
        var sent = new Sent();
        bus.ConnectPublishObserver(sent);
        await bus.StartAsync(Cancel);
        try
        {
            var publisher = new MessagePublisher(bus, _time);
            var id = Guid.NewGuid();
            await publisher.Signal(new Said(1), id, Own, Cancel);
            await publisher.Signal(new Said(2), Cancel);
            await publisher.PublishToBeHeard(new Said(3), Own, Cancel);
            await publisher.Publish(new Said(4), Cancel);
            Assert.Equal([false, false, true, true], sent.All.Select(s => s.Mandatory));
            Assert.Equal(id, sent.All[0].Id);
            Assert.NotEqual(id, sent.All[1].Id);
        }
        finally
        {
            await bus.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>Under which id messages left, and whether the broker is to return them.</summary>
    private sealed class Sent : IPublishObserver
    {
        internal List<(Guid? Id, bool Mandatory)> All { get; } = [];

        public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context) where T : class
        {
            All.Add((context.MessageId, context.Mandatory));
            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
