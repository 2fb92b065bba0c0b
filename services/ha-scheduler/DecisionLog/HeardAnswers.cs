using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>Answers from what hosts, and the store manager about its Stores, have said.</summary>
internal sealed class HeardAnswers(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, StoreDecisions stores, TimeProvider time)
{
    /// <summary>The answer about a host, with what its reports add to it.</summary>
    internal WhyView OfHost(string host, WhyView view)
    {
        var said = feed.Fleet.Find(host);
        view = said?.LeftOut is { } leftOut ? WhySum.WithLeftOut(view, leftOut) : view;
        view = feed.Lapses().GetValueOrDefault(host) is { } lapses ? WhySum.WithLapses(view, lapses) : view;
        return said?.Report.ClockAheadSec is { } ahead && HostClocks.IsOff(ahead, config.Current, isTold: false)
            ? WhySum.WithClock(view, ahead)
            : view;
    }

    /// <summary>The answer about a host that is not known because its reports are refused; null: none is refused.</summary>
    internal WhyView? OfStranger(string host) =>
        feed.Refused().GetValueOrDefault(host) is { } refused ? WhySum.OfStranger(host, refused) : null;

    /// <summary>Null: nobody knows such a Store.</summary>
    internal WhyView? OfStore(string id)
    {
        var placed = cluster.Stores.Find(id)?.Placed;
        var decision = stores.OfStore(id) ?? (placed is null ? null : stores.OfSubtopic(placed.Subtopic));
        return WhyStore.Of(id, placed, decision, time.GetUtcNow());
    }
}
