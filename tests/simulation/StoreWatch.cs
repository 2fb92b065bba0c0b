using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;

namespace Holdfast.Simulation.Tests;

/// <summary>Every change of a subtopic held against the truth: which processes live, what they hold, where consumers are.</summary>
internal sealed partial class StoreWatch(World world)
{
    private readonly Dictionary<(string Subtopic, long Seq), string> _made = [];
    private readonly Dictionary<string, long> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ran = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _operated = new(StringComparer.Ordinal);

    internal ToldConfigs Told { get; } = new(world);

    private Logs Logs => world.Logs!;

    private IEnumerable<StoreWorker> Alive(string subtopic) => world.Hosts.SelectMany(h => h.Workers).OfType<StoreWorker>()
        .Where(w => !w.IsDead && w.Subtopic == subtopic);

    /// <summary>All subtopics as the store has them.</summary>
    private IEnumerable<SubtopicDocument> Documents =>
        world.Store.Find<SubtopicDocument>(StoreManagerCollections.Subtopics.Name)?.All ?? [];

    /// <summary>Starts go by wall clocks: who has set one has changed them himself.</summary>
    private bool AreClocksRight => world.Managers.Concat(world.Schedulers).All(m => m.Machine.WallOffset == TimeSpan.Zero);

    internal void Written(object? before, object? after)
    {
        if (after is SubtopicDocument subtopic && (before is SubtopicDocument || before is null) && world.Asker?.Site is ManagerSite)
        {
            Changed(before as SubtopicDocument, subtopic);
        }
        else if (after is FindingDocument finding && before is null)
        {
            world.Count("findings: " + finding.Finding.Event);
            world.Tell($"{finding.Finding.Summary}. {finding.Finding.Description}");
        }
        else if (before is FindingDocument over && after is null)
        {
            world.Tell($"over by {world.Asker?.Site.Name}: {over.Finding.Summary}");
        }
    }

    private void Changed(SubtopicDocument? before, SubtopicDocument after)
    {
        var known = (before?.Stores ?? []).ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var store in after.Stores)
        {
            if (!known.Remove(store.Name, out var was))
            {
                Made(before ?? after with { Stores = [] }, after, store);
            }
            else if (store.IsLeaving && !was.IsLeaving)
            {
                Leaves(after, store);
            }
            else if (store != was)
            {
                _changed[after.Subtopic] = world.Time.Now;
            }
        }

