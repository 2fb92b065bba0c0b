using System.Collections.Concurrent;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

/// <summary>All hosts that were ever heard, in memory. The registry's loop keeps them in the store.</summary>
internal sealed class HostRegistry
{
    /// <summary>A claim for more ids is refused: something invents them.</summary>
    internal const int HostsMax = 100_000;

    private readonly ConcurrentDictionary<string, HostEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HostRegistration> _registrations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PastLife> _past = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Hosts heard since the registry was last written.</summary>
    internal ConcurrentQueue<HostEntry> Touched { get; } = new();

    internal int Count => Volatile.Read(ref _count);

    internal HostEntry? Find(string host) => _entries.GetValueOrDefault(host);

    /// <summary>Finds a host or adds it; null when there are too many hosts.</summary>
    internal HostEntry? FindOrAdd(string host)
    {
        if (_entries.TryGetValue(host, out var entry))
        {
            return entry;
        }

        if (Volatile.Read(ref _count) >= HostsMax)
        {
            return null;
        }

        var fresh = new HostEntry(host, Known.After(Past(host)));
        entry = _entries.GetOrAdd(host, fresh);
        if (ReferenceEquals(entry, fresh))
        {
            Interlocked.Increment(ref _count);
        }

        return entry;
    }

    /// <summary>
    /// Of a host that was deleted, unless it has reported since: then it lives, its incarnations count, and it must be admitted anew. One
    /// that has been silent for longer than it may run has not.
    /// </summary>
    internal void Forget(string host, long incarnation, long sequence, TimeSpan now, TimeSpan mayRun)
    {
        if (!_entries.TryGetValue(host, out var entry))
        {
            return;
        }

        entry.Forget(incarnation, sequence);
        var known = entry.Known;
        if ((known.Incarnation, known.Sequence).CompareTo((incarnation, sequence)) <= 0 || now - known.Granted >= mayRun)
        {
            Remove(entry);
        }
        else
        {
            entry.WasNotSaved(); // its row goes: the next report writes it anew
        }
    }

    private void Remove(HostEntry entry)
    {
        if (_entries.TryRemove(new KeyValuePair<string, HostEntry>(entry.Host, entry)))
        {
            Interlocked.Decrement(ref _count);
            entry.Wake();
        }
    }

    /// <summary>The last life of a host that was deleted; null: it was not.</summary>
    internal PastLife? Past(string host) => _past.GetValueOrDefault(host);

    /// <summary>The numbers of a host that was deleted go on from there, also of one that was heard before this was known.</summary>
    internal void Remember(string host, PastLife past)
    {
        _past[host] = PastLife.Of(past, Past(host));
        if (_entries.TryGetValue(host, out var entry) && entry.Known is { Address: not null } known && known.Incarnation < past.Incarnation)
        {
            Remove(entry);
        }
    }

    /// <summary>A row that another collector wrote, unless its life was before the host was deleted.</summary>
    internal void Learn(HostRow row, TimeSpan now, TimeSpan lease)
    {
        if (!(Past(row.Host)?.Incarnation > row.Incarnation))
        {
            FindOrAdd(row.Host)?.Learn(row, now, lease);
        }
    }

    internal void Touch(HostEntry entry)
    {
        if (entry.IsTouched())
        {
            Touched.Enqueue(entry);
        }
    }

    internal HostRegistration? Registration(string host) => _registrations.GetValueOrDefault(host);

    /// <summary>Registrations that the scheduler must know of hosts that say nothing, too.</summary>
    internal IEnumerable<HostRegistration> SetApart =>
        _registrations.Select(r => r.Value).Where(r => r.Drain is not null || r.Maintenance is not null);

    internal void Register(HostRegistration registration) => _registrations[registration.Host] = registration;

    /// <summary>Ends the long polls of all hosts.</summary>
    internal void WakeAll()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Wake();
        }
    }
}
