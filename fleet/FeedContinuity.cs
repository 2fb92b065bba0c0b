namespace Holdfast.Fleet;

/// <summary>
/// Since when has the feed been complete? Clockless: every time is this process's monotonic clock, passed in. A hole in a collector's
/// sequence, or a gap or a lag of more than a few seconds, starts the count anew. So does a collector that has fallen silent, or a stall
/// of the scheduler's own loop. Clocks of two machines are never compared: a batch's lag is measured against the least lag that the same
/// collector showed, each end by its own clock's differences.
/// </summary>
public sealed class FeedContinuity(TimeSpan startedAt)
{
    /// <summary>Collectors that are gone and whose last batch is remembered; doubled batches come within seconds.</summary>
    private const int GoneMax = 1000;

    private readonly Dictionary<string, Collector> _collectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _gone = new(StringComparer.Ordinal);
    private string? _broken = "no collector has been heard yet";

    /// <summary>Silence counts from no earlier than this.</summary>
    public TimeSpan CompleteSince { get; private set; } = startedAt;

    public TimeSpan Lease => Longest(c => c.Lease);

    public TimeSpan KillGrace => Longest(c => c.KillGrace);

    public IReadOnlyDictionary<string, long> Sequences() =>
        _collectors.ToDictionary(c => c.Key, c => c.Value.Sequence, StringComparer.Ordinal);

    /// <summary>False when the batch was heard before and says nothing new.</summary>
    public bool Hear(HeartbeatReported batch, TimeSpan now)
    {
        if (!_collectors.TryGetValue(batch.Collector, out var collector))
        {
            if (batch.Sequence <= _gone.GetValueOrDefault(batch.Collector))
            {
                return false;
            }

            Join(batch, now);
            return true;
        }

        if (batch.Sequence <= collector.Sequence)
        {
            return false;
        }

        if (batch.Sequence != collector.Sequence + 1)
        {
            Break(now, $"collector {batch.Collector} skipped from batch {collector.Sequence} to {batch.Sequence}");
        }
        else if (now - collector.HeardAt > FeedLimits.GapMax)
        {
            Break(now, $"collector {batch.Collector} was silent for {(now - collector.HeardAt).TotalSeconds:0.0} s");
        }

        collector.Hear(batch, now);
        if (collector.Lag > FeedLimits.GapMax)
        {
            Break(now, $"batches of collector {batch.Collector} are {collector.Lag.TotalSeconds:0.0} s late");
        }

        LeaveIfSaid(batch, now);
        return true;
    }

    /// <summary>
    /// One that joins with its first batch has granted nothing before. One that comes in later (it was dropped, or its
    /// first batches were lost) has: whoever was named only there gets a fresh interval.
    /// </summary>
    private void Join(HeartbeatReported batch, TimeSpan now)
    {
        var collector = new Collector();
        _collectors[batch.Collector] = collector;
        collector.Hear(batch, now);
        if (batch.Sequence > 1)
        {
            Break(now, $"collector {batch.Collector} was first heard with batch {batch.Sequence}");
        }

        LeaveIfSaid(batch, now);
    }

    private void LeaveIfSaid(HeartbeatReported batch, TimeSpan now)
    {
        if (batch.Leaving)
        {
            Remove(batch.Collector, batch.Sequence);
            Break(now, $"collector {batch.Collector} left");
        }
    }

    /// <summary>A batch of it that is doubled later must not pass for a new collector.</summary>
    private void Remove(string name, long sequence)
    {
        _collectors.Remove(name);
        if (_gone.Count >= GoneMax)
        {
            _gone.Clear();
        }

        _gone[name] = sequence;
    }

    /// <summary>Called by every pass: what only the absence of batches shows.</summary>
    public void Pass(TimeSpan now)
    {
        foreach (var (name, collector) in _collectors.Where(c => now - c.Value.HeardAt > FeedLimits.GapMax).ToList())
        {
            var silence = now - collector.HeardAt;
            // The last one is never dropped: with nobody to hear, silence is the feed's.
            if (silence > FeedLimits.CollectorGrace && _collectors.Values.Any(c => now - c.HeardAt <= FeedLimits.GapMax))
            {
                Remove(name, collector.Sequence);
                Break(now, $"collector {name} was dropped after {silence.TotalSeconds:0.0} s of silence");
            }
            else
            {
                Break(now, $"collector {name} has been silent for {silence.TotalSeconds:0.0} s");
            }
        }

        if (_collectors.Count == 0)
        {
            Break(now, "no collector is heard");
        }
    }

    /// <summary>The scheduler itself did not look for too long: what it missed meanwhile it cannot know.</summary>
    public void Stalled(TimeSpan now, TimeSpan stall) => Break(now, $"the scheduler's own loop stalled for {stall.TotalSeconds:0.0} s");

    /// <summary>Null when whole since before this moment, else what broke it last.</summary>
    public string? BrokenAt(TimeSpan now) => CompleteSince >= now || _collectors.Count == 0 ? _broken : null;

    /// <summary>The reason why it was interrupted last, however long ago.</summary>
    public string? LastBreak => _broken;

    private void Break(TimeSpan now, string why)
    {
        CompleteSince = now;
        _broken = why;
    }

    private TimeSpan Longest(Func<Collector, TimeSpan> of) => _collectors.Count == 0 ? TimeSpan.Zero : _collectors.Values.Max(of);

    private sealed class Collector
    {
        /// <summary>A lag is measured against the least one of about this long, so that drifting clocks wear off.</summary>
        private static readonly TimeSpan BaselineAge = TimeSpan.FromMinutes(10);

        private TimeSpan _least;
        private TimeSpan _leastNow;
        private TimeSpan _baselineFrom;
        private bool _hasBaseline;

        internal long Sequence { get; private set; }
        internal TimeSpan HeardAt { get; private set; }
        internal TimeSpan Lag { get; private set; }
        internal TimeSpan Lease { get; private set; }
        internal TimeSpan KillGrace { get; private set; }

        internal void Hear(HeartbeatReported batch, TimeSpan now)
        {
            Sequence = batch.Sequence;
            HeardAt = now;
            Lease = TimeSpan.FromSeconds(batch.Lease);
            KillGrace = TimeSpan.FromSeconds(batch.KillGrace);
            var offset = now - TimeSpan.FromMilliseconds(batch.UptimeMs);
            if (!_hasBaseline)
            {
                (_hasBaseline, _least, _leastNow, _baselineFrom) = (true, offset, offset, now);
            }
            else if (now - _baselineFrom > BaselineAge)
            {
                (_least, _leastNow, _baselineFrom) = (_leastNow, offset, now);
            }

            _leastNow = Min(_leastNow, offset);
            _least = Min(_least, offset);
            Lag = offset - _least;
        }

        private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }
}
