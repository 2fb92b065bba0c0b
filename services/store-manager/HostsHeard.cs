using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.Platform;

namespace Holdfast.StoreManager;

/// <summary>Hosts as reported, and which of them may take a Store now.</summary>
internal sealed class HostsHeard(Settings settings, TimeProvider time)
{
    /// <summary>A host that has missed so many heartbeats gets no new Store.</summary>
    private const int MissedMax = 3;

    private static readonly TimeSpan HeardMaxLeast = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _heardMax = TimeSpan.FromTicks(
        Math.Max(HeardMaxLeast.Ticks, settings.Profile.HeartbeatInterval.Ticks * MissedMax));

    private readonly long _origin = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, TimeSpan> _heard = new(StringComparer.Ordinal);

    internal FleetMap Fleet { get; } = new();

    internal TimeSpan Elapsed => time.GetElapsedTime(_origin);

    internal void Hear(HeartbeatReported batch)
    {
        Fleet.Hear(batch);
        foreach (var report in batch.Reports)
        {
            _heard[report.Host] = Elapsed;
        }
    }

    /// <summary>Down: not a candidate until it is heard again.</summary>
    internal void Forget(string host) => _heard.TryRemove(host, out _);

    internal bool IsHeard(string host) => _heard.TryGetValue(host, out var at) && Elapsed - at <= _heardMax;

    /// <summary>Hosts of a region that may take a Store, with what stands on them.</summary>
    internal IEnumerable<Candidate> Candidates(string region, IReadOnlyDictionary<string, int> storesByHost) => Fleet.Hosts
        .Where(h => h.Region == region && IsHeard(h.Host))
        .Select(h => Candidate.Of(h, h.Region, h.Idc,
            storesByHost.GetValueOrDefault(h.Host), h.Components.Count(c => c.Kind != ComponentKind.Store)));
}