        foreach (var gone in known.Values)
        {
            world.Tell($"{gone.Name} is forgotten");
            if (!gone.IsLeaving)
            {
                world.Broken("once", $"{gone.Name} vanished from {after.Subtopic} without having been told to go");
            }
        }
    }

    private void Made(SubtopicDocument before, SubtopicDocument after, Store store)
    {
        world.Count("Stores made: " + store.Origin);
        world.Tell($"{store.Name} is made on {store.Host} for {store.Origin} from {store.StartTimestamp} by {world.Asker?.Site.Name}");
        world.Time.Note(store.Seq + store.Name.Length);
        _changed[after.Subtopic] = world.Time.Now;
        if (!_made.TryAdd((after.Subtopic, store.Seq), store.Host))
        {
            world.Broken("once", $"Store {store.Seq} of {after.Subtopic} was made twice: on {_made[(after.Subtopic, store.Seq)]} "
                + $"and on {store.Host}");
        }

        if (world.Hosts.First(h => h.Name == store.Host).Region != after.Region)
        {
            world.Broken("I2", $"{store.Name} of region {after.Region} went to {store.Host}");
        }

        if (store.Origin != StoreOrigin.Operator)
        {
            CheckThreshold(after, store);
            CheckNeed(before, store);
        }

        if (store.Origin == StoreOrigin.Ha)
        {
            CheckSwitches(store);
        }

        if (store.Origin is StoreOrigin.Ha or StoreOrigin.Drain)
        {
            CheckCooldown(after, store);
            CheckStart(before, store);
        }
    }

    /// <summary>I4: the subtopic's own threshold, else that of ha.config.</summary>
    private void CheckThreshold(SubtopicDocument after, Store store)
    {
        var limit = after.Threshold ?? Told.Believed().Max(c => c.SubtopicStoreNumberThreshold);
        if (after.StoreCount > limit)
        {
            world.Broken("I4", $"{store.Name} is Store number {after.StoreCount} of {after.Subtopic}, whose threshold is {limit}");
        }
    }

    /// <summary>One need, one Store: whoever has one that lives, was heard and reaches far enough gets no other.</summary>
    private void CheckNeed(SubtopicDocument before, Store store)
    {
        if (store.Origin == StoreOrigin.Task)
        {
            if (before.Needs.Where(n => !n.IsMet).All(n => before.Stores.Any(s => !s.IsLeaving && Begin(s) <= n.From)))
            {
                world.Broken("once", $"{store.Name} was made for a need that another Store met");
            }

            return;
        }

        var served = world.Store.Find<PositionsDocument>(StoreManagerCollections.Positions.Name)?.Peek(before.Subtopic);
        var earliest = before.Tasks.Min(t => served?.Consumers.TryGetValue(t, out var at) == true ? at
            : before.Needs.FirstOrDefault(n => n.Task == t)?.From ?? before.StartTimestamp);
        var silence = world.Shape.Ha.CheckModuleExceptionInterval;
        if (Alive(before.Subtopic).FirstOrDefault(w => w.Folder?.Begin <= earliest && before.Stores.Any(s => s.Name == w.What.Name
            && s.Epoch == w.Epoch && s.Desired == DesiredState.Running) && IsSteady(w, silence)
            && (store.Origin != StoreOrigin.Drain || !world.Operator.Drained.Contains(w.Host.Name))) is { } running)
        {
            world.Broken("once", $"{store.Name} was made though {running.What.Name} runs from {running.Folder!.Begin}, "
                + $"and nobody needs more than {earliest}");
        }
    }

    /// <summary>One that was told an exact position begins there, also when its maker's clock led to a later time.</summary>
    private long Begin(Store store) => Math.Max(Math.Min(store.StartTimestamp, ToldPlace(store) ?? long.MaxValue),
        world.Hosts.First(h => h.Name == store.Host).Folders.GetValueOrDefault(store.Name)?.Begin
            ?? Math.Min(store.StartTimestamp, ToldPlace(store) ?? long.MaxValue));

    private static long? ToldPlace(Store store) => ExactPlace.Parse(store.StartPosition) is { } place ? (long)place.At.Major : null;

    /// <summary>It has been running, and its host's reports have been accepted, for so long that everybody must know.</summary>
    private bool IsSteady(StoreWorker worker, TimeSpan silence) => world.Time.Now - worker.RunsSince > (2 * silence).Ticks
        && !worker.IsStopped && !worker.Host.Machine.IsSuspended
        && world.Time.Now - Math.Max(worker.ContinuedAt, worker.Host.Machine.ResumedAt) > silence.Ticks
        && !worker.SaidHostileWords(silence)
        && world.Truth.WasAccepted(worker.Host.Name, silence, TimeSpan.FromSeconds(5))
        // A replica that was suspended until a moment ago has heard nobody meanwhile.
        && world.Time.Now - world.Asker!.Value.Site.Machine.ResumedAt > silence.Ticks
        && world.Time.Elapsed - world.Asker!.Value.Site.StartedAt > 2 * silence;

    private void CheckSwitches(Store store)
    {
        if (!Told.Believed().Any(c => c is { Enable: true, EnableStore: true }))
        {
            world.Broken("I5", $"{store.Name} was made while HA of Stores was switched off");
        }
    }

    /// <summary>
    /// I3: HA acts on a subtopic no sooner again than this. Cooldowns go by wall clocks: who has set one since it acted last has
    /// changed the cooldown himself, also when it is right again.
    /// </summary>
    private void CheckCooldown(SubtopicDocument after, Store store)
    {
        var now = world.AskedAt; // decided then; a store may have kept the write waiting
        var least = Told.Believed().Min(c => c.CheckRequestIntervalSec) - 1;
        if (_operated.TryGetValue(after.Subtopic, out var last) && now - last < TimeSpan.FromSeconds(least).Ticks
            && world.Managers.All(m => m.Machine.WallSetAt < last && m.Machine.WallOffset == world.Managers[0].Machine.WallOffset))
        {
            world.Broken("I3", $"{store.Name} was made {TimeSpan.FromTicks(now - last).TotalSeconds:0.0} s after the one before");
        }

        _operated[after.Subtopic] = now;
    }

    /// <summary>I11: a new Store starts early enough, or as early as its source allows.</summary>
    private void CheckStart(SubtopicDocument before, Store store)
    {
        var configs = Told.Believed().DistinctBy(c => (c.RefetchMode, c.PerceiveStoreClientCheckpoint, c.RefetchStoreIntervalMin)).ToList();
        if (configs.Count != 1 || !AreClocksRight || before.Tasks.Count == 0)
        {
            return;
        }

        var (config, decided) = (configs[0], store.PlacedAt.ToUnixTimeSeconds());
        var log = Logs.Of(before.Subtopic).First();
        var latest = config switch
        {
            _ when store.Origin == StoreOrigin.Drain => before.Tasks.Min(Logs.Position) - log.Log.ClockSkewSec - log.Log.FlushLagSec,
            { RefetchMode: RefetchMode.Computed } => before.Tasks.Min(Logs.Position) - log.Log.ClockSkewSec - log.Log.FlushLagSec,
            { PerceiveStoreClientCheckpoint: true } => before.Tasks.Max(Logs.Position) - (config.RefetchStoreIntervalMin * 60),
            _ => decided - (config.RefetchStoreIntervalMin * 60) - Told.OffFor(_ran.GetValueOrDefault(before.Subtopic, -1)),
        };
        var allowed = log.Log.RetentionSec is { } kept ? Math.Max(latest, decided - kept) : latest;
        if (store.StartTimestamp > allowed + 1)
        {
            world.Broken("I11", $"{store.Name} starts at {store.StartTimestamp}, {store.StartTimestamp - allowed} s too late");
        }
    }

    /// <summary>A Store goes though tasks are there: something better stays.</summary>
    private void Leaves(SubtopicDocument after, Store store)
    {
        world.Count("Stores that go");
        world.Tell($"{store.Name} is to go: {store.LeavesBecause}");
        _changed[after.Subtopic] = world.Time.Now;
        if (after.Tasks.Count == 0 || store.HostIsGone || store.LeavesBecause!.StartsWith("deleted by ", StringComparison.Ordinal))
        {
            return;
        }

        if (after.StoreCount == 0)
        {
            world.Broken("cleared", $"{store.Name} was the last one of {after.Subtopic}");
        }

        var isMoved = store.LeavesBecause.Contains("is to be empty", StringComparison.Ordinal);
        world.Count(isMoved ? "Stores moved off a drained host" : "Stores cleared");
        if ((isMoved || store.LeavesBecause.StartsWith("nobody needs", StringComparison.Ordinal))
            && Alive(after.Subtopic).FirstOrDefault(w => w.What.Name == store.Name) is { Folder: { } folder })
        {
            foreach (var task in after.Tasks.Where(t => Logs.Position(t) is var at && folder.Begin <= at
                && !after.Stores.Any(s => s is { IsLeaving: false, Desired: DesiredState.Running } && Begin(s) <= at)))
            {
                world.Broken("cleared", $"{store.Name} goes and {task} at {Logs.Position(task)} needs it");
            }
        }
    }
}
