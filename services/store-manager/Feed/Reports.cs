using System.Collections.Concurrent;
using Holdfast.Fleet;

namespace Holdfast.StoreManager.Feed;

/// <summary>A component as a host listed it last.</summary>
/// <param name="Begin">From where a Store has the log, as it said last; it may not know for a moment, as after a restart.</param>
/// <param name="LostAt">When its host stopped listing it, on the feed's clock; null: it is listed.</param>
internal sealed record Listed(string Host, HostLife Life, ComponentReport Report, long? Begin, TimeSpan? LostAt)
{
    /// <summary>Of a Store the exact positions that it holds, as it said last.</summary>
    internal ExactRange? Exact { get; init; }

    /// <summary>Of an Incr-Sync the exact position that it has applied.</summary>
    internal ExactPlace? Applied { get; init; }
}

/// <summary>
/// A Store, or a task's Incr-Sync, wherever it is listed. The same object for as long as it is known: a pass over thousands
/// keeps what it has found once instead of looking up each by name again. One writer, any readers.
/// </summary>
internal sealed class Entry
{
    private const long Unknown = long.MinValue;
    private volatile Listed? _listed;
    private volatile HostLife? _life;
    private long _checkpoint = Unknown;

    /// <summary>Null: no host has listed it.</summary>
    internal Listed? Listed => _listed;

    internal HostLife? Life => _life;

    /// <summary>Checkpoint that an Incr-Sync reports. It is kept here so that readers of it alone touch no other memory.</summary>
    internal long? Checkpoint => Volatile.Read(ref _checkpoint) is var at and not Unknown ? at : null;

    internal void Become(Listed? listed)
    {
        _listed = listed;
        _life = listed?.Life;
        Volatile.Write(ref _checkpoint, listed?.Report.Checkpoint ?? Unknown);
    }
}

/// <summary>Stores by name and Incr-Syncs by task, as their hosts list them. One writer, any readers.</summary>
internal sealed class Reports
{
    private readonly ConcurrentDictionary<string, Entry> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry> _incrSyncs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ComponentReport>> _lists = new(StringComparer.Ordinal);

    internal Listed? Store(string name) => _stores.GetValueOrDefault(name)?.Listed;

    internal Entry StoreEntry(string name) => _stores.GetOrAdd(name, static _ => new Entry());

    /// <summary>The one with the highest epoch, where several hosts list one.</summary>
    internal Entry IncrSyncEntry(string task) => _incrSyncs.GetOrAdd(task, static _ => new Entry());

    /// <summary>A Store that is gone for good.</summary>
    internal void Forget(string store)
    {
        if (_stores.TryGetValue(store, out var entry) && entry.Listed is null or { LostAt: not null })
        {
            _stores.TryRemove(new KeyValuePair<string, Entry>(store, entry));
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
                && _stores.TryGetValue(report.Name, out var entry) && entry.Listed is { LostAt: null } lost && lost.Host == host.Host)
            {
                entry.Become(lost with { LostAt = now });
            }
        }
    }

    private void Note(string host, HostLife life, ComponentReport report)
    {
        if (report.Kind == ComponentKind.Store)
        {
            var entry = StoreEntry(report.Name);
            entry.Become(new Listed(host, life, report, report.Begin ?? entry.Listed?.Begin, null)
            {
                Exact = ExactRange.Of(report.PositionBegin, report.PositionEnd, report.SystemId) ?? entry.Listed?.Exact?.WithoutEnd,
            });
        }
        else if (report is { Kind: ComponentKind.IncrSync, Task: { } task }
            && IncrSyncEntry(task) is var known && !(known.Listed?.Report.Epoch > report.Epoch))
        {
            known.Become(new Listed(host, life, report, null, null) { Applied = ExactPlace.Of(report.PositionEnd, report.SystemId) });
        }
    }
}
