using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager;
using Holdfast.StoreManager.Api;
using Holdfast.StoreManager.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Checks what each pass must have said, and that all has come right after a calm.</summary>
internal sealed partial class StoreWatch
{
    /// <summary>
    /// Time from an event of a Store to the pass that has heard of it, beside the silence that it is allowed. Twice, for a host that was
    /// heard through a collector that is gone has a fresh interval.
    /// </summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(15);

    /// <summary>Since when nobody serves a subtopic, on the feed's clock of a life of a replica.</summary>
    private readonly Dictionary<(Site Site, int Life, string Subtopic), (TimeSpan Feed, long At)> _uncovered = [];

    private readonly Dictionary<ManagerSite, long> _passedAt = [];

    private bool IsTold(string @event, string subtopic) => world.Store
        .Find<FindingDocument>(StoreManagerCollections.Findings.Name)?.Peek($"{@event}:{subtopic}") is not null;

    /// <summary>The tasks whose next position no living Store has or will have once it runs.</summary>
    private List<string> Uncovered(SubtopicDocument subtopic) =>
        [.. subtopic.Tasks.Where(t => !Alive(subtopic.Subtopic).Any(s => s.WillServe(Logs.Position(t))))];

    /// <summary>People have deleted all its Stores, or the one that had what some task needs: nobody is called for that.</summary>
    private bool IsGivenUp(SubtopicDocument subtopic) =>
        subtopic.GivenUp is { } had && (subtopic.StoreCount == 0 && subtopic.Needs.All(n => n.IsMet)
            || Uncovered(subtopic).Exists(t => Logs.Position(t) >= had.From && Logs.Position(t) <= had.To));

    internal string? Standing(int which)
    {
        var all = Documents.SelectMany(d => d.Stores).Where(s => !s.IsLeaving).Select(s => s.Name).Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? null : all[which % all.Count];
    }

    /// <summary>I11: what nobody serves was told, once a replica has had the time to see it.</summary>
    internal void Passed(ManagerSite manager)
    {
        var (feed, now) = (manager.Feed, world.Time.Now);
        // It waited for the store: it knows what was when it began, and in between all may have been served for a while.
        var isLate = now - _passedAt.GetValueOrDefault(manager, now) > ToldConfigs.PassMax.Ticks;
        _passedAt[manager] = now;
        foreach (var subtopic in Documents)
        {
            var (key, name) = ((manager, manager.Lives, subtopic.Subtopic), subtopic.Subtopic);
            if (Alive(name).Any(s => s.SaysRunning))
            {
                _ran[name] = now;
            }

            var changed = _changed.GetValueOrDefault(name);
            // Batches that are lost or come in disorder say nothing of whom they do not name.
            if (isLate || world.Broker.Storm.Loss > 0 || !manager.Looks(name) || IsGivenUp(subtopic)
                || Uncovered(subtopic) is not { Count: > 0 } tasks)
            {
                _uncovered.Remove(key);
            }
            else if (!_uncovered.TryGetValue(key, out var since) || since.At < changed)
            {
                _uncovered[key] = (feed, now);
            }
            else if (feed - since.Feed > (2 * world.Shape.Ha.CheckModuleExceptionInterval) + HeardWithin
                && !IsTold(AlertEvents.StoreGap, name))
            {
                world.Broken("I11", $"{string.Join(", ", tasks)} at {string.Join(", ", tasks.Select(Logs.Position))}: no Store of {name} "
                    + $"serves that, for {(feed - since.Feed).TotalSeconds:0} s, and {manager.Name} says nothing: "
                    + $"{manager.Latest(name)?.Sentence}; {Describe(subtopic)}");
            }
        }
    }

    private string Describe(SubtopicDocument subtopic) => string.Join("; ", subtopic.Stores.Select(s =>
        $"{s.Name} {s.Desired} on {s.Host}, lives: {Alive(subtopic.Subtopic).Any(w => w.What.Name == s.Name)}, from {Begin(s)}"));

    /// <summary>Each consumer that can be served is served. Where one is not, the reason was said, and nothing else is said.</summary>
    internal void CheckCalm()
    {
        foreach (var subtopic in Documents.Where(d => d.Tasks.Count > 0))
        {
            var name = subtopic.Subtopic;
            if (world.Managers.Cast<ManagerSite>().FirstOrDefault(m => m.IsReady && m.Looks(name)) is not { } owner)
            {
                world.Broken("stores", $"no replica looks after {name} after a calm");
                return;
            }

            var (uncovered, latest) = (Uncovered(subtopic), owner.Latest(name));
            if (uncovered.Count > 0 && !IsTold(AlertEvents.StoreGap, name) && (latest is null || !IsGivenUp(subtopic)))
            {
                world.Broken("I11", $"after a calm {string.Join(", ", uncovered)} have no Store and nothing says so: "
                    + $"{latest}; {Describe(subtopic)}");
            }
            else if (uncovered.Count == 0 && IsTold(AlertEvents.StoreGap, name))
            {
                world.Broken("stores", $"after a calm all of {name} are served and a gap is told: {latest}; {Describe(subtopic)}; "
                    + $"{owner.Name} sees {owner.Seen(name)}; "
                    + $"really {string.Join(", ", subtopic.Tasks.Select(t => $"{t} is at {Logs.Position(t)}"))}");
            }

            if (!Alive(name).Any() && latest?.Code is null or "ST-200" or "act")
            {
                world.Broken("stores", $"after a calm no Store of {name} lives and nothing says why: {latest}; {Describe(subtopic)}");
            }

            if (latest?.Code == StoreReason.Threshold.Code && !IsTold(AlertEvents.StoreThreshold, name))
            {
                world.Broken("stores", $"after a calm {name} is full and nobody was told");
            }

            CheckServed(subtopic);
        }

        CheckLeftovers();
    }

    /// <summary>Every consumer that runs and is covered has gone on.</summary>
    private void CheckServed(SubtopicDocument subtopic)
    {
        foreach (var reader in world.Hosts.SelectMany(h => h.Workers).OfType<IncrSyncWorker>()
            .Where(w => !w.IsDead && subtopic.Tasks.Contains(w.What.Task!)
                && world.Time.Now - w.RunsSince > TimeSpan.FromSeconds(30).Ticks))
        {
            world.Count(reader.ReadsFrom is null ? "consumers without a Store after a calm" : "consumers served after a calm");
            if (AreClocksRight && reader.ReadsFrom is null && Alive(subtopic.Subtopic).Any(s => s.Serves(reader.Checkpoint)
                && world.Time.Now - s.RunsSince > TimeSpan.FromSeconds(30).Ticks))
            {
                world.Broken("stores", $"after a calm {reader.What.Task} at {reader.Checkpoint} is given no Store: {Describe(subtopic)}");
            }
        }
    }

    /// <summary>A Store that was removed is gone from its host, with its data; a paused one does not run.</summary>
    private void CheckLeftovers()
    {
        var known = Documents.SelectMany(d => d.Stores).ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var host in world.Hosts)
        {
            foreach (var name in host.Folders.Keys.Where(f => !known.TryGetValue(f, out var s) || s.Host != host.Name))
            {
                world.Broken("leftovers", $"after a calm {host.Name} still has the directory of {name}");
            }

            foreach (var store in host.Workers.OfType<StoreWorker>().Where(w => known.GetValueOrDefault(w.What.Name)?.Desired
                != DesiredState.Running))
            {
                world.Broken("leftovers", $"after a calm {host.Name} still runs {store.What.Name}: "
                    + $"{known.GetValueOrDefault(store.What.Name)}");
            }
        }
    }
}
