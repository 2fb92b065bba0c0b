using Holdfast.Contracts;

namespace Holdfast.Rules.StoreManager;

/// <summary>The part of the log that a Store holds, unix seconds; a Running Store goes on collecting.</summary>
internal sealed record Interval(string Store, string Host, StoreHealth Standing, long Begin, long? End)
{
    /// <summary>It serves everything after this exact position; null: it does not say.</summary>
    public string? PositionBegin { get; init; }

    /// <summary>The last exact position that it has.</summary>
    public string? PositionEnd { get; init; }

    /// <summary>Reason why it may go; null: it is needed.</summary>
    public string? Redundant { get; init; }
}

/// <summary>Position that a task needs, and the Store that serves it; null: none.</summary>
internal sealed record Served(string Task, long Position, bool IsVisible, string? Store)
{
    /// <summary>Its exact position; null: nobody has said it.</summary>
    public string? ExactPosition { get; init; }

    /// <summary>Seconds until its source has thrown that position away, at its present lag; null: not known.</summary>
    public long? RetentionLeftSec { get; init; }
}

/// <summary>Needed part that no Store serves or is about to serve: from the first needed position to the first served one.</summary>
internal sealed record Gap(long From, long To, IReadOnlyList<string> Tasks)
{
    /// <summary>The exact position of the first of the tasks, where it is known: the gap may lie within one second.</summary>
    public string? After { get; init; }
}

/// <summary>Intervals that the Stores of a subtopic hold, positions that its tasks need, and the gap between them.</summary>
internal sealed record CoverageMap(
    string Subtopic, string Region, IReadOnlyList<Interval> Stores, IReadOnlyList<Served> Consumers, Gap? Gap);

/// <summary>The map of a subtopic. Pure.</summary>
internal static class Coverage
{
    internal static CoverageMap Of(SubtopicView view, IReadOnlyList<RedundantStore> redundant, DateTimeOffset now) => new(
        view.Document.Subtopic, view.Document.Region,
        [.. view.Stores.Where(s => s.IsThere).OrderBy(s => s.Begin).Select(s => new Interval(
            s.Store.Name, s.Store.Host, s.Health, s.Begin, s.End)
            {
                PositionBegin = s.Exact?.Begin.ToString(),
                PositionEnd = s.Exact?.End?.ToString(),
                Redundant = redundant.FirstOrDefault(r => r.Store == s.Store.Name)?.Because,
            })],
        [.. view.Consumers.OrderBy(c => c.Position).ThenBy(c => c.Task, StringComparer.Ordinal).Select(c =>
            new Served(c.Task, c.Position, c.IsVisible, Resolving.Best(view.Stores, c.Position, c.Exact)?.Store.Name)
            {
                ExactPosition = c.Exact?.At.ToString(),
                RetentionLeftSec = RetentionLeft(c.Position, view.Document.Source, now),
            })],
        GapOf(view, null, now));

    /// <summary>
    /// The gap of a subtopic. A Store that is about to be made counts, and so does one that is starting or has not been heard
    /// yet; one that has failed does not, whatever it holds.
    /// </summary>
    /// <param name="coming">Start of a Store that was decided a moment ago.</param>
    internal static Gap? GapOf(SubtopicView view, Start? coming, DateTimeOffset now)
    {
        ObservedConsumer? first = null;
        List<string>? tasks = null;
        foreach (var consumer in view.Consumers)
        {
            if (coming?.Covers(consumer) != true && !Reach.IsCovered(view, consumer, static s => s.IsOnItsWay))
            {
                (tasks ??= []).Add(consumer.Task);
                first = first is { } earlier && !consumer.IsBefore(earlier) ? first : consumer;
            }
        }

        if (first is not { } needs)
        {
            return null;
        }

        var served = coming?.From;
        foreach (var store in view.Stores)
        {
            if (store.IsOnItsWay && !(served <= store.Begin))
            {
                served = store.Begin;
            }
        }

        var end = Math.Max(served ?? now.ToUnixTimeSeconds(), needs.Position);
        return new Gap(needs.Position, end, [.. tasks!.Order(StringComparer.Ordinal)])
        {
            After = needs.Exact?.At.ToString(),
        };
    }

    /// <summary>
    /// A person has deleted what is missing, each Store by its whole name: all of the subtopic's, or the one that held it. Nobody
    /// is called for that.
    /// </summary>
    internal static bool IsOnPurpose(SubtopicView view, Gap gap)
    {
        var document = view.Document;
        return document.GivenUp is { } had
            && (had.Covers(gap) || (!Array.Exists(view.Stores, static s => s.IsThere) && document.Needs.All(n => n.IsMet)));
    }

    /// <summary>Seconds until what the consumer needs next has left the source's retention, if it stays as far behind as it is.</summary>
    internal static long? RetentionLeft(long position, SourceLog? source, DateTimeOffset now) =>
        source?.RetentionSec is { } kept ? position - (now.ToUnixTimeSeconds() - kept) : null;

    /// <summary>A quarter of the retention, at most six hours: time enough to do something about it.</summary>
    internal static long RetentionWarning(long retentionSec) => Math.Min(retentionSec / 4, 6 * 3600);
}
