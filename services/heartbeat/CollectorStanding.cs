using System.Globalization;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat;

/// <summary>
/// The standing of this collector: how far its batches got, what the others do, and so whether it may grant leases.
/// </summary>
internal sealed partial class CollectorStanding(
    Settings settings, CurrentTerms terms, TimeProvider time, HostRegistry hosts, ILogger<CollectorStanding> logger)
{
    private readonly Uptime _uptime = new(time);
    private readonly Lock _gate = new();
    private volatile Standing _standing = new();
    private volatile Peers _peers = Peers.None;
    private long _confirmedSequence;
    private long _fresh = -TimeSpan.TicksPerDay;
    private DateTimeOffset _stamp;
    private int _said = (int)Grants.NotLoaded;

    /// <summary>Unique per process life.</summary>
    internal string Id { get; init; } = string.Create(CultureInfo.InvariantCulture,
        $"heartbeat@{settings.Instance}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..12]}");

    internal TimeSpan Now => _uptime.Now;

    internal Terms Terms => terms.Now;

    internal long ConfirmedSequence => Interlocked.Read(ref _confirmedSequence);

    internal TimeSpan? Confirmed => _standing.Confirmed;

    internal Peers Peers => _peers;

    internal Grants Decide(TimeSpan now)
    {
        var grants = Granting.Decide(_standing, now, terms.Now.SilenceMax);
        if (Volatile.Read(ref _said) != (int)grants && Interlocked.Exchange(ref _said, (int)grants) != (int)grants)
        {
            LogGrants(Id, grants);
        }

        return grants;
    }

    /// <summary>The desired lists were read from the store at most this long ago, or they are not fresh.</summary>
    private static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(5);

    internal Circumstances Circumstances(TimeSpan now) =>
        new(now, _peers.AnyAlive(now), now - new TimeSpan(Interlocked.Read(ref _fresh)) <= FreshMax);

    internal void Confirm(long sequence, TimeSpan windowEnd)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _confirmedSequence, sequence);
            _standing = _standing with { Confirmed = windowEnd, OthersAdvanced = false, Watched = TimeSpan.Zero };
        }
    }

    internal void Read(IReadOnlyDictionary<string, long> rows, TimeSpan asked)
    {
        lock (_gate)
        {
            _peers = _peers.Read(rows, asked, Now, _standing.Confirmed ?? TimeSpan.Zero);
            _standing = _standing with { Asked = asked, OthersAdvanced = _peers.Advanced, Watched = _peers.Watched };
        }
    }

    /// <summary>
    /// The wall clock, but never back: others read what this life has written from where they got to by its stamps, and a
    /// clock that is set back by more than they read again would hide a list from them.
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
            _standing = _standing with { Loaded = true };
        }
    }

    /// <summary>No grants from here on; who waits is answered.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _standing = _standing with { Leaving = true };
        }

        hosts.WakeAll();
    }

    internal bool IsLeaving => _standing.Leaving;

    internal bool IsLoaded => _standing.Loaded;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Collector}: heartbeats are now decided as {Grants}")]
    private partial void LogGrants(string collector, Grants grants);
}
