using System.Collections.Concurrent;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;

namespace Holdfast.Heartbeat.Batches;

/// <summary>
/// The news since the last batch: the last report of each host, changed registrations, refused claims. Reports
/// of a host that is already in the window replace each other, so a broker that is away costs no memory.
/// </summary>
internal sealed class BatchWindow(HostRegistry hosts, CurrentTerms terms)
{
    /// <summary>The number of hosts that makes a batch before its time.</summary>
    internal const int ReportsMax = 5_000;

    /// <summary>
    /// Component lists beyond this wait for the next batch: a broker refuses a message that is too large, whoever filled it.
    /// </summary>
    internal const int ComponentsMax = 20_000;

    internal const int ConflictsMax = 1_000;
    internal const int LapsesMax = 5_000;

    private readonly ConcurrentQueue<HostEntry> _heard = new();
    private readonly ConcurrentDictionary<string, HostRegistration> _registrations = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HostConflict> _conflicts = new();
    private readonly ConcurrentDictionary<string, HostRefusal> _refusals = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LeaseLapse> _lapses = new();
    private int _count;
    private TimeSpan _remindDue;

    internal bool IsEmpty => _heard.IsEmpty && _registrations.IsEmpty && _conflicts.IsEmpty && _refusals.IsEmpty
        && _lapses.IsEmpty;

    /// <summary>Hosts that wait.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal bool IsFull => Count >= ReportsMax;

    /// <summary>Adds a host; true when this report made the window full.</summary>
    internal bool Add(HostEntry entry)
    {
        if (!entry.EntersWindow())
        {
            return false;
        }

        _heard.Enqueue(entry);
        return Interlocked.Increment(ref _count) == ReportsMax;
    }

    internal void Add(HostRegistration registration) => _registrations[registration.Host] = registration;

    internal void Add(HostConflict conflict)
    {
        if (_conflicts.Count < ConflictsMax)
        {
            _conflicts.Enqueue(conflict);
        }
    }

    internal void Add(LeaseLapse lapse)
    {
        if (_lapses.Count < LapsesMax)
        {
            _lapses.Enqueue(lapse);
        }
    }

    internal void Add(HostRefusal refusal) => _refusals[refusal.Host] = refusal;

    /// <summary>Takes the window's content: what a batch carries besides its number and times.</summary>
    internal WindowContent Take(TimeSpan now)
    {
        var entries = new List<HostEntry>();
        var reports = new List<HostReport>();
        Remind(now);
        var registrations = TakeRegistrations();
        var room = ComponentsMax;
        while (reports.Count < ReportsMax && _heard.TryDequeue(out var entry))
        {
            Interlocked.Decrement(ref _count);
            // A single list larger than the bound goes alone, or it would wait for ever.
            var roomLeft = room == ComponentsMax ? int.MaxValue : room;
            var report = entry.LeaveWindow(now, terms.Now.Refresh, roomLeft, out var refreshed);
            room -= ReportedComponents.WeightOf(report.Components);
            entries.Add(entry);
            reports.Add(report);
            if (refreshed && hosts.Registration(entry.Host) is { } registration)
            {
                registrations[entry.Host] = registration;
            }
        }

        return new WindowContent(entries, reports, [.. registrations.Values], Taken(_conflicts), TakeRefusals(), Taken(_lapses));
    }

    /// <summary>
    /// Other settings go along with what their host says; a host in drain or maintenance may be switched off.
    /// </summary>
    private void Remind(TimeSpan now)
    {
        if (now < _remindDue)
        {
            return;
        }

        _remindDue = now + terms.Now.Refresh;
        foreach (var registration in hosts.SetApart)
        {
            _registrations.TryAdd(registration.Host, registration);
        }
    }

    private Dictionary<string, HostRegistration> TakeRegistrations()
    {
        var taken = new Dictionary<string, HostRegistration>(StringComparer.Ordinal);
        foreach (var host in _registrations.Keys)
        {
            if (_registrations.TryRemove(host, out var registration))
            {
                taken[host] = registration;
            }
        }

        return taken;
    }

    private static List<T> Taken<T>(ConcurrentQueue<T> queue)
    {
        var taken = new List<T>();
        for (var left = queue.Count; left > 0 && queue.TryDequeue(out var one); left--)
        {
            taken.Add(one);
        }

        return taken;
    }

    private List<HostRefusal> TakeRefusals()
    {
        var taken = new List<HostRefusal>();
        foreach (var host in _refusals.Keys)
        {
            if (_refusals.TryRemove(host, out var refusal))
            {
                taken.Add(refusal);
            }
        }

        return taken;
    }

    /// <summary>The content never reached the broker: what only changes once is due again.</summary>
    internal void WasNotDelivered(WindowContent content)
    {
        content.Hosts.ForEach(entry => entry.WasNotDelivered());
        foreach (var registration in content.Registrations)
        {
            _registrations.TryAdd(registration.Host, registration);
        }

        content.Conflicts.ForEach(Add);
        content.Refusals.ForEach(refusal => _refusals.TryAdd(refusal.Host, refusal));
    }
}

internal sealed record WindowContent(
    List<HostEntry> Hosts, List<HostReport> Reports, List<HostRegistration> Registrations, List<HostConflict> Conflicts,
    List<HostRefusal> Refusals, List<LeaseLapse> Lapses);
