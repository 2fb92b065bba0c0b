using Holdfast.Contracts;

namespace Holdfast.StoreManager;

/// <summary>From what is known to what the rules look at.</summary>
internal sealed class Looking(HostsHeard hosts, Positions positions)
{
    internal SubtopicView At(SubtopicDocument document, TimeSpan silenceMax, Moment moment)
    {
        var stores = StoresAt(document, silenceMax, moment);
        var known = positions.Find(document.Subtopic);
        var view = new SubtopicView(document, stores, Consumers(document, known, silenceMax, moment), known?.RanUntil);
        return view.HasRunning ? view with { RanUntil = moment.Now.ToUnixTimeSeconds() } : view;
    }

    /// <summary>Only how its Stores stand, for who asks for nothing else.</summary>
    internal StoreSeen[] StoresAt(SubtopicDocument document, TimeSpan silenceMax, Moment moment)
    {
        var stores = new StoreSeen[document.Stores.Count];
        for (var i = 0; i < stores.Length; i++)
        {
            stores[i] = StoreSeen.Of(document.Stores[i], hosts.Signs(document.Stores[i], moment), silenceMax);
        }

        return stores;
    }

    private ConsumerSeen[] Consumers(SubtopicDocument document, PositionsDocument? known, TimeSpan silenceMax, Moment moment)
    {
        var consumers = new ConsumerSeen[document.Tasks.Count];
        Dictionary<string, (long Position, bool IsRunning)>? served = null;
        var count = 0;
        for (var i = 0; i < consumers.Length; i++)
        {
            var task = document.Tasks[i];
            if (hosts.OwnPosition(task, silenceMax, moment) is { } own)
            {
                consumers[count++] = new ConsumerSeen(task, own, IsVisible: true);
            }
            else if ((served ??= Served(document, silenceMax, moment)).TryGetValue(task, out var said))
            {
                // One that has died says what it served before, and the task may have gone on with another since.
                var position = !said.IsRunning && known?.Consumers.TryGetValue(task, out var later) == true
                    ? Math.Max(said.Position, later)
                    : said.Position;
                consumers[count++] = new ConsumerSeen(task, position, IsVisible: true);
            }
            else if (known?.Consumers.TryGetValue(task, out var last) == true)
            {
                consumers[count++] = new ConsumerSeen(task, last, IsVisible: false);
            }
            else if (document.Needs.FirstOrDefault(n => n.Task == task) is { } need)
            {
                consumers[count++] = new ConsumerSeen(task, need.From, IsVisible: false);
            }
        }

        return count == consumers.Length ? consumers : consumers[..count];
    }

    /// <summary>
    /// The furthest that any of its Stores has served each task: one that it has left says where it was. What a running one
    /// says goes before what one said that has died.
    /// </summary>
    private Dictionary<string, (long Position, bool IsRunning)> Served(SubtopicDocument document, TimeSpan silenceMax, Moment moment)
    {
        var served = new Dictionary<string, (long Position, bool IsRunning)>(StringComparer.Ordinal);
        foreach (var store in document.Stores)
        {
            var (isRunning, consumers) = hosts.Served(store, silenceMax, moment);
            foreach (var (task, checkpoint) in consumers)
            {
                var isLater = !served.TryGetValue(task, out var before)
                    || (isRunning, checkpoint).CompareTo((before.IsRunning, before.Position)) > 0;
                served[task] = isLater ? (checkpoint, isRunning) : before;
            }
        }

        return served;
    }
}
