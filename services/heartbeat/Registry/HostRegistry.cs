using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Heartbeat.Persistence;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

/// <summary>All hosts that were ever heard, in memory. <see cref="RegistryLoop"/> keeps it in the store.</summary>
internal sealed class HostRegistry
{
    /// <summary>A claim for more ids is refused: something invents them.</summary>
    internal const int HostsMax = 100_000;

    private readonly ConcurrentDictionary<string, HostCell> _cells = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HostRegistration> _registrations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PastLife> _past = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Cells heard since the registry was last written.</summary>
    internal ConcurrentQueue<HostCell> Touched { get; } = new();

    internal int Count => Volatile.Read(ref _count);

    internal HostCell? Find(string host) => _cells.GetValueOrDefault(host);

    /// <summary>Null when there are too many hosts.</summary>
    internal HostCell? FindOrAdd(string host)
    {
        if (_cells.TryGetValue(host, out var cell))
        {
            return cell;
        }

        if (Volatile.Read(ref _count) >= HostsMax)
        {
            return null;
        }

        var fresh = new HostCell(host, Known.After(Past(host)));
        cell = _cells.GetOrAdd(host, fresh);
        if (ReferenceEquals(cell, fresh))
        {
            Interlocked.Increment(ref _count);
        }

        return cell;
    }

    /// <summary>
    /// Of a host that was deleted, unless it has reported since: then it lives, its incarnations count, and it must be admitted anew. One
    /// that has been silent for longer than it may run has not.
    /// </summary>
    internal void Forget(string host, long incarnation, long sequence, TimeSpan now, TimeSpan mayRun)
    {
        if (!_cells.TryGetValue(host, out var cell))
        {
            return;
        }

        cell.Forget(incarnation, sequence);
        var known = cell.Known;
        if ((known.Incarnation, known.Sequence).CompareTo((incarnation, sequence)) <= 0 || now - known.Granted >= mayRun)
        {
            Remove(cell);
        }
        else
        {
            cell.WasNotSaved(); // its row goes: the next report writes it anew
        }
    }

    private void Remove(HostCell cell)
    {
        if (_cells.TryRemove(new KeyValuePair<string, HostCell>(cell.Host, cell)))
        {
            Interlocked.Decrement(ref _count);
            cell.Wake();
        }
    }

    /// <summary>The last life of a host that was deleted; null: it was not.</summary>
    internal PastLife? Past(string host) => _past.GetValueOrDefault(host);

    /// <summary>The numbers of a host that was deleted go on from there, also of one that was heard before this was known.</summary>
    internal void Remember(string host, PastLife past)
    {
        _past[host] = PastLife.Of(past, Past(host));
        if (_cells.TryGetValue(host, out var cell) && cell.Known is { Address: not null } known && known.Incarnation < past.Incarnation)
        {
            Remove(cell);
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

    internal void Touch(HostCell cell)
    {
        if (cell.IsTouched())
        {
            Touched.Enqueue(cell);
        }
    }

    internal HostRegistration? Registration(string host) => _registrations.GetValueOrDefault(host);

    /// <summary>Those that the scheduler must know of hosts that say nothing, too.</summary>
    internal IEnumerable<HostRegistration> SetApart =>
        _registrations.Select(r => r.Value).Where(r => r.Drain is not null || r.Maintenance is not null);

    internal void Register(HostRegistration registration) => _registrations[registration.Host] = registration;

    /// <summary>Ends the long polls of all hosts.</summary>
    internal void WakeAll()
    {
        foreach (var cell in _cells.Values)
        {
            cell.Wake();
        }
    }
}
