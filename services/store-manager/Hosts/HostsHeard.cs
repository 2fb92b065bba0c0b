using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.Platform;

namespace Holdfast.StoreManager;

/// <summary>Hosts as reported: which of them may take a Store now, and how long a Store has been silent.</summary>
internal sealed class HostsHeard(Settings settings, TimeProvider time)
{
    /// <summary>A host that has missed so many heartbeats gets no new Store.</summary>
    private const int MissedMax = 3;

    private static readonly TimeSpan HeardMaxLeast = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _heardMax = TimeSpan.FromTicks(
        Math.Max(HeardMaxLeast.Ticks, settings.Profile.HeartbeatInterval.Ticks * MissedMax));

    private readonly long _origin = time.GetTimestamp();
    private readonly PipeClock _pipe = new();

    /// <summary>When each host was heard, and when while it held its list, on the pipe's clock.</summary>
    private readonly ConcurrentDictionary<string, TimeSpan> _heard = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TimeSpan> _served = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _down = new(StringComparer.Ordinal);

    internal FleetMap Fleet { get; } = new();

    internal Reports Reports { get; } = new();

    internal TimeSpan Elapsed => time.GetElapsedTime(_origin);

    internal void Hear(HeartbeatReported batch)
    {
        _pipe.Hear(Elapsed);
        Fleet.Hear(batch);
        var now = _pipe.At(Elapsed);
        foreach (var report in batch.Reports)
        {
            _heard[report.Host] = Elapsed;
            if (report.DesiredVersion > 0)
            {
                // The scheduler gives a host that was Down no list before it is Online again.
                _served[report.Host] = now;
                _down.TryRemove(report.Host, out _);
            }

            if (Fleet.Find(report.Host) is { } host)
            {
                Reports.Take(host, now);
            }
        }
    }

    /// <summary>Down: not a candidate, and its Stores run no more, until it holds its list again.</summary>
    internal void Fall(string host)
    {
        _down[host] = true;
        _heard.TryRemove(host, out _);
    }

    internal void Rise(string host) => _down.TryRemove(host, out _);

    internal bool IsDown(string host) => _down.ContainsKey(host);

    internal bool IsHeard(string host) => _heard.TryGetValue(host, out var at) && Elapsed - at <= _heardMax;

    /// <summary>It holds its list and says so: what it runs is what it was told to run.</summary>
    internal bool IsServing(string host) => IsHeard(host) && !IsDown(host) && Fleet.Find(host) is { Report.DesiredVersion: > 0 };

    /// <summary>What is known of one Store's life.</summary>
    internal StoreSigns Signs(Store store, DateTimeOffset now)
    {
        var pipe = _pipe.At(Elapsed);
        var ofHost = _served.TryGetValue(store.Host, out var served) ? pipe - served : pipe;
        var listed = Reports.Store(store.Name);
        var asked = now - (store.AskedAt ?? store.PlacedAt);
        var own = listed is { LostAt: { } lost } ? pipe - lost : TimeSpan.Zero;
        var silence = listed is null && Fleet.Find(store.Host) is { ComponentsInventory: >= 0 } ? pipe : ofHost > own ? ofHost : own;
        return new StoreSigns(
            listed is { LostAt: null, Report: var report } && report.Epoch == store.Epoch ? report : null,
            // Nobody is silent for longer than since it was asked to speak.
            silence < asked ? silence : asked,
            asked, IsDown(store.Host), IsServing(store.Host));
    }

    /// <summary>A task's position as its Incr-Sync says it, in time; null: it does not.</summary>
    internal long? OwnPosition(string task, TimeSpan silenceMax) =>
        Reports.IncrSync(task) is { Report.Checkpoint: { } own } said && IsInTime(said.Host, silenceMax) ? own : null;

    /// <summary>Positions that a Store says that it serves, in time.</summary>
    internal IReadOnlyList<ConsumerCheckpoint> Served(Store store, TimeSpan silenceMax) =>
        Reports.Store(store.Name) is { LostAt: null, Report.Consumers: { } consumers } listed && IsInTime(listed.Host, silenceMax)
            ? consumers
            : [];

    /// <summary>Hosts of a region that may take a Store, with what stands on them.</summary>
    internal IEnumerable<Candidate> Candidates(string region, IReadOnlyDictionary<string, int> storesByHost) => Fleet.Hosts
        .Where(h => h.Region == region && h is { Drain: null, Maintenance: null } && IsServing(h.Host))
        .Select(h => Candidate.Of(h, h.Region, h.Idc,
            storesByHost.GetValueOrDefault(h.Host), h.Components.Count(c => c.Kind != ComponentKind.Store)));

    private bool IsInTime(string host, TimeSpan silenceMax) =>
        _served.TryGetValue(host, out var at) && _pipe.At(Elapsed) - at <= silenceMax && !IsDown(host);
}
