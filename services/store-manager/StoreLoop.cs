using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.Platform;
using Holdfast.Platform.State;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager;

/// <summary>One pass over all subtopics: place what is missing, remove what nobody needs, say what is not acknowledged.</summary>
internal sealed partial class StoreLoop(Subtopics subtopics, HostsHeard hosts, IBus bus, TimeProvider time, ILogger<StoreLoop> logger)
    : TickLoop(time, logger)
{
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(3);

    private readonly Sayings<(string Store, long Revision)> _placements = new(TimeSpan.FromSeconds(5));
    private readonly Sayings<(string Store, long Revision)> _stores = new(TimeSpan.FromSeconds(30));

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!subtopics.Loaded)
        {
            await subtopics.Load(cancel);
        }

        var storesByHost = subtopics.Mirror.All.SelectMany(s => s.Stores).Where(s => s.Desired != DesiredState.Absent)
            .CountBy(s => s.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var places = new Dictionary<string, Placement>(StringComparer.Ordinal);
        foreach (var (subtopic, version) in subtopics.Mirror.AllVersioned.ToList())
        {
            await PlaceMissing(subtopic, places, storesByHost, cancel);
            await subtopics.Mirror.Change(subtopic.Subtopic, s => StoreRules.Settle(s, store => IsGone(store, version)), cancel);
        }

        foreach (var subtopic in subtopics.Mirror.AllVersioned)
        {
            await Say(subtopic, cancel);
        }
    }

    private async Task PlaceMissing(SubtopicDocument subtopic, Dictionary<string, Placement> places,
        Dictionary<string, int> storesByHost, CancellationToken cancel)
    {
        if (!StoreRules.NeedsStore(subtopic))
        {
            return;
        }

        if (!places.TryGetValue(subtopic.Region, out var region))
        {
            places[subtopic.Region] = region = new Placement(hosts.Candidates(subtopic.Region, storesByHost));
        }

        if (region.Take(ComponentKind.Store).Host is not { } name || hosts.Fleet.Find(name) is not { } host)
        {
            return;
        }

        var now = Time.GetUtcNow();
        var placed = await subtopics.Mirror.Change(subtopic.Subtopic,
            s => StoreRules.NeedsStore(s) ? StoreRules.WithStore(s, host, now) : null, cancel);
        if (placed is { } done)
        {
            LogPlaced(done.Document.Stores[^1].Name, name, done.Document.StartTimestamp);
        }
    }

    private async Task Say(Versioned<SubtopicDocument> versioned, CancellationToken cancel)
    {
        var subtopic = versioned.Document;
        foreach (var store in subtopic.Stores)
        {
            var key = (store.Name, versioned.Version);
            if (_stores.IsDue(key, hosts.Elapsed))
            {
                await Publish(Told(subtopic, store, versioned.Version), cancel);
                _stores.Said(key, hosts.Elapsed);
            }

            var wasSaid = _placements.WasSaid(key);
            var isDone = Acknowledgement.IsInPlace(hosts.Fleet.Find(store.Host), store.Name, store.Seq, store.Desired)
                && (wasSaid || store.Desired != DesiredState.Absent);
            var isDeaf = wasSaid && !hosts.IsHeard(store.Host);
            if (!isDone && !isDeaf && _placements.IsDue(key, hosts.Elapsed))
            {
                await Publish(Placed(subtopic, store, versioned.Version), cancel);
                _placements.Said(key, hosts.Elapsed);
            }
        }
    }

    /// <summary>Told to go, and gone: a host that has not heard of it yet knows nothing of it either.</summary>
    private bool IsGone(Store store, long version) => _placements.WasSaid((store.Name, version))
        && Acknowledgement.IsGone(hosts.Fleet.Find(store.Host), store.Name) && hosts.IsHeard(store.Host);

    private ComponentPlaced Placed(SubtopicDocument subtopic, Store store, long revision) => new()
    {
        Component = store.Name,
        Host = store.Host,
        Region = subtopic.Region,
        Kind = ComponentKind.Store,
        Epoch = store.Seq,
        Revision = revision,
        Desired = store.Desired,
        Command = store.Desired == DesiredState.Absent ? [] : subtopic.Command,
        Subtopic = subtopic.Subtopic,
        StartTimestamp = store.StartTimestamp,
        At = Time.GetUtcNow(),
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
        At = Time.GetUtcNow(),
    };

    private async Task Publish<T>(T message, CancellationToken cancel) where T : class
    {
        using var limit = new CancellationTokenSource(PublishTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        await bus.Publish(message, either.Token);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} goes to {Host} and collects from {StartTimestamp}")]
    private partial void LogPlaced(string store, string host, long startTimestamp);
}
