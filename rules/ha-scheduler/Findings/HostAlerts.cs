using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>The words of the alerts that a pass raises. Pure.</summary>
internal static class HostAlerts
{
    /// <param name="refused">Reason why its reports are refused, if they are: then the machine need not be looked at.</param>
    internal static AlertRaised Down(HostVerdict host, DateTimeOffset now, RefusedHost? refused = null) => OfHost(
        host, AlertEvents.HostDown, host.Incident!, AlertLevel.Critical, now) with
    {
        Summary = $"Host {host.Host} is down",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}) was silent for {host.SilenceSeconds:0.0} s "
            + $"while heartbeats were complete; Down since {host.Since:O}{(refused is null ? "." : $"; {refused.Sentence}")} "
            + $"See /api/v1/ha/why/{host.Host} and the ticket {host.Incident}.",
    };

    internal static AlertRaised Recovered(HostVerdict host, DateTimeOffset now) => Down(host, now) with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"Host {host.Host} is back",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}) reports again "
            + "and its inventory is clean; it takes work again.",
    };

    internal static AlertRaised Deleted(HostVerdict host, DateTimeOffset now) => Down(host, now) with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"Host {host.Host} was deleted",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}) was deleted by an operator while it was Down; "
            + "it counts nowhere any more. One that comes back under its id is a new host.",
    };

    /// <summary>Components that a sentence names; the rest are counted.</summary>
    private const int NamedMax = 20;

    /// <summary>Different reasons that a sentence gives.</summary>
    private const int MissingMax = 3;

    /// <param name="moved">Sub-tasks of the ticket that went to another host.</param>
    /// <param name="waiting">Those that wait, each with what for; none: everything is done with.</param>
    internal static AlertRaised Moved(
        Ticket ticket, HostVerdict host, IReadOnlyList<SubTask> moved, IReadOnlyList<SubTask> waiting, DateTimeOffset now) =>
        OfHost(host, AlertEvents.HostDownMigrateResource, ticket.MovesNotified is null ? ticket.Id : ticket.Id + ":all",
            AlertLevel.Warning, now) with
        {
            Summary = $"{Components(moved.Count)} of host {host.Host} {(moved.Count == 1 ? "was" : "were")} moved"
                + (waiting.Count == 0 ? "" : $", {waiting.Count} {(waiting.Count == 1 ? "waits" : "wait")}"),
            Description = string.Join("; ", moved.Take(NamedMax).Select(s => $"{s.Component} → {s.Target} ({s.Note})"))
                + More(moved.Count)
                + (waiting.Count == 0 ? "" : ". Waiting: "
                    + string.Join("; ", waiting.Take(NamedMax).Select(s => $"{s.Component} ({s.Note})")) + More(waiting.Count))
                + $". Ticket {ticket.Id}.",
            Incident = ticket.Id,
        };

    /// <summary>The end of what was told when some waited.</summary>
    internal static AlertRaised WaitEnded(Ticket ticket, HostVerdict host, DateTimeOffset now) =>
        OfHost(host, AlertEvents.HostDownMigrateResource, ticket.Id, AlertLevel.Warning, now) with
        {
            Condition = AlertCondition.Resolved,
            Summary = $"Nothing of host {host.Host} waits for a move any more",
            Description = $"What had waited was moved, stayed since its host came back, or was released; see ticket {ticket.Id}.",
            Incident = ticket.Id,
        };

    private static string Components(int count) => count == 1 ? "1 component" : $"{count} components";

    private static string More(int count) => count > NamedMax ? $"; and {count - NamedMax} more" : "";

    internal static AlertRaised Braked(BrakeDocument brake, DateTimeOffset now) => new()
    {
        Id = $"{AlertEvents.Brake}:{brake.Region}:{brake.Occurrence}",
        Event = AlertEvents.Brake,
        Scope = AlertScope.System,
        Target = brake.Region,
        Level = (int)AlertLevel.Critical,
        Condition = brake.State.Engaged ? AlertCondition.Firing : AlertCondition.Resolved,
        Summary = brake.State is { Engaged: true, Confirmed: true }
                ? $"Moves go on in region {brake.Region} by an operator's word: {brake.Silent} of {brake.Hosts} hosts are silent at once"
            : brake.State.Engaged ? $"Nothing moves in region {brake.Region}: {brake.Silent} of {brake.Hosts} hosts are silent at once"
            : $"The brake of region {brake.Region} is released",
        Description = brake.State.Engaged
            ? "So many hosts at once are a broken network more often than a broken fleet. Find out which; if the hosts are "
                + $"really gone, look at GET /api/v1/ha/brake/plan?region={brake.Region}, then POST /api/v1/ha/brake/confirm with the "
                + "region and a reason."
            : $"Silent at present: {brake.Silent} of {Counted.Of(brake.Hosts, "host")}. What was held back goes on.",
        Region = brake.Region,
        At = now,
    };

    /// <param name="waiting">Components that wait for a host, each with what is missing for it.</param>
    internal static AlertRaised NoRoom(string region, IReadOnlyCollection<Hold> waiting, DateTimeOffset now) => OfRegion(region, now) with
    {
        Summary = $"No host of region {region} has room for {Counted.Of(waiting.Count, "component")}",
        Description = $"Missing: {string.Join("; ", waiting.Select(w => w.Because).Distinct(StringComparer.Ordinal).Take(MissingMax))}. "
            + $"Waiting: {string.Join(", ", waiting.Take(NamedMax).Select(w => w.Object))}. {Reason.NoRoom.Workaround}",
    };

    internal static AlertRaised RoomAgain(string region, DateTimeOffset now) => OfRegion(region, now) with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"Nothing waits for room in region {region} any more",
        Description = "What waited has a host, or is not wanted any more.",
    };

    private static AlertRaised OfRegion(string region, DateTimeOffset now) => new()
    {
        Id = $"{AlertEvents.NoCapacity}:{region}",
        Event = AlertEvents.NoCapacity,
        Scope = AlertScope.System,
        Target = region,
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = "",
        Description = "",
        Region = region,
        At = now,
    };

    internal static AlertRaised Conflict(HostConflict conflict, string region) => new()
    {
        Id = $"{AlertEvents.HostIdConflict}:{conflict.Host}:{conflict.ClaimedBy}:{conflict.ClaimedIncarnation}",
        Event = AlertEvents.HostIdConflict,
        Scope = AlertScope.System,
        Target = conflict.Host,
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = $"Host id {conflict.Host} is used from two places",
        Description = $"{conflict.Address} (incarnation {conflict.Incarnation}) reports as {conflict.Host}, "
            + $"and so does {conflict.ClaimedBy} (incarnation {conflict.ClaimedIncarnation}), which was refused. "
            + "Give one of them an id of its own.",
        Region = region,
        Host = conflict.Host,
        HostIp = conflict.Address,
        At = conflict.At,
    };

    private static AlertRaised OfHost(
        HostVerdict host, string @event, string occurrence, AlertLevel level, DateTimeOffset now) => new()
    {
        Id = $"{@event}:{host.Host}:{occurrence}",
        Event = @event,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = (int)level,
        Condition = AlertCondition.Firing,
        Summary = "",
        Description = "",
        Region = host.Region,
        Host = host.Host,
        HostIp = host.Address,
        Incident = host.Incident,
        At = now,
    };
}
