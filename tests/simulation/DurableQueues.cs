namespace Holdfast.Simulation.Tests;

/// <summary>Queues that the replicas of a service compete for: each message is given again until one of them has consumed it.</summary>
internal sealed class DurableQueues(World world, Broker broker)
{
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(20);

    private readonly List<Durable> _durable = [];

    private sealed class Durable(object message, List<Site> competitors, long at)
    {
        internal object Message { get; } = message;
        internal long At { get; } = at;

        /// <summary>Count of its deliveries: an acknowledgement counts for the last one only.</summary>
        internal int Turn { get; set; }
        internal List<Site> Competitors { get; } = competitors;
        internal Proc? Consumer { get; set; }
        internal int Attempts { get; set; }
    }

    /// <summary>Gives the messages that dead processes had not acknowledged to others.</summary>
    internal void TakeBack()
    {
        foreach (var durable in _durable.Where(d => d.Consumer is { IsDead: true }))
        {
            durable.Consumer = null;
        }

        Offer();
    }

    /// <summary>The connection to a process that answers nothing is given up: what it had not acknowledged goes to another one.</summary>
    internal void Missed(Proc proc)
    {
        foreach (var durable in _durable.Where(d => d.Message is AlertRaised && d.Consumer == proc))
        {
            world.Count("deliveries of messages taken back");
            (durable.Consumer, durable.Turn) = (null, durable.Turn + 1);
        }

        Offer();
    }

    /// <summary>Alerts that were raised before, and that nobody has acknowledged.</summary>
    internal IEnumerable<AlertRaised> WaitingSince(long at) =>
        _durable.Where(d => d.At < at).Select(d => d.Message).OfType<AlertRaised>();

    internal void Keep(object message, List<Site> competitors)
    {
        _durable.Add(new Durable(message, competitors, world.Time.Now));
        Offer();
    }

    /// <summary>Durable messages that nobody consumes at this moment, to those who can.</summary>
    internal void Offer()
    {
        if (broker.Down > 0)
        {
            return;
        }

        foreach (var durable in _durable.Where(d => d.Consumer is null).ToList())
        {
            if (world.Pick(durable.Competitors.Where(c => c.Hears && !(c.CutOut > 0 && c is AlerterSite)).ToList()) is not { } consumer)
            {
                continue;
            }

            var (proc, turn) = (durable.Consumer = consumer.Proc!, ++durable.Turn);
            world.Time.After(world.Delay(broker.Storm) ?? Broker.Hop, proc, () => _ = Try(durable, consumer, proc, turn));
        }
    }

    private async Task Try(Durable durable, Site consumer, Proc proc, int turn)
    {
        try
        {
            var life = consumer.Lives;
            await consumer.Consume(durable.Message);
            Acknowledge(durable, consumer, life, turn);
        }
        catch (Exception error)
        {
            world.TickFailed(consumer, error);
            var rest = TimeSpan.FromSeconds(Math.Min(RetryMax.TotalSeconds, 0.2 * Math.Pow(2, durable.Attempts++)));
            proc.After(rest, () => _ = durable.Turn == turn ? Try(durable, consumer, proc, turn) : Task.CompletedTask);
        }
    }

    private void Acknowledge(Durable durable, Site consumer, int life, int turn)
    {
        if (durable.Message is not AlertRaised raised)
        {
            _durable.Remove(durable);
        }
        else if (durable.Turn == turn && (consumer.CutOut > 0 || broker.Down > 0))
        {
            world.Count("acknowledgements lost");
            durable.Consumer = null;
            Offer();
        }
        else if (durable.Turn == turn)
        {
            _durable.Remove(durable);
            world.Alerts!.Accepted(raised, consumer, life);
        }
    }
}
