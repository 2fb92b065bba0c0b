using System.Diagnostics;
using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Feed;

/// <summary>
/// Remembers when each host was last heard, on this process's monotonic clock, and whether silence means anything. Batches come from
/// the bus, questions from the inspection; one lock, held briefly.
/// </summary>
internal sealed class LivenessFeed
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly FeedContinuity _continuity;
    private readonly Dictionary<string, Heard> _heard = new(StringComparer.Ordinal);
    private readonly List<HostConflict> _conflicts = [];
    private readonly LapseState _lapses = new();
    private readonly HostNumbers _numbers = new();

    /// <summary>Hosts that were Down at the last snapshot, and have not been heard since.</summary>
    private readonly HashSet<string> _fallen = new(StringComparer.Ordinal);
    private readonly RefusedHosts _refused = new();
    private TimeSpan? _interruptedSince;
    private TimeSpan? _reportedAt;

    public LivenessFeed(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _continuity = new FeedContinuity(TimeSpan.Zero);
    }

    /// <summary>Time at which a host was last named, with the trace of that batch.</summary>
    private readonly record struct Heard(TimeSpan At, ActivityContext Trace, string Collector);

    internal FleetMap Fleet { get; } = new();

    /// <summary>Wall clock for lags that are counted from a position in a log, which is stamped by it; it never counts silence.</summary>
    internal DateTimeOffset WallClock => _time.GetUtcNow();

    /// <summary>Since this process started.</summary>
    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Since any host's report was heard last; null: none was in this life.</summary>
    internal TimeSpan? Silence => Locked(() => Now - _reportedAt);

    internal void Hear(HeartbeatReported batch, ActivityContext trace)
    {
        lock (_lock)
        {
            var now = Now;
            if (!_continuity.Hear(batch, now))
            {
                return;
            }

            Fleet.Hear(batch);
            foreach (var lapse in batch.Lapses ?? [])
            {
                HearNeedsLock(lapse, batch.Collector, now);
            }

            _reportedAt = batch.Reports.Count > 0 ? now : _reportedAt;
            foreach (var report in batch.Reports)
            {
                _fallen.Remove(report.Host);
                _heard[report.Host] = new Heard(now, trace, batch.Collector);
                _refused.Accept(report.Host);
                _numbers.Hear(report, now);
            }

            _conflicts.AddRange(batch.Conflicts ?? []);
            foreach (var refusal in batch.Refusals ?? [])
            {
                _refused.Hear(refusal, now);
            }
        }
    }

    /// <summary>
    /// A lease that lapsed by the collector's word did not lapse where the host was heard through another one meanwhile. Where the feed
    /// broke off since the host was last heard, the lapse is nobody's fault but the feed's.
    /// </summary>
    private void HearNeedsLock(LeaseLapse lapse, string collector, TimeSpan now)
    {
        // The end of a fall is no lapse besides: that is told as a fall.
        if (_fallen.Remove(lapse.Host) || !_heard.TryGetValue(lapse.Host, out var last) || last.At <= _continuity.CompleteSince)
        {
            return;
        }

        // The collector's time is exact, where it heard the host before as well; else batches say it to a second.
        var gap = last.Collector == collector ? lapse.Gap : (now - last.At).TotalSeconds;
        if (gap >= lapse.Lease)
        {
            _lapses.Hear(lapse with { Gap = gap }, now);
        }
    }

    /// <summary>Hosts whose leases lapse, with their figures.</summary>
    internal IReadOnlyDictionary<string, Lapses> Lapses() => Locked(() => _lapses.Look(Now));

    /// <summary>
    /// The pass takes its snapshot now, of the feed and the hosts in one moment. A process that was stopped between the two would hold
    /// its own pause against the hosts.
    /// </summary>
    /// <param name="stall">Time by which the pass is later than it should be.</param>
    /// <param name="verdicts">As in <see cref="Hosts"/>.</param>
    internal (FeedSnapshot Feed, List<HostSnapshot> Hosts) TakeSnapshot(
        TimeSpan stall, IEnumerable<(HostVerdict Verdict, TimeSpan MadeAt)> verdicts)
    {
        lock (_lock)
        {
            var now = Now;
            _continuity.Pass(now);
            if (stall > FeedLimits.GapMax)
            {
                _continuity.Stalled(now, stall);
            }

            var broken = _continuity.BrokenAt(now);
            _interruptedSince = broken is null ? null : _interruptedSince ?? now;
            var feed = new FeedSnapshot(broken is null, broken, _continuity.Lease, _continuity.KillGrace)
            {
                InterruptedFor = now - (_interruptedSince ?? now),
            };
            return (feed, HostsNeedsLock(verdicts, now));
        }
    }

    /// <summary>Each host's silence, counted from its last report or from when the feed was complete again, the later.</summary>
    /// <param name="verdicts">
    /// Each verdict with the moment, on this clock, from which on a report is news to it; zero: every report of this life is.
    /// </param>
    internal List<HostSnapshot> Hosts(IEnumerable<(HostVerdict Verdict, TimeSpan MadeAt)> verdicts) =>
        Locked(() => HostsNeedsLock(verdicts, Now));

    private List<HostSnapshot> HostsNeedsLock(IEnumerable<(HostVerdict Verdict, TimeSpan MadeAt)> verdicts, TimeSpan now) =>
    [
        .. verdicts.Select(v =>
        {
            if (v.Verdict.State == HostState.Down)
            {
                _fallen.Add(v.Verdict.Host);
            }

            _numbers.Know(v.Verdict);
            var heard = _heard.TryGetValue(v.Verdict.Host, out var h) ? h.At : (TimeSpan?)null;
            var from = heard is { } at && at > _continuity.CompleteSince ? at : _continuity.CompleteSince;
            return new HostSnapshot(
                v.Verdict, Fleet.Find(v.Verdict.Host), now - from, HeardSince(v.Verdict, heard, v.MadeAt), now - (heard ?? TimeSpan.Zero));
        }),
    ];

    /// <summary>
    /// A verdict names the last report that its judge had heard, so it does not matter which replica judged, nor when. A report is news
    /// to the verdict, or it is one of those that the judge knew.
    /// </summary>
    private bool HeardSince(HostVerdict verdict, TimeSpan? heard, TimeSpan madeAt) =>
        heard is not null && verdict is { State: HostState.Down, Sequence: { } known } && Fleet.Find(verdict.Host)?.Report is { } report
            ? (report.Incarnation, report.Sequence).CompareTo((verdict.Incarnation, known)) > 0
            : heard > madeAt;

    internal TimeSpan Elapsed => Now;

    /// <summary>The last batch of each collector that is heard.</summary>
    internal IReadOnlyDictionary<string, long> Sequences() => Locked(() => _continuity.Sequences());

    /// <summary>It was named in a batch at this moment of <see cref="Elapsed"/> or later.</summary>
    internal bool HeardSince(string host, TimeSpan at) => Locked(() => _heard.TryGetValue(host, out var heard) && heard.At >= at);

    /// <summary>The component has done all that it had to do, by its host's word or by one that was kept.</summary>
    internal bool IsComplete(Registration component) =>
        component.CarriedState == Contracts.ComponentState.Completed
        || component.Host is { } host && Fleet.Find(host)?.Components is { } said
            && said.Any(c => c.Name == component.Name && c.Epoch == component.Epoch && c.State == Contracts.ComponentState.Completed);

    /// <summary>After a break everybody who lives has been heard again within this; as of the last snapshot.</summary>
    internal TimeSpan HeardWithin { get; set; }

    /// <summary>A life that nobody has heard for so long is over; as of the last snapshot.</summary>
    internal TimeSpan OverAfter { get; set; } = TimeSpan.MaxValue;

    /// <summary>Hosts that report below a life that is known here and over: nothing that they say counts.</summary>
    internal IReadOnlyList<HostNumber> Outnumbered()
    {
        lock (_lock)
        {
            return CompleteFor > OverAfter ? _numbers.Below(Now, OverAfter) : [];
        }
    }

    /// <summary>Since the feed broke off last.</summary>
    internal TimeSpan CompleteFor => Locked(() => Now - _continuity.CompleteSince);

    /// <summary>The trace of the batch that named the host last: what follows from its silence belongs to it.</summary>
    internal ActivityContext TraceOf(string host) => Locked(() => _heard.GetValueOrDefault(host).Trace);

    /// <summary>Hosts whose reports are refused at present.</summary>
    internal IReadOnlyDictionary<string, RefusedHost> Refused() => Locked(() => _refused.At(Now));

    /// <summary>Refused claims of a host id since the last call.</summary>
    internal List<HostConflict> TakeConflicts()
    {
        lock (_lock)
        {
            List<HostConflict> taken = [.. _conflicts];
            _conflicts.Clear();
            return taken;
        }
    }

    private T Locked<T>(Func<T> ask)
    {
        lock (_lock)
        {
            return ask();
        }
    }
}
