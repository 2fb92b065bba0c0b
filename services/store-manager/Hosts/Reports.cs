using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.StoreManager;

/// <summary>A component as a host listed it last.</summary>
/// <param name="Begin">From where a Store has the log, as it said last; it may not know for a moment, as after a restart.</param>
/// <param name="LostAt">When its host stopped listing it, on the pipe's clock; null: it is listed.</param>
internal sealed record Listed(string Host, HostLife Life, ComponentReport Report, long? Begin, TimeSpan? LostAt);

/// <summary>Stores by name and Incr-Syncs by task, as their hosts list them. One writer, any readers.</summary>
internal sealed class Reports
{
    private readonly ConcurrentDictionary<string, Listed> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Listed> _incrSyncs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ComponentReport>> _lists = new(StringComparer.Ordinal);

    internal Listed? Store(string name) => _stores.GetValueOrDefault(name);

    /// <summary>The one with the highest epoch, where several hosts list one.</summary>
    internal Listed? IncrSync(string task) => _incrSyncs.GetValueOrDefault(task);

    /// <summary>A Store that is gone for good.</summary>
    internal void Forget(string store)
    {
        if (_stores.TryGetValue(store, out var listed) && listed.LostAt is not null)
        {
            _stores.TryRemove(new KeyValuePair<string, Listed>(store, listed));
        }
    }

    internal void Take(FleetHost host, HostLife life, TimeSpan now)
    {
        var before = _lists.GetValueOrDefault(host.Host) ?? [];
        if (ReferenceEquals(before, host.Components))
        {
            return;
        }

        _lists[host.Host] = host.Components;
        foreach (var report in host.Components)
        {
            Note(host.Host, life, report);
        }

        var still = before.Count == 0 ? [] : host.Components.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var report in before)
        {
            if (report.Kind == ComponentKind.Store && !still.Contains(report.Name)
                && _stores.TryGetValue(report.Name, out var lost) && lost is { LostAt: null } && lost.Host == host.Host)
            {
                _stores[report.Name] = lost with { LostAt = now };
            }
        }
    }

    private void Note(string host, HostLife life, ComponentReport report)
    {
        if (report.Kind == ComponentKind.Store)
        {
            _stores[report.Name] = new Listed(host, life, report, report.Begin ?? Store(report.Name)?.Begin, null);
        }
        else if (report is { Kind: ComponentKind.IncrSync, Task: { } task }
            && !(_incrSyncs.TryGetValue(task, out var known) && known.Report.Epoch > report.Epoch))
        {
            _incrSyncs[task] = new Listed(host, life, report, null, null);
        }
    }
}
