namespace Holdfast.Simulation.Tests;

/// <summary>
/// The broker. A live queue per replica (in order, old messages are worth nothing), durable queues that the replicas of a service
/// compete for (given again until it is consumed). Messages may be lost, doubled, delayed and reordered while it storms.
/// </summary>
internal sealed class Broker(World world)
{
    private static readonly TimeSpan LiveAgeMax = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(2);

    private readonly Dictionary<Site, List<(long At, object Message)>> _waiting = [];
    private readonly Dictionary<Site, long> _lastArrival = [];
    private DurableQueues? _durable;

    /// <summary>Count of the faults that keep it down.</summary>
    internal int Down { get; private set; }

    internal Storm Storm { get; } = new();

    internal DurableQueues Durable => _durable ??= new DurableQueues(world, this);

    internal Task Publish(Site from, object message, CancellationToken cancel)
    {
        if (Down > 0 || from.CutOut > 0 || world.Chances(Storm.Loss, "message lost on its way to the broker"))
        {
            return Never(cancel);
        }

        if (world.Delay(Storm) is { } delay)
        {
            world.Time.After(delay, null, () => Accept(from, message));
        }
        else
        {
            Accept(from, message);
        }

        return from.CutIn > 0 || world.Chances(Storm.Loss, "confirm lost") ? Never(cancel) : Task.CompletedTask;
    }

    internal void GoDown() => Down++;

    internal void ComeUp()
    {
        if (--Down == 0)
        {
            world.Services.ToList().ForEach(Flush);
        }
    }

    /// <summary>Gives a process the messages that waited for it, unless they are too old by now.</summary>
    internal void Flush(Site site)
    {
        if (!site.Hears || Down > 0)
        {
            return;
        }

        if (_waiting.Remove(site, out var waiting))
        {
            foreach (var (_, message) in waiting.Where(w => world.Time.Now - w.At <= LiveAgeMax.Ticks))
            {
                Send(site, message);
            }
        }

        Durable.Offer();
    }

    /// <summary>Gives the messages that it had not acknowledged to another process.</summary>
    internal void Died(Site site)
    {
        _lastArrival.Remove(site);
        Durable.TakeBack();
    }

    private static Task Never(CancellationToken cancel)
    {
        var never = new TaskCompletionSource();
        cancel.Register(() => never.TrySetCanceled(cancel));
        return never.Task;
    }

    private void Accept(Site from, object message)
    {
        if (from.Unheard > 0 && message is HeartbeatReported)
        {
            world.Count("batches confirmed and routed to nobody");
            return;
        }

        if (message is AlertRaised raised)
        {
            world.Count($"raised: {raised.Event} {raised.Condition}");
        }

        // A message for alerting is in a queue on several disks once it is confirmed.
        if (!(message is AlertRaised && world.Shape.HasAlerts) && world.Chances(Storm.Loss, "message lost by the broker"))
        {
            return;
        }

        var copies = world.Chances(Storm.Doubling, "message doubled") ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            Route(message);
        }
    }

    private void Route(object message)
    {
        switch (message)
        {
            case HeartbeatReported:
                world.Schedulers.ForEach(s => Send(s, message));
                world.Managers.ForEach(m => Send(m, message));
                break;
            case HostDown or HostRecovered or HostsAvoided or StoreSuspected or SubtopicsChanged when world.Shape.HasStores:
                world.Managers.ForEach(m => Send(m, message));
                break;
            case StoreRequested or ConfiguredStoreRequested:
                Durable.Keep(message, world.Managers);
                break;
            case StorePlaced:
                Durable.Keep(message, world.Schedulers);
                break;
            case HostForgotten:
                world.Collectors.ForEach(c => Send(c, message));
                if (world.Shape.HasStores)
                {
                    Durable.Keep(message, world.Managers);
                }

                break;
            case BatchesHeard:
                world.Collectors.ForEach(c => Send(c, message));
                break;
            case HostAdmitted:
                world.Collectors.ForEach(c => Send(c, message));
                break;
            case SchedulerStateChanged or HaConfigAsked:
                world.Schedulers.ForEach(s => Send(s, message));
                break;
            case HaConfigChanged:
                world.Services.Except(world.Alerters).ToList().ForEach(s => Send(s, message));
                break;
            case AlertRaised when world.Shape.HasAlerts:
                Durable.Keep(message, world.Alerters);
                break;
            case ThresholdsChanged or ServiceBeat when world.Shape.HasAlerts:
                world.Alerters.ForEach(a => Send(a, message));
                break;
            case ComponentPlaced:
                Durable.Keep(message, world.Collectors);
                break;
            default:
                world.Said(message);
                break;
        }
    }

    private void Send(Site site, object message)
    {
        if (!site.Hears || Down > 0)
        {
            _waiting.TryAdd(site, []);
            _waiting[site].Add((world.Time.Now, message));
            return;
        }

        var at = world.Time.Now + Hop.Ticks + (world.Delay(Storm)?.Ticks ?? 0);
        if (!world.Chances(Storm.Reordering, "message reordered"))
        {
            at = Math.Max(at, _lastArrival.GetValueOrDefault(site));
            _lastArrival[site] = at;
        }

        world.Time.At(at, null, () => Arrive(site, message));
    }

    private void Arrive(Site site, object message)
    {
        if (!site.Hears || Down > 0)
        {
            Send(site, message);
            return;
        }

        site.Proc!.Run(() => _ = Take(site, message));
    }

    private async Task Take(Site site, object message)
    {
        try
        {
            await site.Consume(message);
        }
        catch (Exception error)
        {
            world.TickFailed(site, error);
        }
    }
}
