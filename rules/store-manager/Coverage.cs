using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

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
    /// The gap of a subtopic. A Store that is about to be made counts, and so does one that is starting or has not been heard yet. One
    /// that has failed does not, whatever it holds.
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
