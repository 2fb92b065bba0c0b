using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.Index;

/// <summary>State of a Store, with the error when it is Abnormal.</summary>
internal readonly record struct StoreState(ComponentState State, string? Error)
{
    /// <summary>As the store manager judges it, whose own list says the same: Starting, Running, Stopped or Abnormal. Pure.</summary>
    /// <param name="desired">As it was placed.</param>
    /// <param name="reported">Report of its host about it; null: there is none.</param>
    /// <param name="hostIsDown">By its lease all that ran there has ended.</param>
    /// <param name="stands">The store manager's last word about it; null: none that still counts.</param>
    /// <param name="silenceMax">ha.config's checkModuleExceptionIntervalSec.</param>
    internal static StoreState Of(
        DesiredState desired, ComponentReport? reported, bool hostIsDown, StoreStands? stands, TimeSpan silenceMax)
    {
        if (desired != DesiredState.Running)
        {
            return new StoreState(ComponentState.Stopped, reported?.Error);
        }

        if (!hostIsDown && StoreSilence.IsTooLong(reported, silenceMax))
        {
            return new StoreState(ComponentState.Abnormal, reported!.Error ?? StoreSilence.Because(reported.SilentSeconds!.Value));
        }

        return hostIsDown || stands is { State: ComponentState.Abnormal }
            ? new StoreState(ComponentState.Abnormal, reported?.Error ?? stands?.Because)
            : new StoreState(Word(reported?.State), reported?.Error);
    }

    private static ComponentState Word(ComponentState? said) => said switch
    {
        null or ComponentState.Starting or ComponentState.Migrating => ComponentState.Starting,
        ComponentState.Running => ComponentState.Running,
        ComponentState.Stopped or ComponentState.Completed => ComponentState.Stopped,
        ComponentState.Abnormal => ComponentState.Abnormal,
        _ => throw new ArgumentOutOfRangeException(nameof(said)),
    };
}

/// <summary>All that the states of Stores depend on besides what their hosts say.</summary>
internal readonly record struct StoreStatesVersion(long Words, long Minute, TimeSpan SilenceMax);

/// <summary>Stores as they are at this moment, for lists and counts.</summary>
internal sealed class StoreStates(Cluster cluster, LivenessFeed feed, StoreDecisions words, HaConfigStore config)
{
    /// <summary>As long as it is the same, a Store whose host says the same is as it was.</summary>
    internal StoreStatesVersion Version =>
        new(words.Changes, words.Elapsed.Ticks / TimeSpan.TicksPerMinute, config.Current.CheckModuleExceptionInterval);

    internal ComponentReport? Reported(StorePlaced store)
    {
        foreach (var report in feed.Fleet.Find(store.Host)?.Components ?? [])
        {
            if (report.Name == store.Store)
            {
                return report;
            }
        }

        return null;
    }

    internal StoreState Of(StorePlaced store) => Of(store, Reported(store));

    internal StoreState Of(StorePlaced store, ComponentReport? reported) => StoreState.Of(
        store.Desired, reported, cluster.Hosts.Find(store.Host)?.State == HostState.Down, words.Stands(store),
        config.Current.CheckModuleExceptionInterval);
}
