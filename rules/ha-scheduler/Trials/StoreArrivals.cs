using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Trials;

/// <summary>
/// Subtopics as suspects: HA moves no Store, it has another one made, so what comes to the next host is the subtopic. The newest Store
/// of each one that came of late, or is suspect, is looked at as if it were a component. Pure.
/// </summary>
internal static class StoreArrivals
{
    private const string Prefix = "subtopic:";

    /// <param name="reported">Finds the last report of a host.</param>
    /// <param name="isFresh">Tells, from the region and the arrival, whether a fall of the Store's host could still count.</param>
    internal static List<Registration> Of(
        IEnumerable<StorePlace> stores, Func<string, FleetHost?> reported, Func<string, DateTimeOffset, bool> isFresh)
    {
        Dictionary<string, StorePlace>? newest = null;
        foreach (var store in stores)
        {
            var placed = store.Placed;
            var concerns = store.Suspicion is not null || (store.CameAt is { } came && isFresh(placed.Region, came));
            if (!concerns || placed.Desired != DesiredState.Running)
            {
                continue;
            }

            newest ??= new Dictionary<string, StorePlace>(StringComparer.Ordinal);
            if (!newest.TryGetValue(placed.Subtopic, out var other) || IsLater(store, other))
            {
                newest[placed.Subtopic] = store;
            }
        }

        return newest is null ? [] : [.. newest.Values.Select(s => Of(s, reported(s.Placed.Host)))];
    }

    internal static string IdOf(string subtopic) => Prefix + subtopic;

    /// <summary>Null: the object is none.</summary>
    internal static string? SubtopicOf(string @object) =>
        @object.StartsWith(Prefix, StringComparison.Ordinal) ? @object[Prefix.Length..] : null;

    /// <summary>Suspicion that a new Store of the subtopic inherits.</summary>
    internal static Suspicion? SuspicionOf(string subtopic, IEnumerable<StorePlace> stores)
    {
        StorePlace? newest = null;
        foreach (var store in stores)
        {
            if (store.Placed.Subtopic == subtopic && store.Suspicion is not null && (newest is null || IsLater(store, newest)))
            {
                newest = store;
            }
        }

        return newest?.Suspicion;
    }

    private static bool IsLater(StorePlace store, StorePlace other) => store.CameAt != other.CameAt
        ? (store.CameAt ?? DateTimeOffset.MinValue) > (other.CameAt ?? DateTimeOffset.MinValue)
        : string.CompareOrdinal(store.Placed.Store, other.Placed.Store) > 0;

    private static Registration Of(StorePlace store, FleetHost? host)
    {
        var report = host?.Components.FirstOrDefault(c => c.Name == store.Placed.Store);
        return new Registration
        {
            Id = IdOf(store.Placed.Subtopic),
            Kind = ComponentKind.Store,
            Task = "",
            Region = store.Placed.Region,
            Command = [],
            Desired = DesiredState.Running,
            Name = store.Placed.Store,
            Host = store.Placed.Host,
            Epoch = report?.Epoch ?? 0,
            CameAt = store.CameAt,
            Suspicion = store.Suspicion,
        };
    }
}
