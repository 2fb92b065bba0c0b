namespace Holdfast.HaScheduler.Tests;

/// <summary>A feed and collectors whose batches it hears, on a clock that the test moves.</summary>
public abstract class FeedContinuityScene
{
    private protected readonly FeedContinuity _feed = new(TimeSpan.Zero);
    private protected readonly Dictionary<string, long> _sequences = [];
    private protected double _now = 10;

    private protected static TimeSpan At(double seconds) => Scene.Seconds(seconds);

    private protected static HeartbeatReported Batch(string collector, long sequence, double uptime = 0) => new()
    {
        Collector = collector,
        Sequence = sequence,
        WindowEnd = Scene.Now,
        UptimeMs = (long)(uptime * 1000),
        Lease = 15,
        KillGrace = 5,
        Reports = [],
    };

    private protected long Next(string collector) => _sequences[collector] = _sequences.GetValueOrDefault(collector) + 1;

    /// <summary>The collector's next batch, made now and heard at once.</summary>
    private protected void Hear(string collector) => _feed.Hear(Batch(collector, Next(collector), uptime: _now), At(_now));

    private protected void Steady(string collector, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            _now += 1;
            Hear(collector);
        }
    }

    private protected void SteadyWithPasses(string collector, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Steady(collector, 1);
            _feed.Pass(At(_now));
        }
    }

    private protected void Pass(double after)
    {
        _now += after;
        _feed.Pass(At(_now));
    }
}
