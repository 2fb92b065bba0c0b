using Holdfast.Contracts;

namespace Holdfast.StoreManager;

/// <summary>What a Store holds, unix seconds; a Running one goes on collecting.</summary>
internal sealed record Interval(string Store, string Host, StoreStanding Standing, long Begin, long? End)
{
    /// <summary>Why it may go; null: it is needed.</summary>
    public string? Redundant { get; init; }
}

/// <summary>What a task needs, and which Store serves it; null: none.</summary>
internal sealed record Served(string Task, long Position, bool IsVisible, string? Store)
{
    /// <summary>Seconds until its source has thrown that position away, at its present lag; null: not known.</summary>
    public long? RetentionLeftSec { get; init; }
}

/// <summary>What is needed and no Store serves or is about to serve: from the first needed position to the first served one.</summary>
internal sealed record Gap(long From, long To, IReadOnlyList<string> Tasks);

/// <summary>Which Store of a subtopic holds which interval, who needs what, where the gap is.</summary>
internal sealed record CoverageMap(
    string Subtopic, string Region, IReadOnlyList<Interval> Stores, IReadOnlyList<Served> Consumers, Gap? Gap);

/// <summary>The map of a subtopic. Pure.</summary>
internal static class Coverage
{
    internal static CoverageMap Of(SubtopicView view, IReadOnlyList<Surplus> surplus, DateTimeOffset now) => new(
        view.Document.Subtopic, view.Document.Region,
        [.. view.Stores.Where(s => s.IsThere).OrderBy(s => s.Begin).Select(s => new Interval(
            s.Store.Name, s.Store.Host, s.Standing, s.Begin, s.End)
            {
                Redundant = surplus.FirstOrDefault(r => r.Store == s.Store.Name)?.Because,
            })],
        [.. view.Consumers.OrderBy(c => c.Position).ThenBy(c => c.Task, StringComparer.Ordinal).Select(c =>
            new Served(c.Task, c.Position, c.IsVisible, Resolving.Best(view.Stores, c.Position)?.Store.Name)
            {
                RetentionLeftSec = RetentionLeft(c.Position, view.Document.Source, now),
            })],
        GapOf(view, null, now));

    /// <summary>
    /// The gap of a subtopic. A Store that is about to be made counts, and so does one that is starting or has not been heard
    /// yet; one that has failed does not, whatever it holds.
    /// </summary>
    /// <param name="coming">Where a Store that was decided a moment ago starts.</param>
    internal static Gap? GapOf(SubtopicView view, long? coming, DateTimeOffset now)
    {
        long? served = coming;
        foreach (var store in view.Stores)
        {
            if (store.IsOnItsWay && !(served <= store.Begin))
            {
                served = store.Begin;
            }
        }

        if (view.Earliest(visibleOnly: false) is not { } earliest || served <= earliest)
        {
            return null;
        }

        var end = served ?? Math.Max(now.ToUnixTimeSeconds(), earliest);
        return new Gap(earliest, end, [.. view.Consumers.Where(c => c.Position < end || served is null).Select(c => c.Task)
            .Order(StringComparer.Ordinal)]);
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
