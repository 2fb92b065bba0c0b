using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>
/// State of an incident. It is open until each of its hosts is Online again or removed, its components have caught up, and no gap is
/// left in what Stores serve. Pure.
/// </summary>
internal static class IncidentState
{
    internal const string Ongoing = "Ongoing";

    /// <summary>All of it runs and has caught up; a host is still away.</summary>
    internal const string Recovered = "Recovered";

    internal const string Closed = "Closed";

    /// <summary>Time for which late effects, such as the announcement that its hosts are back, still belong to it.</summary>
    internal static TimeSpan Settling { get; } = TimeSpan.FromSeconds(5);

    internal static IReadOnlyList<string> All { get; } = [Ongoing, Recovered, Closed];

    /// <summary>Null: the ticket is no failover's.</summary>
    internal static string? Of(Ticket ticket) => ticket.IsFailover ? ticket.Incident ?? Ongoing : null;

    /// <summary>The ticket as its incident stands now; the same instance when nothing has changed.</summary>
    /// <param name="isBack">Each of its hosts is Online, or removed.</param>
    /// <param name="isCaughtUp">Nothing is left to be done for its components.</param>
    /// <param name="hasGap">A task lacks what a Store on its hosts had; null: nobody has said of late.</param>
    internal static Ticket Step(Ticket ticket, bool isBack, bool isCaughtUp, bool? hasGap, DateTimeOffset now)
    {
        if (ticket.ClosedAt is not null)
        {
            return ticket;
        }

        var isHealed = isCaughtUp && hasGap == false;
        // One that an earlier release has ended was over by then: it is not closed today.
        var at = ticket is { Subtopics: null, FinishedAt: { } finished } ? finished.AddSeconds(ticket.CatchUpSeconds ?? 0) : now;
        var recoveredAt = ticket.RecoveredAt ?? (isHealed ? at : null);
        var isClosed = isHealed && now - ticket.HostsBackAt >= Settling;
        return ticket with
        {
            Incident = isClosed ? Closed : isHealed ? Recovered : Ongoing,
            HostsBackAt = ticket.HostsBackAt ?? (isBack ? at : null),
            RecoveredAt = recoveredAt,
            ClosedAt = isClosed ? at : null,
        };
    }
}
