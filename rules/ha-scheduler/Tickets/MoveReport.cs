using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>News of a failover that is due now.</summary>
internal enum MoveNews
{
    Nothing,

    /// <summary>All components that can move have moved; the others wait for what is named.</summary>
    SomeMoved,

    /// <summary>Nothing waits any more; the result is announced next.</summary>
    WaitEnded,

    /// <summary>Every sub-task is over.</summary>
    AllMoved,
}

/// <summary>
/// Decides when oms_host_down_migrate_resource is raised: once all components that can move have moved, with those that wait and the
/// reasons, and once more when these have moved too. Without the first alert a Full-Import, which stays, would hide all moves beside
/// it. Pure.
/// </summary>
internal static class MoveReport
{
    /// <param name="undone">Its sub-tasks that have not moved.</param>
    /// <param name="held">Reason why each of them was not moved in this pass, by component.</param>
    internal static MoveNews Decide(
        Ticket ticket, IReadOnlyCollection<SubTask> undone, IReadOnlyDictionary<string, Hold> held) => ticket switch
    {
        { Announced: true } => MoveNews.Nothing,
        _ when undone.Count > 0 => ticket is { MovesNotified: null, Done: > 0 } && undone.All(p => Waits(p, held))
            ? MoveNews.SomeMoved
            : MoveNews.Nothing,
        { Status: not TicketStatus.Successful } => MoveNews.Nothing,
        { MovesNotified: not null, WaitEnded: false } => MoveNews.WaitEnded,
        _ => MoveNews.AllMoved,
    };

    /// <summary>
    /// For something that another pass alone does not bring. What waits for its turn, or while nobody can tell who is silent,
    /// may move at any moment.
    /// </summary>
    private static bool Waits(SubTask part, IReadOnlyDictionary<string, Hold> held) =>
        held.TryGetValue(part.Component, out var hold) && hold.Reason != Reason.Paced && hold.Reason != Reason.FeedInterrupted;
}
