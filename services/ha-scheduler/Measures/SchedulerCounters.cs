using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;

namespace Holdfast.HaScheduler.Measures;

/// <summary>Counts the scheduler's acts when they are done, not when they are decided.</summary>
internal static class SchedulerCounters
{
    private static readonly Counter<long> Moves = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.moves", "{move}", "Placements of components, by cause, and by outcome: begun, placed or stayed");

    private static readonly Counter<long> Restarts = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.restarts", "{restart}", "Failed components that were restarted where they are");

    private static readonly Counter<long> Verdicts = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.verdicts", "{verdict}", "Changes of what a host is held for, by the state that it came to");

    private static readonly Counter<long> SubTasks = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.subtasks", "{subtask}", "Parts of tickets that have ended, by the ticket's kind and by outcome");

    private static readonly Counter<long> PassesDropped = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.passes.dropped", "{pass}", "Passes that were broken off because leadership was lost");

    internal static void Began(Migration migration) => Moved(CauseOf(migration), "begun");

    internal static void Placed(Place place) => Moved(
        place.From.Host is null ? "first" : place.Incident is not null ? "failover" : CauseOf(place.From.Migration), "placed");

    internal static void Stayed(CancelMove move) => Moved(CauseOf(move.From.Migration), "stayed");

    internal static void Restarted() => Restarts.Add(1);

    internal static void Judged(HostState state) => Verdicts.Add(1, new KeyValuePair<string, object?>("state", state.ToString()));

    internal static void PassDropped() => PassesDropped.Add(1);

    /// <summary>Once for each sub-task: when it comes to its outcome.</summary>
    internal static void Ended(Ticket ticket, SubTask before, SubTask after)
    {
        if (!HasEnded(before) && HasEnded(after))
        {
            SubTasks.Add(1, new TagList { { "kind", LabelOf(ticket.Kind) }, { "outcome", LabelOf(after.Status) } });
        }
    }

    /// <summary>As labels are written: "Host failover" is host_failover.</summary>
    internal static string LabelOf(string words) => words.ToLowerInvariant().Replace(' ', '_');

    private static bool HasEnded(SubTask part) => part.Status is TicketStatus.Successful or TicketStatus.Failed;

    private static void Moved(string cause, string outcome) =>
        Moves.Add(1, new TagList { { "cause", cause }, { "outcome", outcome } });

    private static string CauseOf(Migration? migration) => migration is null ? "other" : LabelOf(migration.Cause.ToString());
}
