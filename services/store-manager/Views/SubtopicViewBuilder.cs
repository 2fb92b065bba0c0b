using System.Collections.Concurrent;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.Views;

/// <summary>A subtopic's document with everything that is looked at for it, found by name once. A new document: found anew.</summary>
internal sealed class Bound
{
    internal Bound(SubtopicDocument document, HostsHeard hosts)
    {
        Document = document;
        Stores = [.. document.Stores.Select(s => (hosts.Reports.StoreEntry(s.Name), hosts.LifeOf(s.Host)))];
        Tasks = [.. document.Tasks.Select(hosts.Reports.IncrSyncEntry)];
        AllMet = document.Needs.All(n => n.IsMet);
    }

    internal SubtopicDocument Document { get; }

    internal (Entry Entry, HostLife Host)[] Stores { get; }

    internal Entry[] Tasks { get; }

    internal bool AllMet { get; }

    /// <summary>The Stores as they were seen last; kept when nothing has changed, so that a pass allocates little.</summary>
    internal ObservedStore[]? LastStores { get; set; }

    internal ObservedConsumer[]? LastConsumers { get; set; }
}

/// <summary>A list that is put together; the last one again when it turns out the same.</summary>
internal ref struct Repeating(ObservedConsumer[] last, int most)
{
    private ObservedConsumer[]? _fresh;
    private int _count;

    internal void Add(ObservedConsumer seen)
    {
        if (_fresh is null && _count < last.Length && last[_count] == seen)
        {
            _count++;
            return;
        }

        if (_fresh is null)
        {
            _fresh = new ObservedConsumer[most];
            last.AsSpan(0, _count).CopyTo(_fresh);
        }

        _fresh[_count++] = seen;
    }

    internal readonly ObservedConsumer[] Whole() => (_fresh ?? last) is var all && _count == all.Length ? all : all[.._count];
}

/// <summary>Builds the view that the rules decide from, of what is known.</summary>
internal sealed class SubtopicViewBuilder(HostsHeard hosts, Positions positions)
{
    private readonly ConcurrentDictionary<string, Bound> _bound = new(StringComparer.Ordinal);

    internal Bound Bind(SubtopicDocument document)
    {
        if (!_bound.TryGetValue(document.Subtopic, out var bound) || !ReferenceEquals(bound.Document, document))
        {
            _bound[document.Subtopic] = bound = new Bound(document, hosts);
        }

        return bound;
    }

    internal SubtopicView At(SubtopicDocument document, TimeSpan silenceMax, Moment moment)
    {
        var bound = Bind(document);
        var stores = StoresAt(bound, silenceMax, moment, out var heardWithin);
        var known = positions.Find(document.Subtopic);
        return new SubtopicView(document, stores, Consumers(bound, known, silenceMax, moment),
            // A silent Store counts as Running for a while, and may have ended with its last word.
            heardWithin is { } ago ? (moment.Now - ago).ToUnixTimeSeconds() : known?.RanUntil)
        {
            AllMet = bound.AllMet,
        };
    }

    /// <summary>Only how its Stores stand, for who asks for nothing else.</summary>
    internal ObservedStore[] StoresAt(SubtopicDocument document, TimeSpan silenceMax, Moment moment) =>
        StoresAt(Bind(document), silenceMax, moment, out _);

    /// <param name="heardWithin">Time since one that runs was heard last; null: none runs.</param>
    private ObservedStore[] StoresAt(Bound bound, TimeSpan silenceMax, Moment moment, out TimeSpan? heardWithin)
    {
        heardWithin = null;
        var last = bound.LastStores;
        ObservedStore[]? stores = last is null ? new ObservedStore[bound.Stores.Length] : null;
        for (var i = 0; i < bound.Stores.Length; i++)
        {
            var (entry, host) = bound.Stores[i];
            var store = bound.Document.Stores[i];
            var observed = hosts.Observe(store, entry.Listed, host, moment);
            var seen = ObservedStore.Of(store, observed, silenceMax, last?[i]);
            if (seen.Health == StoreHealth.Running && !(observed.Silence >= heardWithin))
            {
                heardWithin = observed.Silence;
            }

            if (!ReferenceEquals(seen, last?[i]))
            {
                // The last one is in others' hands: it stays as it was.
                (stores ??= [.. last!])[i] = seen;
            }
        }

        return stores is null ? last! : bound.LastStores = stores;
    }

    private static ObservedConsumer[] Consumers(Bound bound, PositionsDocument? known, TimeSpan silenceMax, Moment moment)
    {
        var document = bound.Document;
        var consumers = new Repeating(bound.LastConsumers ?? [], bound.Tasks.Length);
        Dictionary<string, (ObservedConsumer At, bool IsRunning)>? served = null;
        for (var i = 0; i < bound.Tasks.Length; i++)
        {
            var task = document.Tasks[i];
            if (HostsHeard.OwnPosition(bound.Tasks[i], silenceMax, moment) is { } own)
            {
                consumers.Add(new ObservedConsumer(task, own.Seconds, IsVisible: true) { Exact = own.Exact });
            }
            else if ((served ??= Served(bound, silenceMax, moment)).TryGetValue(task, out var said))
            {
                // One that has died says what it served before, and the task may have gone on with another since.
                consumers.Add(!said.IsRunning && known?.Find(task) is { } later && said.At.IsBefore(later)
                    ? later with { IsVisible = true }
                    : said.At);
            }
            else if (known?.Find(task) is { } last)
            {
                consumers.Add(last with { IsEvidence = true });
            }
            else if (document.Needs.FirstOrDefault(n => n.Task == task) is { } need)
            {
                consumers.Add(new ObservedConsumer(task, need.From, IsVisible: false) { IsEvidence = true });
            }
        }

        return bound.LastConsumers = consumers.Whole();
    }

    /// <summary>
    /// The furthest that any of its Stores has served each task: one that it has left says where it was. What a running one
    /// says goes before what one said that has died.
    /// </summary>
    private static Dictionary<string, (ObservedConsumer At, bool IsRunning)> Served(Bound bound, TimeSpan silenceMax, Moment moment)
    {
        var served = new Dictionary<string, (ObservedConsumer At, bool IsRunning)>(StringComparer.Ordinal);
        foreach (var (entry, _) in bound.Stores)
        {
            var (isRunning, systemId, consumers) = HostsHeard.Served(entry.Listed, silenceMax, moment);
            foreach (var said in consumers)
            {
                var at = new ObservedConsumer(said.Task, said.Checkpoint, IsVisible: true)
                {
                    Exact = ExactPlace.Of(said.Position, systemId),
                };
                var isLater = !served.TryGetValue(said.Task, out var before)
                    || (isRunning == before.IsRunning ? before.At.IsBefore(at) : isRunning);
                served[said.Task] = isLater ? (at, isRunning) : before;
            }
        }

        return served;
    }
}
