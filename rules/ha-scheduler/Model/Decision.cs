namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>Decision of a pass about one object: an act, or exactly one reason for not acting.</summary>
internal abstract record Decision(string Object);

/// <summary>The host is Down from now on.</summary>
/// <param name="Incident">Its own, or that of its whole IDC.</param>
internal sealed record DeclareDown(HostSnapshot Host, string Incident) : Decision(Host.Verdict.Host)
{
    /// <summary>The number of times that it had come back in a row when it fell.</summary>
    internal int Returns { get; init; }
}

/// <summary>The host is heard again; it gets no work until its inventory is clean.</summary>
internal sealed record Quarantine(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The host takes part again.</summary>
internal sealed record BringOnline(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The host holds no desired list and may have it.</summary>
internal sealed record Admit(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The component gets a host (its first one, or another one), a new name there and a higher epoch.</summary>
internal sealed record Place(Registration From, string Host, DesiredState Desired, ComponentState? CarriedState, string? Incident)
    : Decision(From.Id)
{
    /// <summary>Suspicion that the component carries to its new host.</summary>
    internal Suspicion? Memory { get; init; }

    /// <summary>With a carried state: its last known position.</summary>
    internal long? CarriedCheckpoint { get; init; }

    /// <summary>HA did it, for a failure: the component rests from it for checkRequestIntervalSec.</summary>
    internal bool IsHaOperation => From.Host is not null && !From.IsMovedByHand
        && (Incident is not null || From.Migration is { Cause: MoveCause.Failing });
}

/// <summary>The component stops where it is, in order to be placed on <paramref name="To"/>'s target.</summary>
internal sealed record BeginMove(Registration From, Migration To) : Decision(From.Id);

/// <summary>The component stays where it is after all, and is what it was.</summary>
internal sealed record CancelMove(Registration From, string Because) : Decision(From.Id);

/// <summary>The component starts again where it is, under a higher epoch.</summary>
/// <param name="Restarts">In a row, with this one.</param>
internal sealed record Restart(Registration From, int Restarts) : Decision(From.Id);

/// <summary>The component was seen Abnormal for the first time under its epoch.</summary>
/// <param name="Restarts">In a row, up to now: none when it had run well for long enough.</param>
internal sealed record NoteFailure(Registration From, int Restarts) : Decision(From.Id);

/// <summary>The component runs again by itself.</summary>
internal sealed record NoteRecovery(Registration From) : Decision(From.Id);

/// <summary>The suspicion against a component changes, and with it whether the component may run.</summary>
/// <param name="After">Null: nothing is held against it any more.</param>
internal sealed record Suspect(Registration From, Suspicion? After, string Because) : Decision(From.Id);

/// <summary>A region's brake changed.</summary>
internal sealed record SetBrake(string Region, BrakeState After, int Silent, int Hosts) : Decision(ObjectOf(Region))
{
    internal static string ObjectOf(string region) => "region:" + region;
}

/// <summary>Nothing is done, for this reason.</summary>
/// <param name="Because">The figures that it was decided from, in a sentence.</param>
/// <param name="Earliest">Earliest time at which waiting alone can change that; null when something else must happen.</param>
internal sealed record Hold(string Object, Reason Reason, string Because, DateTimeOffset? Earliest = null) : Decision(Object)
{
    /// <summary>The act that would follow if it were not held; null when there is nothing to do.</summary>
    internal string? Plan { get; init; }

    /// <summary>The ticket that has it: an approval is given there.</summary>
    internal string? Ticket { get; init; }

    /// <summary>The maintenance that holds it, by key (<see cref="MaintenanceScope"/>).</summary>
    internal string? Maintenance { get; init; }

    /// <summary>The suspicion to note because the host fell, although nothing is done; null: nothing new.</summary>
    internal Suspect? Notes { get; init; }

    /// <summary>The host that stays Down, where that is what is decided.</summary>
    internal HostVerdict? Down { get; init; }

    /// <summary>The values that it was decided from, by name.</summary>
    internal Figures? Inputs { get; init; }
}

/// <summary>Named values that a decision was made from; equal when all of them are.</summary>
internal sealed class Figures(params (string Name, string Value)[] values) : IEquatable<Figures>
{
    internal IReadOnlyDictionary<string, string> ByName => values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    public bool Equals(Figures? other) => other is not null && Values.SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as Figures);

    public override int GetHashCode() => Values.Length;

    private (string Name, string Value)[] Values => values;
}
