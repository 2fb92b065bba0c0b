using System.Collections.Concurrent;

namespace Holdfast.Fleet;

/// <summary>Hosts and components as the collectors reported them last. One writer, any readers.</summary>
public sealed class FleetMap
{
    private readonly ConcurrentDictionary<string, FleetHost> _hosts = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, HostRegistration> _registrations = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _forgotten = new(StringComparer.Ordinal);

    /// <summary>The deletion of a host that a collector has answered last; null: none.</summary>
    public DateTimeOffset? ForgottenAt(string host) => _forgotten.TryGetValue(host, out var at) ? at : null;

    /// <summary>The settings of operators, also for hosts that have not been heard.</summary>
    public IEnumerable<HostRegistration> Registrations => _registrations.Select(r => r.Value);

    public IEnumerable<FleetHost> Hosts => _hosts.Select(h => h.Value);

    public FleetHost? Find(string host) => _hosts.GetValueOrDefault(host);

    public void Hear(HeartbeatReported batch)
    {
        foreach (var (host, answered) in (batch.Registrations ?? []).Select(r => (r.Host, r.ForgottenAt)))
        {
            // Once for each deletion: what the batch says of the host besides belongs to its next life.
            if (answered is { } at && !(ForgottenAt(host) >= at))
            {
                _forgotten[host] = at;
                _hosts.TryRemove(host, out _);
            }
        }

        foreach (var report in batch.Reports)
        {
            var before = _hosts.GetValueOrDefault(report.Host);
            if (before is null || IsNewer(report, before.Report))
            {
                _hosts[report.Host] = FleetHost.After(before, report);
            }
        }

        foreach (var set in batch.Registrations ?? [])
        {
            _registrations[set.Host] = set;
            if (_hosts.TryGetValue(set.Host, out var host))
            {
                _hosts[set.Host] = host with
                {
                    Quotas = set.Quotas, Tags = set.Tags, Drain = set.Drain, Maintenance = set.Maintenance,
                };
            }
        }
    }

    /// <summary>Two collectors' batches may arrive in either order.</summary>
    private static bool IsNewer(HostReport report, HostReport before) =>
        (report.Incarnation, report.Sequence).CompareTo((before.Incarnation, before.Sequence)) >= 0;
}
