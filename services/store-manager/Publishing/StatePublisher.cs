using Holdfast.Fleet;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Publishing;

/// <summary>
/// Says what is so until those whom it concerns have acted on it: placements until a report shows them, Stores to the
/// scheduler with each change and now and then. Level-triggered: a lost message is only late.
/// </summary>
internal sealed class StatePublisher(
    HostsHeard hosts, SubtopicViewBuilder builder, RegisteredPlacements registered, MessagePublisher publisher, StoreKeys keys,
    TimeProvider time)
{
    private static readonly TimeSpan PlacementsAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoresAgain = TimeSpan.FromMinutes(5);

    /// <summary>Unchanged Stores that are published again in one pass, at most.</summary>
    private const int RepeatsMax = 500;

    private readonly RepublishLedger<(string Store, long Revision)> _placements = new(PlacementsAgain);
    private readonly ContentLedger<string, long> _stores = new(StoresAgain, repeatsMax: RepeatsMax);

    internal async Task Say(IEnumerable<Versioned<SubtopicDocument>> subtopics, CancellationToken cancel)
    {
        var now = hosts.Elapsed;
        _stores.BeginPass();
        var placed = new List<(ComponentPlaced Message, (string, long) Key)>();
        foreach (var versioned in subtopics)
        {
            var (subtopic, revision) = versioned;
            if (_stores.IsDue(subtopic.Subtopic, revision, now))
            {
                await publisher.PublishAll(subtopic.Stores.Select(s => Told(subtopic, s, revision)), cancel);
                _stores.Said(subtopic.Subtopic, revision, now);
            }

            var bound = builder.Bind(subtopic);
            for (var i = 0; i < bound.Stores.Length; i++)
            {
                var store = subtopic.Stores[i];
                if ((store.IsLeaving || !IsInPlace(store, bound.Stores[i].Entry.Listed)) && IsToBeSaid(store, revision, now))
                {
                    placed.Add((Placed(subtopic, store, revision), (store.Name, revision)));
                }
            }
        }

        // A collector takes from a message only what the store confirms; what could not be registered is due again with the next pass.
        var confirmed = await registered.Confirmed(placed, p => p.Message, cancel);
        await publisher.PublishAll(confirmed.Select(p => p.Message), cancel);
        foreach (var (_, key) in confirmed)
        {
            _placements.Said(key, now);
        }
    }

    /// <summary>
    /// Told to go, and gone. A host that has not heard of it yet knows nothing of it either: one that was last heard before it was
    /// told may begin with it after.
    /// </summary>
    internal bool IsGone(Store store, long revision) => _placements.SaidAt((store.Name, revision)) is { } said && (store.HostIsGone
        || hosts.IsServing(store.Host) && hosts.HeardSince(store.Host, said)
        && Acknowledgement.IsGone(hosts.Fleet.Find(store.Host), store.Name));

    private bool IsToBeSaid(Store store, long revision, TimeSpan now)
    {
        var key = (store.Name, revision);
        // A host that does not hear is told once: its list waits for it.
        return _placements.IsDue(key, now) && !(_placements.WasSaid(key) && !hosts.IsHeard(store.Host));
    }

    /// <summary>The host lists it under its present epoch, so it has the placement; a stopped one has stopped, too.</summary>
    internal bool IsInPlace(Store store) => IsInPlace(store, hosts.Reports.Store(store.Name));

    private static bool IsInPlace(Store store, Listed? said) =>
        said is { LostAt: null, Report: var report } listed && listed.Host == store.Host
        && report.Epoch == store.Epoch && store.Told switch
        {
            DesiredState.Running => true,
            DesiredState.Stopped => Acknowledgement.HasStopped(report),
            DesiredState.Absent => false,
        };

    private ComponentPlaced Placed(SubtopicDocument subtopic, Store store, long revision) => new()
    {
        Component = store.Name,
        Host = store.Host,
        Region = subtopic.Region,
        Kind = ComponentKind.Store,
        Epoch = store.Epoch,
        Revision = revision,
        Desired = store.Told,
        Command = store.IsLeaving ? [] : subtopic.CommandOf(store),
        Config = store.IsLeaving ? null : keys.WithKey(subtopic.ConfigOf(store), store.Name),
        Subtopic = subtopic.Subtopic,
        StartTimestamp = store.StartTimestamp,
        StartPosition = store.StartPosition,
        At = time.GetUtcNow(),
    };

    private StorePlaced Told(SubtopicDocument subtopic, Store store, long revision) => new()
    {
        Store = store.Name,
        Subtopic = subtopic.Subtopic,
        Region = subtopic.Region,
        Host = store.Host,
        Revision = revision,
        Desired = store.Desired,
        StartTimestamp = store.StartTimestamp,
        Tasks = subtopic.Tasks,
        At = time.GetUtcNow(),
    };
}
