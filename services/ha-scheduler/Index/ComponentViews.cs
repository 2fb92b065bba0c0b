using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Index;

/// <summary>Components as people see them: the registration and what the host says of it, or a Store as its manager placed it.</summary>
internal static class ComponentViews
{
    internal static ComponentState State(ListedComponent component, Cluster cluster, LivenessFeed feed, StoreStates stores) =>
        component.Registration is { } registration
            ? State(registration, Reported(registration, feed), cluster, feed)
            : stores.Of(component.Store!).State;

    internal static ComponentView Of(ListedComponent component, Cluster cluster, LivenessFeed feed, StoreStates stores) =>
        component.Registration is { } registration ? Of(registration, cluster, feed) : Of(component.Store!, stores);

    internal static ComponentView Of(Registration registration, Cluster cluster, LivenessFeed feed)
    {
        var reported = Reported(registration, feed);
        var state = State(registration, reported, cluster, feed);
        return new ComponentView
        {
            Name = registration.Name ?? registration.Id,
            Kind = registration.Kind,
            Task = registration.Task,
            Region = registration.Region,
            Host = registration.Host,
            Epoch = registration.Epoch,
            Desired = registration.Desired,
            State = state,
            Checkpoint = reported?.Checkpoint ?? registration.CarriedCheckpoint,
            DelaySeconds = Lag.Shown(reported, registration, state, feed.WallClock),
            Pid = reported?.Pid,
            Error = reported?.Error,
            ExitCode = reported?.ExitCode,
            Migration = registration.Migration is { } move
                ? new MigrationView(move.StoppingSince is null ? "waiting" : "stopping", move.Target, move.Cause, move.Ticket)
                : null,
            Restarts = registration.Restarts > 0 ? registration.Restarts : null,
            FailedAt = registration.FailedAt,
            Suspect = SuspectView.Of(registration),
        };
    }

    private static ComponentView Of(StorePlaced store, StoreStates stores)
    {
        var reported = stores.Reported(store);
        var (state, error) = stores.Of(store, reported);
        return new ComponentView
        {
            Name = store.Store,
            Kind = ComponentKind.Store,
            Subtopic = store.Subtopic,
            Task = store.Tasks is [var only] ? only : null,
            Region = store.Region,
            Host = store.Host,
            Epoch = reported?.Epoch,
            Desired = store.Desired,
            State = state,
            Checkpoint = reported?.Checkpoint,
            DelaySeconds = state == ComponentState.Running ? reported?.DelaySeconds : null,
            Pid = reported?.Pid,
            Error = error,
            ExitCode = reported?.ExitCode,
        };
    }

    /// <summary>
    /// One that is to stop has stopped when its process is gone: until then it may still write to its sink, under whatever epoch it runs.
    /// </summary>
    private static ComponentState State(Registration registration, ComponentReport? reported, Cluster cluster, LivenessFeed feed)
    {
        if (registration.Migration is { StoppingSince: not null })
        {
            return ComponentState.Migrating;
        }

        if (registration.CarriedState is { } before)
        {
            return before;
        }

        // A host that is Down says nothing of what ran there: by its lease all of that has ended.
        var isDown = registration.Host is { } host && cluster.Hosts.Find(host)?.State == HostState.Down;
        return registration.Desired == DesiredState.Stopped && reported?.State != ComponentState.Completed
            ? !isDown && Living(registration, feed) is { } living ? living.State : ComponentState.Stopped
            : isDown ? ComponentState.Abnormal
            : reported?.State ?? ComponentState.Starting;
    }

    private static ComponentReport? Reported(Registration registration, LivenessFeed feed) =>
        Find(registration, feed, static (report, of) => report.Epoch == of.Epoch);

    /// <summary>Its process, also one of the placement before this one that its host has not ended yet; null: none is reported.</summary>
    private static ComponentReport? Living(Registration registration, LivenessFeed feed) =>
        Find(registration, feed, static (report, _) => report.Pid is not null);

    private static ComponentReport? Find(Registration registration, LivenessFeed feed, Func<ComponentReport, Registration, bool> isIt)
    {
        foreach (var report in registration.Host is { } host ? feed.Fleet.Find(host)?.Components ?? [] : [])
        {
            if (report.Name == registration.Name && isIt(report, registration))
            {
                return report;
            }
        }

        return null;
    }
}
