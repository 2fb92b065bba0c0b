using Holdfast.Contracts;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// The broker. A live queue per replica (in order, old messages are worth nothing), durable queues that the replicas of a service
/// compete for (given again until it is consumed). Messages may be lost, doubled, delayed and reordered while it storms.
/// </summary>
internal sealed class Broker(World world)
{
    private static readonly TimeSpan LiveAgeMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(20);

    private readonly Dictionary<Site, List<(long At, object Message)>> _waiting = [];
    private readonly Dictionary<Site, long> _lastArrival = [];
    private readonly List<Durable> _durable = [];

    private sealed class Durable(object message, List<Site> competitors)
    {
        internal object Message { get; } = message;
        internal List<Site> Competitors { get; } = competitors;
        internal Proc? Consumer { get; set; }
        internal int Attempts { get; set; }
    }

    /// <summary>How many faults keep it down.</summary>
    internal int Down { get; private set; }

    internal Storm Storm { get; } = new();

    internal Task Publish(Site from, object message, CancellationToken cancel)
    {
        if (Down > 0 || from.CutOut > 0 || world.Chances(Storm.Loss, "message lost on its way to the broker"))
        {
            return Never(cancel);
        }

        if (world.Delay(Storm) is { } delay)
        {
            world.Time.After(delay, null, () => Accept(message));
        }
        else
        {
            Accept(message);
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

    /// <summary>What waited for this process is given to it, unless it is too old by now.</summary>
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

        Offer();
    }

    /// <summary>What it had not acknowledged is given to another one.</summary>
    internal void Died(Site site)
    {
        _lastArrival.Remove(site);
        foreach (var durable in _durable.Where(d => d.Consumer is { IsDead: true }))
        {
            durable.Consumer = null;
        }

        Offer();
    }

    private static Task Never(CancellationToken cancel)
    {
        var never = new TaskCompletionSource();
        cancel.Register(() => never.TrySetCanceled(cancel));
        return never.Task;
    }

    private void Accept(object message)
    {
        if (world.Chances(Storm.Loss, "message lost by the broker"))
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
            case HostDown or HostRecovered or SubtopicsChanged when world.Shape.HasStores:
                world.Managers.ForEach(m => Send(m, message));
                break;
            case StoreRequested:
                Keep(message, world.Managers);
                break;
            case StorePlaced:
                Keep(message, world.Schedulers);
                break;
            case HostAdmitted:
                world.Collectors.ForEach(c => Send(c, message));
                break;
            case SchedulerStateChanged or HaConfigAsked:
                world.Schedulers.ForEach(s => Send(s, message));
                break;
            case HaConfigChanged:
                world.Services.ToList().ForEach(s => Send(s, message));
                break;
            case ComponentPlaced:
                Keep(message, world.Collectors);
                break;
            default:
                world.Said(message);
                break;
        }
    }

    private void Keep(object message, List<Site> competitors)
    {
        _durable.Add(new Durable(message, competitors));
        Offer();
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

    /// <summary>Durable messages that nobody consumes at this moment, to those who can.</summary>
    private void Offer()
    {
        if (Down > 0)
        {
            return;
        }

        foreach (var durable in _durable.Where(d => d.Consumer is null).ToList())
        {
            if (world.Pick(durable.Competitors.Where(c => c.Hears).ToList()) is not { } consumer)
            {
                continue;
            }

            var proc = durable.Consumer = consumer.Proc!;
            world.Time.After(world.Delay(Storm) ?? Hop, proc, () => _ = Try(durable, consumer, proc));
        }
    }

    private async Task Try(Durable durable, Site consumer, Proc proc)
    {
        try
        {
            await consumer.Consume(durable.Message);
            _durable.Remove(durable);
        }
        catch (Exception error)
        {
            world.TickFailed(consumer, error);
            var rest = TimeSpan.FromSeconds(Math.Min(RetryMax.TotalSeconds, 0.2 * Math.Pow(2, durable.Attempts++)));
            proc.After(rest, () => _ = Try(durable, consumer, proc));
        }
    }
}

/// <summary>How badly messages fare on one kind of way.</summary>
internal sealed class Storm
{
    internal double Loss { get; set; }
    internal double Doubling { get; set; }
    internal double Reordering { get; set; }
    internal double Delaying { get; set; }
    internal TimeSpan DelayMax { get; set; }

    internal void Calm() => Set(0, TimeSpan.Zero);

    internal void Set(double force, TimeSpan delayMax) =>
        (Loss, Doubling, Reordering, Delaying, DelayMax) = (force / 2, force, force, force * 3, delayMax);
}
