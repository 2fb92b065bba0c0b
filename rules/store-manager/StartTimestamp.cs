namespace Holdfast.Rules.StoreManager;

/// <summary>Position at which a new Store starts, and the reason for it.</summary>
internal sealed record Start(long From, string Because)
{
    /// <summary>
    /// The exact position that the slowest consumer needs next: the Store begins there or earlier, also when the source's clock was set
    /// back and the time alone leads past it. Null: nobody says it, or the time is all that is wanted.
    /// </summary>
    internal ExactPlace? Exact { get; init; }

    /// <summary>A Store that begins there has what the consumer needs next.</summary>
    internal bool Covers(ObservedConsumer consumer) => From <= consumer.Position
        || (Exact is { } exact && consumer.Exact is { } place && exact.IsOf(place.SystemId) && exact.At <= place.At);
}

/// <summary>
/// The start of a new Store, in unix seconds: OMS's (docs/reference/oms.md, Start of a new Store), and ours, which is computed. Pure.
/// </summary>
internal static class StartTimestamp
{
    /// <summary>Null: no consumer is seen, and the start would be taken from the earliest one.</summary>
    internal static Start? Of(SubtopicView view, StoreTerms terms, DateTimeOffset now) => terms.Config switch
    {
        { RefetchMode: RefetchMode.Computed } => Computed(view, now),
        { PerceiveStoreClientCheckpoint: true } => Perceived(view, terms, now),
        _ => BeforeNow(view, terms, now),
    };

    /// <summary>
    /// Reading from here no consumer misses anything: what its source may have stamped or written late is read again. At most
    /// 60 s too much: skew and lag are bounded by 30 s each.
    /// </summary>
    internal static long Computed(long position, SourceLog? source)
    {
        source ??= new SourceLog();
        return position - source.ClockSkewSec - source.FlushLagSec;
    }

    /// <summary>No earlier than the source keeps its log, and not in the future.</summary>
    internal static long Reachable(long from, SourceLog? source, DateTimeOffset now)
    {
        var present = now.ToUnixTimeSeconds();
        return Math.Min(source?.RetentionSec is { } kept ? Math.Max(from, present - kept) : from, present);
    }

    internal static Start Computed(SubtopicView view, DateTimeOffset now)
    {
        var (document, earliest) = (view.Document, view.Earliest(visibleOnly: false));
        var from = Computed(earliest ?? document.StartTimestamp, document.Source);
        var who = view.Consumers.Where(c => c.Position == earliest).OrderBy(c => c.Task, StringComparer.Ordinal).FirstOrDefault();
        return new Start(Reachable(from, document.Source, now), earliest is null
            ? "no task's position is known: from where it was asked for first"
            : $"computed from {who.Task} at {Clock(who.Position)}{(who.IsVisible ? "" : ", as it was known last")}")
        {
            Exact = SlowestOf(view, static _ => true),
        };
    }

    /// <summary>Null where their positions are of several sources: the time is what they have in common.</summary>
    private static ExactPlace? SlowestOf(SubtopicView view, Predicate<ObservedConsumer> counts) =>
        Reach.Slowest(view, c => c.Exact is not null && counts(c))?.Exact is { } slowest
        && Array.TrueForAll(view.Consumers, c => c.Exact is not { } other || other.IsOf(slowest.SystemId))
            ? slowest
            : null;

    private static Start? Perceived(SubtopicView view, StoreTerms terms, DateTimeOffset now) =>
        view.Earliest(visibleOnly: true) is { } earliest
            ? new Start(
                Reachable(earliest - (long)terms.Config.RefetchStoreInterval.TotalSeconds, view.Document.Source, now),
                $"{terms.Config.RefetchStoreIntervalMin} min before the earliest consumer, which is at {Clock(earliest)}")
            {
                Exact = SlowestOf(view, static c => c.IsVisible),
            }
            : null;

    private static Start BeforeNow(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        var window = terms.Window is { } closed && closed.Concerns(view) ? closed : null;
        var back = terms.Config.RefetchStoreInterval + (window?.Length ?? TimeSpan.Zero);
        return new Start(
            Reachable(now.ToUnixTimeSeconds() - (long)Math.Ceiling(back.TotalSeconds), view.Document.Source, now),
            $"{terms.Config.RefetchStoreIntervalMin} min before now" + (window is null ? "" : string.Create(CultureInfo.InvariantCulture,
                $", and {window.Length.TotalMinutes:0.#} min more: HA was off from {Iso.Seconds(window.Off)} "
                + $"to {Iso.Seconds(window.On)}")));
    }

    internal static string Clock(long position) => Iso.Seconds(DateTimeOffset.FromUnixTimeSeconds(position));
}
