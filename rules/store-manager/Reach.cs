using Holdfast.Engine;

namespace Holdfast.Rules.StoreManager;

/// <summary>An exact position in the log of a source; of which source, where that was said.</summary>
internal readonly record struct ExactPlace(Position At, string? SystemId)
{
    /// <summary>As it was said; null: nothing was, or it cannot be compared.</summary>
    internal static ExactPlace? Of(string? position, string? systemId) =>
        position is not null && Position.TryParse(position, out var at) ? new ExactPlace(at, systemId) : null;

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    internal static ExactPlace? Parse(string? text) => text?.IndexOf('@', StringComparison.Ordinal) is not { } at ? null
        : at < 0 ? Of(text, null)
        : Of(text[..at], text[(at + 1)..]);

    /// <summary>Positions of two sources cannot be compared; who does not say its source means the one at hand.</summary>
    internal bool IsOf(string? systemId) => SystemId is null || systemId is null || SystemId == systemId;

    /// <summary><c>position@systemId</c>.</summary>
    public override string ToString() => SystemId is null ? At.ToString() : $"{At}@{SystemId}";
}

/// <summary>The exact positions that a Store holds: everything after the first one, and all up to the second.</summary>
internal readonly record struct ExactRange(Position Begin, Position? End, string? SystemId)
{
    /// <summary>A former life's word: the beginning is likely still so, the end is to be said anew.</summary>
    internal ExactRange WithoutEnd => this with { End = null };

    internal static ExactRange? Of(string? begin, string? end, string? systemId) => ExactPlace.Of(begin, systemId) is { } first
        ? new ExactRange(first.At, ExactPlace.Of(end, systemId)?.At, systemId)
        : null;
}

/// <summary>
/// Decides whether a Store has the part that a consumer needs next. Exact positions decide where both sides report theirs: many
/// transactions share a second, and a source's clock can go back. Otherwise seconds decide. Pure.
/// </summary>
internal static class Reach
{
    /// <summary>The Store begins early enough.</summary>
    internal static bool Covers(ObservedStore store, long seconds, ExactPlace? exact) => store.Exact is { } held && exact is { } place
        ? place.IsOf(held.SystemId) && held.Begin <= place.At
        : store.Begin <= seconds;

    internal static bool Covers(ObservedStore store, ObservedConsumer consumer) => Covers(store, consumer.Position, consumer.Exact);

    /// <summary>The Store has read as far as that already.</summary>
    internal static bool IsThere(ObservedStore store, long seconds, ExactPlace? exact) =>
        store.Exact is { End: { } end } held && exact is { } place
            ? place.IsOf(held.SystemId) && end >= place.At
            : store.End >= seconds;

    internal static bool IsThere(ObservedStore store, ObservedConsumer consumer) => IsThere(store, consumer.Position, consumer.Exact);

    /// <summary>
    /// The Store was placed so that it would cover the consumer. When it does not, its source has no such log; one that was placed by time
    /// alone says nothing of an exact position.
    /// </summary>
    internal static bool WasToCover(ObservedStore store, ObservedConsumer consumer) =>
        ExactPlace.Parse(store.Store.StartPosition) is { } start && consumer.Exact is { } place
            ? start.IsOf(place.SystemId) && start.At <= place.At
            : (consumer.Exact is null || store.Exact is null) && store.Store.StartTimestamp <= consumer.Position;

    /// <summary>One of the subtopic's Stores that stands so begins early enough for the consumer.</summary>
    internal static bool IsCovered(SubtopicView view, ObservedConsumer consumer, Predicate<ObservedStore> stands)
    {
        foreach (var store in view.Stores)
        {
            if (stands(store) && Covers(store, consumer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Each consumer has a Running Store that begins early enough.</summary>
    internal static bool AllCovered(SubtopicView view)
    {
        foreach (var consumer in view.Consumers)
        {
            if (!IsCovered(view, consumer, IsRunning))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of these the consumer that needs most; null: there is none.</summary>
    internal static ObservedConsumer? Slowest(SubtopicView view, Predicate<ObservedConsumer> counts)
    {
        ObservedConsumer? slowest = null;
        foreach (var consumer in view.Consumers)
        {
            slowest = counts(consumer) && !(slowest is { } before && !consumer.IsBefore(before)) ? consumer : slowest;
        }

        return slowest;
    }

    internal static bool IsRunning(ObservedStore store) => store.Health == StoreHealth.Running;
}
