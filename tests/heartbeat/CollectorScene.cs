using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Heartbeat.Tests;

/// <summary>A collector by manual time: a broker that may be away, and a scheduler that hears its batches or does not.</summary>
public abstract class CollectorScene : IDisposable
{
    private protected CollectorScene()
    {
        Window = new BatchWindow(Hosts, Terms);
        Health = new CollectorHealth(new Settings(), Terms, Time, Hosts.WakeAll, NullLogger<CollectorHealth>.Instance);
        Collector = new Collector(Say, Window, Health, Terms, Time, NullLogger<Collector>.Instance);
    }

    private protected ManualTime Time { get; } = new();

    private protected HostRegistry Hosts { get; } = new();

    private protected CurrentTerms Terms { get; } = Current();

    private protected BatchWindow Window { get; }

    private protected CollectorHealth Health { get; }

    private protected Collector Collector { get; }

    /// <summary>Batches that the broker has taken, in order.</summary>
    private protected List<HeartbeatReported> Said { get; } = [];

    private protected bool BrokerIsAway { get; set; }

    /// <summary>The broker takes batches, and no scheduler hears them.</summary>
    private protected bool IsUnheard { get; set; }

    public void Dispose() => Collector.Dispose();

    private protected Task Say(HeartbeatReported batch, CancellationToken cancel)
    {
        if (BrokerIsAway)
        {
            throw new InvalidOperationException("the broker is away");
        }

        Said.Add(batch);
        return Task.CompletedTask;
    }

    private protected async Task Tick(double seconds = 0.25)
    {
        Time.Advance(Seconds(seconds));
        try
        {
            await Collector.TickInTurn(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            Assert.True(BrokerIsAway);
        }

        if (!IsUnheard && Said.Count > 0)
        {
            SchedulerHears(Said[^1].Sequence);
        }
    }

    private protected void SchedulerHears(long sequence) =>
        new BatchesHeardConsumer(Health, Terms, Hosts).Hear(HearingScheduler.Of(Health.Id, sequence));
}
