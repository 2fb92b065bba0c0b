using Holdfast.Contracts;

namespace Holdfast.StoreManager;

/// <summary>From what is known to what the rules look at.</summary>
internal sealed class Looking(HostsHeard hosts, Positions positions)
{
    internal SubtopicView At(SubtopicDocument document, TimeSpan silenceMax, DateTimeOffset now)
    {
        var stores = new StoreSeen[document.Stores.Count];
        for (var i = 0; i < stores.Length; i++)
        {
            stores[i] = StoreSeen.Of(document.Stores[i], hosts.Signs(document.Stores[i], now), silenceMax);
        }

        var known = positions.Find(document.Subtopic);
        var view = new SubtopicView(document, stores, Consumers(document, known, silenceMax), known?.RanUntil);
        return view.HasRunning ? view with { RanUntil = now.ToUnixTimeSeconds() } : view;
    }

    private List<ConsumerSeen> Consumers(SubtopicDocument document, PositionsDocument? known, TimeSpan silenceMax)
    {
        var consumers = new List<ConsumerSeen>(document.Tasks.Count);
        Dictionary<string, long>? served = null;
        foreach (var task in document.Tasks)
        {
            if (hosts.OwnPosition(task, silenceMax) is { } own)
            {
                consumers.Add(new ConsumerSeen(task, own, IsVisible: true));
            }
            else if ((served ??= Served(document, silenceMax)).TryGetValue(task, out var said))
            {
                consumers.Add(new ConsumerSeen(task, said, IsVisible: true));
            }
            else if (known?.Consumers.TryGetValue(task, out var last) == true)
            {
                consumers.Add(new ConsumerSeen(task, last, IsVisible: false));
            }
            else if (document.Needs.FirstOrDefault(n => n.Task == task) is { } need)
            {
                consumers.Add(new ConsumerSeen(task, need.From, IsVisible: false));
            }
        }

        return consumers;
    }

    /// <summary>The furthest that any of its Stores has served each task: one that it has left says where it was.</summary>
    private Dictionary<string, long> Served(SubtopicDocument document, TimeSpan silenceMax)
    {
        var served = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var consumer in document.Stores.SelectMany(s => hosts.Served(s, silenceMax)))
        {
            served[consumer.Task] = served.TryGetValue(consumer.Task, out var before)
                ? Math.Max(before, consumer.Checkpoint)
                : consumer.Checkpoint;
        }

        return served;
    }
}
