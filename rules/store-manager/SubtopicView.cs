namespace Holdfast.Rules.StoreManager;

/// <summary>The state of a Store as its host and its report show it.</summary>
/// <param name="Report">Of its present epoch; null: its host does not list it.</param>
/// <param name="Silence">Since it was listed last, while the feed was complete.</param>
/// <param name="SinceAsked">Since it was placed, or started anew.</param>
/// <param name="HostServes">Its host is heard and holds its list.</param>
internal readonly record struct StoreObservation(
    ComponentReport? Report, TimeSpan Silence, TimeSpan SinceAsked, bool HostIsDown, bool HostServes)
{
    /// <summary>Its host is to be empty: an operator's order.</summary>
    internal bool HostDrains { get; init; }

    /// <summary>From where it had the log when it last said so, in whatever life; null: it never did.</summary>
    internal long? LastBegin { get; init; }

    /// <summary>The exact positions that it held when it last said so, in whatever life; null: it never did.</summary>
    internal ExactRange? LastExact { get; init; }
}

/// <summary>A Store as the rules see it. Begin and End: what it can serve, unix seconds.</summary>
/// <param name="Readers">Number of consumers that it says it serves.</param>
internal sealed record ObservedStore(Store Store, StoreHealth Health, long Begin, long? End, bool HostServes, int Readers)
{
    /// <summary>It stands on a host that is to be empty.</summary>
    internal bool HostDrains { get; init; }

    /// <summary>Exact positions of the same interval; null: it does not report them.</summary>
    internal ExactRange? Exact { get; init; }

    /// <summary>It is to run, and does not because the scheduler thinks that it may have felled hosts.</summary>
    internal bool IsHeldBack => Store is { IsHeldBack: true, Desired: DesiredState.Running };

    /// <summary>It has failed, for its source is away or its disk is full, and its process goes on showing what it has.</summary>
    internal bool ShowsItsLog { get; init; }

    internal bool IsThere => Health != StoreHealth.Leaving;

    /// <summary>Serves, or is about to.</summary>
    internal bool IsOnItsWay => Health is StoreHealth.Running or StoreHealth.Starting or StoreHealth.Unheard;

    /// <param name="before">The view before this one: the same again when nothing has changed, for thousands are as they were.</param>
    internal static ObservedStore Of(Store store, StoreObservation observed, TimeSpan silenceMax, ObservedStore? before = null)
    {
        var health = HealthOf(store.Desired, observed, silenceMax);
        // One that has died names those who read it then.
        var readers = health == StoreHealth.Running ? observed.Report?.Consumers?.Count ?? 0 : 0;
        var begin = observed.Report?.Begin ?? observed.LastBegin ?? store.StartTimestamp;
        var shows = health == StoreHealth.Abnormal && !observed.HostIsDown && observed.Silence <= silenceMax
            && observed.Report is { Pid: not null, Endpoint: not null };
        return before is not null && ReferenceEquals(before.Store, store) && before.Health == health && before.Begin == begin
            && before.End == observed.Report?.End && before.HostServes == observed.HostServes && before.Readers == readers
            && before.HostDrains == observed.HostDrains && before.Exact == observed.LastExact
            && before.ShowsItsLog == shows
            ? before
            : new ObservedStore(store, health, begin, observed.Report?.End, observed.HostServes, readers)
            {
                HostDrains = observed.HostDrains,
                Exact = observed.LastExact,
                ShowsItsLog = shows,
            };
    }

    internal static StoreHealth HealthOf(DesiredState desired, StoreObservation observed, TimeSpan silenceMax) => desired switch
    {
        DesiredState.Absent => StoreHealth.Leaving,
        DesiredState.Stopped => StoreHealth.Stopped,
        DesiredState.Running when observed.HostIsDown || observed.Silence > silenceMax => StoreHealth.Abnormal,
        DesiredState.Running when observed.Report is null => observed.SinceAsked <= silenceMax ? StoreHealth.Starting : StoreHealth.Unheard,
        DesiredState.Running => observed.Report!.State switch
        {
            ComponentState.Running => StoreHealth.Running,
            ComponentState.Starting or ComponentState.Migrating => StoreHealth.Starting,
            ComponentState.Stopped or ComponentState.Completed => StoreHealth.Stopped,
            ComponentState.Abnormal => StoreHealth.Abnormal,
        },
    };
}

/// <summary>The part of the subtopic's log that a task needs.</summary>
/// <param name="Position">Position at which the task goes on reading, unix seconds.</param>
/// <param name="IsVisible">Said lately by the task or a Store; otherwise what was known last, or what was asked for.</param>
internal readonly record struct ObservedConsumer(string Task, long Position, bool IsVisible)
{
    /// <summary>
    /// It was acknowledged last, or is where the task begins: the task needs nothing before it, also while nobody can ask it, such
    /// as while it is stopped.
    /// </summary>
    internal bool IsEvidence { get; init; }

    /// <summary>Exact position of the task; null: nobody has reported it.</summary>
    internal ExactPlace? Exact { get; init; }

    /// <summary>It needs more than another one.</summary>
    internal bool IsBefore(ObservedConsumer other) => Exact is { } mine && other.Exact is { } its && mine.IsOf(its.SystemId)
        ? mine.At < its.At
        : Position < other.Position;
}

/// <summary>A subtopic with all that a decision about it depends on. A value: the same view gives the same decision.</summary>
/// <param name="RanUntil">Time at which one of its Stores was last seen Running, unix seconds; null: nobody knows.</param>
internal sealed record SubtopicView(
    SubtopicDocument Document, ObservedStore[] Stores, ObservedConsumer[] Consumers, long? RanUntil)
{
    /// <summary>It is known that every required position is met; false: nobody has looked yet.</summary>
    internal bool AllMet { get; init; }

    internal bool HasRunning
    {
        get
        {
            foreach (var store in Stores)
            {
                if (store.Health == StoreHealth.Running)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The earliest position that is needed; null: none is known.</summary>
    internal long? Earliest(bool visibleOnly)
    {
        long? earliest = null;
        foreach (var consumer in Consumers)
        {
            if ((consumer.IsVisible || !visibleOnly) && !(earliest <= consumer.Position))
            {
                earliest = consumer.Position;
            }
        }

        return earliest;
    }

    /// <summary>The first position that the Running ones serve; null: none runs.</summary>
    internal long? RunningBegin => Begin(StoreHealth.Running);

    internal long? Begin(StoreHealth health)
    {
        long? begin = null;
        foreach (var store in Stores)
        {
            if (store.Health == health && !(begin <= store.Begin))
            {
                begin = store.Begin;
            }
        }

        return begin;
    }
}
