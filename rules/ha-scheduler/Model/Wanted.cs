namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A component with all that the decisions about it need to know.</summary>
/// <param name="Task">Its task; null: it does not exist any more.</param>
/// <param name="Config">Configuration that holds for this component.</param>
/// <param name="Host">Its host; null when it has none or the host is unknown.</param>
/// <param name="Incident">Of a host that is Down, before this pass or by it; null: it is not Down.</param>
/// <param name="Braked">Its region's brake holds.</param>
/// <param name="FeedFault">Reason for which silence means nothing at this moment; null when the feed is complete.</param>
internal sealed record Case(
    Registration Component, TaskDocument? Task, HaConfig Config, HostSnapshot? Host, string? Incident, bool Braked, string? FeedFault)
{
    /// <summary>Last report of this very placement by its host; null when there is none.</summary>
    internal ComponentReport? Reported
    {
        get
        {
            var components = Host?.Reported?.Components ?? [];
            for (var i = 0; i < components.Count; i++)
            {
                if (components[i] is var reported && reported.Epoch == Component.Epoch && reported.Name == Component.Name)
                {
                    return reported;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The code with which its process ended by itself though it is to run, without a failure. Stopped is normal, so HA leaves it so
    /// (docs/reference/oms.md, Failure of an Incr-Sync).
    /// </summary>
    internal int? EndedWith =>
        Component is { Told: DesiredState.Running } && Reported is { State: ComponentState.Stopped, ExitCode: { } code } ? code : null;

    /// <summary>The module that would act on it is switched on.</summary>
    internal bool IsHaOn => Config.Enable && (Component.Kind == ComponentKind.Store ? Config.EnableStore : Config.EnableHost);

    /// <summary>Last state, as far as is known.</summary>
    internal ComponentState? LastState => Component.CarriedState ?? Reported?.State;

    /// <summary>
    /// An Incr-Sync that had failed, or had ended by itself, is not started by a move. One that its host's fence had stopped
    /// was running as far as its task is concerned; so was one that was only stopped in order to be moved.
    /// </summary>
    internal bool WasRunning => Component.Migration is { StoppingSince: not null } migration
        ? migration.Starts
        : Component.Desired == DesiredState.Running && Component.CarriedState is null
            && LastState is not (ComponentState.Abnormal or ComponentState.Completed) && EndedWith is null;
}

/// <summary>The purpose for which a component wants a host.</summary>
internal enum Want
{
    /// <summary>It never had one.</summary>
    First,

    /// <summary>Its host is Down.</summary>
    Failover,

    /// <summary>It is to leave a living host, and stops there if there is room for it elsewhere.</summary>
    Leave,

    /// <summary>It has stopped there, and goes on elsewhere.</summary>
    Arrive,
}

/// <summary>A component that gets a host in this pass if there is one.</summary>
/// <param name="Cause">Cause of its leaving, for <see cref="Want.Leave"/>.</param>
internal sealed record Wanted(Case Case, Want For, MoveCause Cause = MoveCause.Operator)
{
    /// <summary>Orders what wants a host: running components first, then by protection, then by id so that plans repeat.</summary>
    internal static readonly Comparer<Wanted> Order = Comparer<Wanted>.Create(static (a, b) =>
        a.IsAuto != b.IsAuto ? b.IsAuto.CompareTo(a.IsAuto)
        : a._wasRunning != b._wasRunning ? b._wasRunning.CompareTo(a._wasRunning)
        : a.Protection != b.Protection ? a.Protection.CompareTo(b.Protection)
        : string.CompareOrdinal(a.Case.Component.Id, b.Case.Component.Id));

    /// <summary>Looked up once, not with each comparison: it is searched in its host's report.</summary>
    private readonly bool _wasRunning = Case.WasRunning;

    /// <summary>Suspicion that it keeps once it has been placed.</summary>
    internal Suspicion? Memory { get; init; } = Case.Component.Suspicion;

    internal ProtectionLevel Protection => Case.Task?.Protection ?? ProtectionLevel.Ignore;

    /// <summary>HA decided it, not an operator: it counts as an operation and is graded by autonomy.</summary>
    internal bool IsHa => For == Want.Failover ? !Case.Component.IsMovedByHand : For == Want.Leave && Cause == MoveCause.Failing;

    /// <summary>Notes the suspicion even if nothing is done in this pass: else the host may come back and the fall be lost.</summary>
    internal Decision Noted(Decision decision) => decision is Hold hold && !Equals(Memory, Case.Component.Suspicion)
        ? hold with { Notes = new Suspect(Case.Component, Memory, "noted") }
        : decision;

    /// <summary>Sorts components that are only planned last, so that they take no room from those that really move.</summary>
    private bool IsAuto => !IsHa || Case.Config.Autonomy == Autonomy.Auto;
}

/// <summary>The decision about a component, or its wish for a host. Neither: it runs as placed.</summary>
internal readonly record struct Answer(Decision? Decided, Wanted? Wanted)
{
    internal static Answer Of(Decision? decision) => new(decision, null);

    internal static Answer Of(Wanted wanted) => new(null, wanted);
}
