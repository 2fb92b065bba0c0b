using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>Computes the registration that results from a decision. Pure.</summary>
internal static class ComponentChange
{
    /// <summary>True when nobody has changed the registration since the decision was made from it.</summary>
    internal static bool IsSame(Registration now, Registration planned) =>
        now.Host == planned.Host && now.Epoch == planned.Epoch && now.Desired == planned.Desired
        && now.Migration == planned.Migration && now.ByHand == planned.ByHand && Equals(now.Suspicion, planned.Suspicion);

    /// <summary>On another host: another name, a higher epoch, and its former place remembered until it is seen gone.</summary>
    /// <param name="before">The registration at its former place.</param>
    /// <param name="place">The decision that names the new host.</param>
    /// <param name="ip">Address of the new host.</param>
    /// <param name="now">Moment of the decision.</param>
    /// <param name="incarnation">Incarnation of the new host's supervisor, as far as is known.</param>
    internal static Registration Moved(Registration before, Place place, string ip, DateTimeOffset now, long? incarnation = null)
    {
        var seq = SeqOf(before) + 1;
        return before with
        {
            Host = place.Host,
            Name = Registration.NameOn(ip, before.Kind, before.Id, seq),
            Seq = seq,
            Epoch = before.Epoch + 1,
            Desired = place.Desired,
            CarriedState = place.CarriedState,
            CarriedCheckpoint = place.CarriedCheckpoint,
            Former = before is { Host: { } host, Name: { } name }
                ? [.. before.Former, new FormerPlace(name, host, before.Epoch)]
                : before.Former,
            OperatedAt = place.IsHaOperation ? now : before.OperatedAt,
            Restarts = before.Migration is { Cause: MoveCause.Failing } ? before.Restarts + 1 : before.Restarts,
            FailedAt = null,
            Migration = null,
            Incident = place.Incident,
            CameAt = now,
            Suspicion = place.Memory is { IsSuspect: true } suspect
                ? Moved(before, suspect).Tried(now, incarnation is { } known ? new HostLife(place.Host, known) : null)
                : place.Memory,
        };
    }

    private static Suspicion Moved(Registration before, Suspicion suspect) =>
        before is { Migration.Cause: MoveCause.Failing, Host: { } host }
            ? suspect with { FailedOn = [.. suspect.FailedOn.Append(host).Distinct(StringComparer.Ordinal)] }
            : suspect;

    /// <summary>With this held against it; started again where it is when it may run now and might not before.</summary>
    internal static Registration Suspected(Registration before, Suspicion? after, DateTimeOffset now)
    {
        var changed = before with { Suspicion = after };
        return changed.Told != DesiredState.Running || before.Told == DesiredState.Running || changed.Host is null
            ? changed
            : Again(changed) with { CameAt = now };
    }

    /// <summary>Notes the time of a start, regardless of whether HA or an operator ordered it.</summary>
    internal static Registration? Dated(Registration before, Registration? after, DateTimeOffset now) =>
        after is { Told: DesiredState.Running } && (before.Told != DesiredState.Running || before.Epoch != after.Epoch)
            ? after with { CameAt = now }
            : after;

    /// <summary>Under an epoch of its own, so that a report of it is an answer to this very order.</summary>
    internal static Registration Begin(Registration before, Migration migration) =>
        before with { Migration = migration, Epoch = before.Epoch + 1, Seq = SeqOf(before) };

    /// <summary>Under a higher epoch where it is: an order to start is a new one.</summary>
    internal static Registration Again(Registration before) => before with { Epoch = before.Epoch + 1, Seq = SeqOf(before) };

    /// <summary>The same name where it is, under a higher epoch.</summary>
    internal static Registration Restarted(Registration before, int restarts, DateTimeOffset now) => before with
    {
        Epoch = before.Epoch + 1,
        Seq = SeqOf(before),
        Desired = DesiredState.Running,
        CarriedState = null,
        CarriedCheckpoint = null,
        FailedAt = null,
        Restarts = restarts,
        OperatedAt = now,
        Migration = null,
        CameAt = now,
        Suspicion = before.Suspicion is { IsSuspect: true } suspect ? suspect.Tried(now) : before.Suspicion,
    };

    /// <summary>
    /// A person wants it so. What it had come to by itself counts no more, and a move that is under way leaves it so too.
    /// </summary>
    internal static Registration Ordered(Registration before, DesiredState desired) => before with
    {
        Desired = desired,
        CarriedState = null,
        CarriedCheckpoint = null,
        FailedAt = null,
        Restarts = 0,
        Migration = before.Migration is { StoppingSince: not null } migration
            ? migration with { Starts = desired == DesiredState.Running, Carries = null }
            : before.Migration,
    };

    /// <summary>
    /// A person wants it to run. A component that has failed or has ended by itself starts under an epoch of its own. A host that knows
    /// how the process of an epoch ended starts that one no more. A component that was stopped does so as well, until its host has said
    /// that the stop is done.
    /// </summary>
    /// <param name="reported">Last report of this placement by its host; null: there is none.</param>
    internal static Registration Started(Registration before, ComponentReport? reported)
    {
        var ordered = Ordered(before, DesiredState.Running);
        var hasEnded = reported switch
        {
            { State: ComponentState.Stopped, ExitCode: null, Pid: null } => before.Desired != DesiredState.Stopped,
            { State: ComponentState.Abnormal or ComponentState.Completed or ComponentState.Stopped } => true,
            // Another command has brought this epoch, and nothing of it has been seen yet.
            null when before.ChangedEpoch == before.Epoch => false,
            _ => before.Desired == DesiredState.Stopped,
        };
        return hasEnded && ordered is { Host: not null, Told: DesiredState.Running } ? Again(ordered) : ordered;
    }

    /// <summary>The move is off. What was not to be started there is not started here either: it keeps what it had come to.</summary>
    internal static Registration Stays(Registration before) => before.Migration is { StoppingSince: not null, Starts: false } migration
        ? before with { Migration = null, Desired = DesiredState.Stopped, CarriedState = migration.Carries }
        : before with { Migration = null };

    /// <summary>Registrations of the first version had their epoch in their names.</summary>
    private static long SeqOf(Registration registration) => registration.Seq > 0 ? registration.Seq : registration.Epoch;
}
