using Holdfast.Fleet;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.Pass;

/// <summary>Raises each finding while it holds, again and again, and tells its end, also of one that a former life raised.</summary>
internal sealed class FindingBoard(IDocuments<FindingDocument> documents, MessagePublisher publisher, HostsHeard hosts)
{
    private readonly InformerCache<FindingDocument> _open = new(documents, f => f.Id, life: f => f.Occurrence);
    /// <summary>A pass comes every second; a later one counts for no more than this.</summary>
    private static readonly TimeSpan LookMax = TimeSpan.FromSeconds(4);

    private readonly Patience<string> _patience = new();
    private readonly RepublishLedger<string> _said = new(TimeSpan.FromSeconds(60));

    internal IReadOnlyList<Finding> Open => [.. _open.All.Select(f => f.Finding)];

    internal Task Load(CancellationToken cancel) => _open.Load(cancel);

    internal Task Settle(CancellationToken cancel) => _open.Settle(cancel);

    /// <param name="found">All that holds now.</param>
    /// <param name="isMine">Tells whether a subtopic was looked at.</param>
    /// <param name="viewOf">A subtopic as this pass has seen it.</param>
    /// <param name="runsWithin">A gap is told once it has held for so long: a Store that was fenced may run again by then.</param>
    /// <param name="now">Wall clock, for people.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task Say(IReadOnlyList<Finding> found, Func<string, bool> isMine, Func<string, SubtopicView?> viewOf,
        TimeSpan runsWithin, DateTimeOffset now, CancellationToken cancel)
    {
        _patience.Look(found.Where(f => f.Event == AlertEvents.StoreGap).Select(f => f.Id), hosts.Elapsed, LookMax);
        // A finding that another replica has found over meanwhile is news, however lately it was said here.
        foreach (var finding in found.Where(f => _open.Find(f.Id) is null
            ? f.Event != AlertEvents.StoreGap || _patience.HasHeld(f.Id, runsWithin)
            : _said.IsDue(f.Id, hosts.Elapsed)))
        {
            var occurrence = _open.Find(finding.Id)?.Occurrence ?? now.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
            await _open.Insert(new FindingDocument(finding.Id, finding, occurrence), cancel);
            await publisher.Publish(Alert(finding, _open.Find(finding.Id)?.Occurrence ?? occurrence, AlertCondition.Firing, now), cancel);
            _said.Said(finding.Id, hosts.Elapsed);
        }

        if (_open.Count == 0)
        {
            return;
        }

        var holds = found.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var over in _open.All.Where(f => !holds.Contains(f.Id) && isMine(f.Finding.Subtopic)).ToList())
        {
            var end = Alert(over.Finding, over.Occurrence, AlertCondition.Resolved, now);
            await publisher.Publish(end with { Summary = over.Finding.EndOf(viewOf(over.Finding.Subtopic), now) }, cancel);
            await _open.Delete(over.Id, cancel);
            _said.Forget(over.Id);
        }
    }

    private static AlertRaised Alert(Finding finding, string occurrence, AlertCondition condition, DateTimeOffset now) => new()
    {
        Id = $"{finding.Id}:{occurrence}",
        Event = finding.Event,
        Scope = AlertScope.System,
        Target = finding.Subtopic,
        Level = (int)finding.Level,
        Condition = condition,
        Summary = finding.Summary,
        Description = finding.Description,
        Region = finding.Region,
        TaskTags = finding.TaskTags,
        At = now,
    };
}
