using Holdfast.Fleet;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.DecisionLog;

/// <summary>
/// Tells what was decided about this replica's subtopics to those who are asked why a Store is as it is. It does so with each change. It
/// also tells all of it every minute, some in each pass.
/// </summary>
internal sealed class DecisionsPublisher(StoreDecisionLog decisionLog, HostsHeard hosts, MessagePublisher publisher)
{
    private const int PerMessageMax = 200;

    /// <summary>Unchanged decisions that are published again in one pass, at most.</summary>
    private const int RepeatsMax = 1000;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    private readonly ContentLedger<string, (StoreDecisionRecord Record, ObservedStore[] Stores, bool HasGap)> _told =
        new(Again, IsSame, RepeatsMax);

    /// <param name="gaps">Subtopics of which a task needs what no Store serves.</param>
    internal async Task Say(
        IReadOnlyList<SubtopicView> views, IReadOnlySet<string> gaps, DateTimeOffset now, CancellationToken cancel)
    {
        var elapsed = hosts.Elapsed;
        _told.BeginPass();
        var due = new List<(SubtopicView View, StoreDecisionRecord Record, bool HasGap)>();
        foreach (var view in views)
        {
            if (decisionLog.Latest(view.Document.Subtopic) is { } record && gaps.Contains(view.Document.Subtopic) is var hasGap
                && _told.IsDue(view.Document.Subtopic, (record, view.Stores, hasGap), elapsed))
            {
                due.Add((view, record, hasGap));
            }
        }

        foreach (var some in due.Chunk(PerMessageMax))
        {
            var told = some.Select(d => Told(d.View, d.Record, d.HasGap));
            await publisher.Publish(new SubtopicsDecided { Decisions = [.. told], At = now }, cancel);
            foreach (var (view, record, hasGap) in some)
            {
                _told.Said(view.Document.Subtopic, (record, view.Stores, hasGap), elapsed);
            }
        }
    }

    private static bool IsSame((StoreDecisionRecord Record, ObservedStore[] Stores, bool HasGap) before,
        (StoreDecisionRecord Record, ObservedStore[] Stores, bool HasGap) now)
    {
        if (!ReferenceEquals(before.Record, now.Record) || before.HasGap != now.HasGap || before.Stores.Length != now.Stores.Length)
        {
            return false;
        }

        for (var i = 0; i < now.Stores.Length; i++)
        {
            var (was, @is) = (before.Stores[i], now.Stores[i]);
            if (was.Health != @is.Health || was.Store.Name != @is.Store.Name)
            {
                return false;
            }
        }

        return true;
    }

    internal static SubtopicDecision Told(SubtopicView view, StoreDecisionRecord record, bool hasGap) => new()
    {
        Subtopic = record.Subtopic,
        Region = view.Document.Region,
        Code = record.Code,
        Sentence = record.Sentence,
        Workaround = record.Workaround,
        Plan = record.Plan,
        Ticket = record.Ticket,
        Earliest = record.Earliest,
        HasGap = hasGap,
        Since = record.At,
        Stores = [.. view.Stores.Select(seen => Stands(seen, record))],
    };

    private static StoreStands Stands(ObservedStore seen, StoreDecisionRecord record) => new()
    {
        Store = seen.Store.Name,
        Host = seen.Store.Host,
        State = StoreView.StateOf(seen.Health),
        Because = seen switch
        {
            { Health: StoreHealth.Leaving } => $"it is being removed: {seen.Store.LeavesBecause}",
            { Health: StoreHealth.Unheard } => "it has not been heard by the store manager yet",
            { Health: StoreHealth.Stopped, Store.Desired: DesiredState.Stopped } => "an operator has paused it",
            { Health: StoreHealth.Stopped, Store.IsHeldBack: true } => "it is held back, for it may have felled hosts",
            { Health: StoreHealth.Stopped } => "it ended by itself, which counts as stopped",
            { Health: StoreHealth.Abnormal } =>
                $"it has failed, is silent for too long, or its host is Down (since {seen.Store.AbnormalSince:O})",
            _ when record.Surplus?.FirstOrDefault(s => s.Store == seen.Store.Name) is { } redundant => $"it may go: {redundant.Because}",
            _ => null,
        },
    };
}
