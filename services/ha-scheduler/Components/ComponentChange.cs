using Holdfast.Contracts;

namespace Holdfast.HaScheduler;

/// <summary>What a registration is after a decision. Pure.</summary>
internal static class ComponentChange
{
    /// <summary>Nobody has changed meanwhile what the decision was made from.</summary>
    internal static bool IsSame(Registration now, Registration planned) =>
        now.Host == planned.Host && now.Epoch == planned.Epoch && now.Desired == planned.Desired
        && now.Migration == planned.Migration && now.ByHand == planned.ByHand;

    /// <summary>On another host: another name, a higher epoch, and its former place remembered until it is seen gone.</summary>
    internal static Registration Moved(Registration before, Place place, string ip, DateTimeOffset now)
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
            Former = before is { Host: { } host, Name: { } name }
                ? [.. before.Former, new FormerPlace(name, host, before.Epoch)]
                : before.Former,
            OperatedAt = place.IsHaOperation ? now : before.OperatedAt,
            Restarts = before.Migration is { Cause: MoveCause.Failing } ? before.Restarts + 1 : before.Restarts,
            FailedAt = null,
            Migration = null,
            Incident = place.Incident,
        };
    }

    /// <summary>Under an epoch of its own, so that a report of it is an answer to this very order.</summary>
    internal static Registration Begin(Registration before, Migration migration) =>
        before with { Migration = migration, Epoch = before.Epoch + 1, Seq = SeqOf(before) };

    /// <summary>The same name where it is, under a higher epoch.</summary>
    internal static Registration Restarted(Registration before, int restarts, DateTimeOffset now) => before with
    {
        Epoch = before.Epoch + 1,
        Seq = SeqOf(before),
        Desired = DesiredState.Running,
        CarriedState = null,
        FailedAt = null,
        Restarts = restarts,
        OperatedAt = now,
        Migration = null,
    };

    /// <summary>Registrations of the first version had their epoch in their names.</summary>
    private static long SeqOf(Registration registration) => registration.Seq > 0 ? registration.Seq : registration.Epoch;
}
