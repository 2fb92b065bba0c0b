using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// The circumstances of a decision besides the host: the time, whether other collectors live, whether the desired lists are fresh.
/// </summary>
internal readonly record struct Circumstances(TimeSpan Now, bool Peers, bool Fresh);

/// <summary>Answers all long polls.</summary>
internal delegate void WakeHosts();

/// <summary>
/// The health of this collector: how far its batches got, what the others do, and so whether it may grant leases.
/// </summary>
internal sealed partial class CollectorHealth(
    Settings settings, CurrentTerms terms, TimeProvider time, WakeHosts wakeHosts, ILogger<CollectorHealth> logger)
{
    private readonly Uptime _uptime = new(time);
    private readonly Lock _gate = new();
    private volatile CollectorState _state = new();
    private readonly HeardBatches _batches = new();
    private volatile Peers _peers = Peers.None;
    private TimeSpan _confirmedAt;
    private long _confirmedSequence;
    private long _fresh = -TimeSpan.TicksPerDay;
    private DateTimeOffset _stamp;
    private int _said = (int)Grants.NotLoaded;

    /// <summary>Unique per process life.</summary>
    internal string Id { get; init; } = string.Create(CultureInfo.InvariantCulture,
        $"heartbeat@{settings.Instance}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..12]}");

    internal TimeSpan Now => _uptime.Now;

    internal HeartbeatTerms Terms => terms.Now;

    internal long ConfirmedSequence => Interlocked.Read(ref _confirmedSequence);

    internal TimeSpan? Confirmed => _state.Confirmed;

    internal Peers Peers => _peers;

    internal Grants Decide(TimeSpan now)
    {
        var grants = Granting.Decide(_state, now, terms.Now.SilenceMax);
        if (Volatile.Read(ref _said) != (int)grants && Interlocked.Exchange(ref _said, (int)grants) != (int)grants)
        {
            LogGrants(Id, grants);
        }

        return grants;
    }

    /// <summary>The desired lists were read from the store at most this long ago, or they are not fresh.</summary>
    private static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(5);

    /// <summary>A collector that is heard is heard of within a second or two.</summary>
    internal static readonly TimeSpan UnheardMax = TimeSpan.FromSeconds(5);

    internal Circumstances Circumstances(TimeSpan now) =>
        new(now, _peers.AnyAlive(now), now - new TimeSpan(Interlocked.Read(ref _fresh)) <= FreshMax);

    /// <summary>The broker has this batch; whether anybody hears it is not known yet.</summary>
    internal void Published(PublishedBatch batch)
    {
        lock (_gate)
        {
            _batches.Published(batch);
            _state = _state with { Taken = batch.Sealed };
        }
    }

    /// <summary>A scheduler says what it has heard.</summary>
    /// <returns>Batches of this collector that are heard now.</returns>
    internal IReadOnlyList<PublishedBatch> Hear(BatchesHeard said)
    {
        lock (_gate)
        {
            var now = Now;
            var upTo = said.Collectors.FirstOrDefault(c => string.Equals(c.Collector, Id, StringComparison.Ordinal))?.Sequence ?? 0;
            var heard = _batches.Hear(said.Regions, upTo, now);
            if (heard is [.., var newest])
            {
                ConfirmNeedsLock(newest.Sequence, newest.Sealed, now);
            }

            return heard;
        }
    }

    private void ConfirmNeedsLock(long sequence, TimeSpan windowEnd, TimeSpan now)
    {
        Interlocked.Exchange(ref _confirmedSequence, sequence);
        _confirmedAt = now;
        _state = _state with { Confirmed = windowEnd, OthersAdvanced = false, Watched = TimeSpan.Zero };
    }

    /// <summary>The time since a scheduler has heard this collector, or since it started.</summary>
    internal TimeSpan UnheardFor(TimeSpan now) => now - (_state.Confirmed ?? TimeSpan.Zero);

    internal void Read(IReadOnlyDictionary<string, long> rows, TimeSpan asked)
    {
        lock (_gate)
        {
            // From when it was known, not from the window's end: an answer is under way for a moment, to the others too.
            _peers = _peers.Read(rows, asked, Now, _confirmedAt);
            _state = _state with { Asked = asked, OthersAdvanced = _peers.Advanced, Watched = _peers.Watched };
        }
    }

    /// <summary>
    /// The wall clock, but never back. By its stamps others go on reading, from where they got to, what this life has written. A clock
    /// that is set back by more than they read again would hide a list from them.
    /// </summary>
    internal DateTimeOffset Stamp()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return _stamp = now > _stamp ? now : _stamp.AddMicroseconds(1);
        }
    }

    internal void Freshened(TimeSpan now) => Interlocked.Exchange(ref _fresh, now.Ticks);

    internal void Load()
    {
        lock (_gate)
        {
            _state = _state with { Loaded = true };
        }
    }

    /// <summary>Ends all grants; long polls are answered.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _state = _state with { Leaving = true };
        }

        wakeHosts();
    }

    internal bool IsLeaving => _state.Leaving;

    internal bool IsLoaded => _state.Loaded;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Collector}: heartbeats are now decided as {Grants}")]
    private partial void LogGrants(string collector, Grants grants);
}
