using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Basis of a lag.</summary>
internal enum LagBasis
{
    /// <summary>The component says so, and is heard.</summary>
    Report,

    /// <summary>Counted from the last checkpoint that is known.</summary>
    Checkpoint,

    /// <summary>Its last word and the time since, as no checkpoint is known.</summary>
    Silence,
}

/// <summary>Seconds that a component is behind its source, and how that is known.</summary>
internal readonly record struct Behind(double Seconds, LagBasis By);

/// <summary>Computes how many seconds a component is behind its source. Pure.</summary>
internal static class Lag
{
    /// <summary>It is to run; one that a move did not start, since it had failed or ended by itself, is still to run.</summary>
    internal static bool IsWanted(Registration component) => component is { Desired: DesiredState.Running }
        or { CarriedState: ComponentState.Abnormal or ComponentState.Stopped };

    /// <summary>
    /// Lag that people see. While the component runs, it is the lag that it reports. One that should run and does not falls behind from
    /// its last checkpoint on, since its last report was about another time. Null: not known, or nobody wants it to run.
    /// </summary>
    internal static double? Shown(ComponentReport? reported, Registration component, ComponentState state, DateTimeOffset now) =>
        state == ComponentState.Running ? reported?.DelaySeconds
        : IsWanted(component) ? FromCheckpoint(reported, component, now)
        : null;

    /// <summary>From the last known checkpoint, and no less than was said then. Null: no checkpoint is known.</summary>
    internal static double? FromCheckpoint(ComponentReport? last, Registration component, DateTimeOffset now) =>
        (last?.Checkpoint ?? component.CarriedCheckpoint) is { } checkpoint
            ? Math.Max(last?.DelaySeconds ?? 0, (now - DateTimeOffset.FromUnixTimeSeconds(checkpoint)).TotalSeconds)
            : null;
}
