using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Publishes messages that must reach a queue, and keeps those that the broker returned until it routes them. Publishers are loops
/// that must not stand still because one kind of message has no listener: a host's failover does not wait for the store manager.
/// Messages of one type keep their order. What lies here is lost with the process, and said again by what it was said from.
/// </summary>
public sealed partial class Republisher(IBus bus, TimeProvider time, ILogger<Republisher> logger) : TickLoop(time, logger)
{
    /// <summary>Of one type; beyond that the oldest goes.</summary>
    internal const int KeptMax = 1_000;

    internal static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<Type, Queue<Kept>> _kept = [];

    private sealed record Kept(Func<CancellationToken, Task> Publish, long At);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Done when the broker has the message, or it waits here for a queue.</summary>
    public async Task Publish<T>(T message, TimeSpan limit, CancellationToken cancel) where T : class
    {
        if (!Joins(message))
        {
            try
            {
                await bus.PublishWithin(message, limit, Time, cancel);
            }
            catch (MessageReturnedException)
            {
                Keep(message);
            }
        }
    }

    /// <summary>Behind those of its type that wait.</summary>
    private bool Joins<T>(T message) where T : class
    {
        lock (_lock)
        {
            return _kept.ContainsKey(typeof(T)) && KeepNeedsLock(message);
        }
    }

    private void Keep<T>(T message) where T : class
    {
        lock (_lock)
        {
            KeepNeedsLock(message);
        }
    }

    private bool KeepNeedsLock<T>(T message) where T : class
    {
        if (!_kept.TryGetValue(typeof(T), out var queue))
        {
            _kept[typeof(T)] = queue = new Queue<Kept>();
            LogKept(typeof(T).Name);
        }

        if (queue.Count >= KeptMax)
        {
            queue.Dequeue();
        }

        queue.Enqueue(new Kept(cancel => bus.PublishWithin(message, PublishMax, Time, cancel), Time.GetTimestamp()));
        return true;
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        foreach (var type in Types())
        {
            while (First(type) is { } first && await IsRouted(first, cancel))
            {
                Remove(type, first);
            }
        }
    }

    private static async Task<bool> IsRouted(Kept kept, CancellationToken cancel)
    {
        try
        {
            await kept.Publish(cancel);
            return true;
        }
        catch (MessageReturnedException)
        {
            return false;
        }
    }

    private List<Type> Types()
    {
        lock (_lock)
        {
            return [.. _kept.Keys];
        }
    }

    private Kept? First(Type type)
    {
        lock (_lock)
        {
            var queue = _kept[type];
            while (queue.TryPeek(out var first))
            {
                if (Time.GetElapsedTime(first.At) <= AgeMax)
                {
                    return first;
                }

                queue.Dequeue();
            }

            _kept.Remove(type);
            return null;
        }
    }

    private void Remove(Type type, Kept routed)
    {
        lock (_lock)
        {
            // Beyond its measure the queue may have dropped it meanwhile.
            if (_kept[type].TryPeek(out var first) && ReferenceEquals(first, routed))
            {
                _kept[type].Dequeue();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message} reaches no queue; it waits here and is published again each second")]
    private partial void LogKept(string message);
}
