namespace Holdfast.Supervisor.Processes;

/// <summary>The next act on one component.</summary>
internal abstract record Step
{
    public sealed record Nothing : Step;

    public sealed record Start(DesiredComponent What) : Step;

    public sealed record Stop(EndKind Why) : Step;

    public sealed record Forget : Step;
}

/// <summary>Compares what should run with what runs. Pure; asked again until there is nothing to do.</summary>
internal static class Reconciler
{
    /// <param name="desired">Null: not in the list.</param>
    /// <param name="component">The process that runs or ran.</param>
    /// <param name="mayRun">The lease holds and the guard answers.</param>
    public static Step Decide(DesiredComponent? desired, ComponentView component, bool mayRun) => component.Phase switch
    {
        Phase.Stopping => new Step.Nothing(), // a successor starts when the whole family is gone
        Phase.Starting or Phase.Alive => Living(desired, component, mayRun),
        Phase.Idle => Idle(desired, component, mayRun),
    };

    private static Step Living(DesiredComponent? desired, ComponentView component, bool mayRun)
    {
        if (!mayRun)
        {
            return new Step.Stop(EndKind.Fenced);
        }

        return desired is { Desired: DesiredState.Running } && SameWork(desired, component.Ran)
            ? new Step.Nothing()
            : new Step.Stop(EndKind.OnPurpose);
    }

    private static Step Idle(DesiredComponent? desired, ComponentView component, bool mayRun)
    {
        if (desired is null)
        {
            return new Step.Forget();
        }

        if (desired.Desired != DesiredState.Running || !mayRun)
        {
            return new Step.Nothing();
        }

        // A component that ended by itself stays ended until the scheduler says otherwise: a new epoch, command, or Stopped first.
        return component.Ending?.Kind is EndKind.Exited or EndKind.Signalled or EndKind.NotStarted
            && SameWork(desired, component.Ran)
                ? new Step.Nothing()
                : new Step.Start(desired);
    }

    /// <summary>Desired Stopped settles how a process ended: the next Running is a new start.</summary>
    public static Ending? Settle(DesiredComponent? desired, ComponentView component) =>
        component.Phase == Phase.Idle && component.Ending is not null && desired is { Desired: DesiredState.Stopped }
            ? new Ending(EndKind.OnPurpose)
            : component.Ending;

    private static bool SameWork(DesiredComponent desired, DesiredComponent? ran) =>
        ran is not null && ran.Epoch == desired.Epoch
        // Null: a collector of an older version, which does not know of configurations, made the list.
        && (desired.ConfigDigest is null || desired.ConfigDigest == ran.ConfigDigest)
        && ran.Command.SequenceEqual(desired.Command, StringComparer.Ordinal);
}
