using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Tells what holds when it begins, again every minute while it holds, and once that it is over. What was told is stored
/// from its beginning to its end, so that another life, or another replica, resolves it.
/// </summary>
internal sealed class FindingBoard(IDocuments<FiringFinding> documents, Publisher publisher, LivenessFeed feed, TimeProvider time)
{
    /// <summary>Messages of one pass: the loss of an IDC is told over some passes, none of which is held up by it.</summary>
    private const int PerPassMax = 500;

    private const int AtOnce = 100;
    private const int Page = 1000;

    private readonly RepublishLedger<(string, string)> _said = new(TimeSpan.FromSeconds(60));
    private Dictionary<(string Event, string Target), Finding> _firing = [];
    private volatile Tally<string> _counts = Tally.By("event");

    /// <summary>Number of findings of each event, since the last pass.</summary>
    internal Tally<string> Counts => _counts;

    /// <summary>Findings that were announced and are not over, also by an earlier life of this process.</summary>
    internal IReadOnlyDictionary<(string Event, string Target), Finding> Firing => _firing;

    /// <summary>At the start, and whenever somebody else may have told of something.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        var firing = new Dictionary<(string, string), Finding>();
        await foreach (var (document, _) in documents.Pages(DocumentQuery<FiringFinding>.All.Take(Page), cancel))
        {
            firing[document.Finding.Of] = document.Finding;
        }

        _firing = firing;
        Count();
    }

    /// <param name="holds">All that holds now in the regions that this replica leads.</param>
    /// <param name="leads">Tells whether this replica leads a region: findings of other regions are resolved by their leaders.</param>
    /// <param name="endOf">Makes the sentence about the end of a finding that does not hold any more.</param>
    internal async Task Tell(
        IReadOnlyCollection<Finding> holds, Func<string, bool> leads, Func<Finding, string> endOf, CancellationToken cancel)
    {
        if (holds.Count == 0 && _firing.Count == 0)
        {
            return;
        }

        var keys = holds.Select(f => f.Of).ToHashSet();
        var over = _firing.Values.Where(f => !keys.Contains(f.Of) && leads(f.Region)).Take(PerPassMax)
            .Select(f => f with { Over = endOf(f) }).ToList();
        await End(over, cancel);
        await Begin(holds, PerPassMax - over.Count, cancel);
        var due = _firing.Values.Where(f => keys.Contains(f.Of) && _said.IsDue(f.Of, feed.Elapsed))
            .OrderBy(f => _said.WasSaid(f.Of)).ThenBy(f => f.Level).Take(PerPassMax - over.Count);
        Count();
        await Say([.. due], AlertCondition.Firing, cancel);
    }

    private void Count()
    {
        var counts = Tally.By("event");
        foreach (var (name, _) in _firing.Keys)
        {
            counts.Add(name);
        }

        _counts = counts;
    }

    /// <summary>Written before it is said: what nobody knows of nobody would resolve.</summary>
    private async Task Begin(IReadOnlyCollection<Finding> holds, int most, CancellationToken cancel)
    {
        var write = new List<FiringFinding>();
        var now = time.GetUtcNow();
        foreach (var finding in holds.OrderBy(f => f.Level))
        {
            if (!_firing.TryGetValue(finding.Of, out var told))
            {
                if (write.Count < most)
                {
                    write.Add(FiringFinding.Of(finding with { Occurrence = $"{now:yyyyMMdd'T'HHmmssfff}" }));
                }
            }
            else
            {
                var goesOn = finding with { Occurrence = told.Occurrence, Since = told.Since };
                if (!goesOn.IsSaidAs(told))
                {
                    write.Add(FiringFinding.Of(goesOn));
                    _said.Forget(finding.Of);
                }

                _firing[finding.Of] = goesOn;
            }
        }

        if (write.Count > 0)
        {
            await documents.UpsertMany(write, cancel);
            write.ForEach(w => _firing[w.Finding.Of] = w.Finding);
        }
    }

    /// <summary>Forgotten after it is said: a life that ends between the two says it once more.</summary>
    private async Task End(List<Finding> over, CancellationToken cancel)
    {
        if (over.Count == 0)
        {
            return;
        }

        await Say(over, AlertCondition.Resolved, cancel);
        var keys = over.Select(f => FiringFinding.KeyOf(f.Of)).ToList();
        await documents.DeleteMany(DocumentQuery<FiringFinding>.All.Where(f => f.Key, Match.In, keys).Take(PerPassMax), cancel);
        foreach (var finding in over)
        {
            _firing.Remove(finding.Of);
            _said.Forget(finding.Of);
        }
    }

    private async Task Say(IReadOnlyList<Finding> findings, AlertCondition condition, CancellationToken cancel)
    {
        foreach (var some in findings.Chunk(AtOnce))
        {
            var now = time.GetUtcNow();
            await Task.WhenAll(some.Select(f => publisher.Publish(f.Says(condition, now), f.Incident, cancel)));
            Array.ForEach(some, f => _said.Said(f.Of, feed.Elapsed));
        }
    }
}
