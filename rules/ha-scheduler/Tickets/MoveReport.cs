using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>What people are told of a failover now.</summary>
internal enum MoveNews
{
    Nothing,

    /// <summary>What can move has moved; the rest waits for what is named.</summary>
    SomeMoved,

    /// <summary>Nothing waits any more; what has become of it is told next.</summary>
    WaitEnded,

    /// <summary>Everything is done with.</summary>
    AllMoved,
}

/// <summary>
/// When oms_host_down_migrate_resource is raised: once what can move has moved, with what waits and why, and once more when the
/// rest has. A Full-Import, which stays, would otherwise keep people from hearing of all that was moved beside it. Pure.
/// </summary>
internal static class MoveReport
{
    /// <param name="undone">Its sub-tasks that have not moved.</param>
    /// <param name="held">Why each of them was not moved in this pass, by component.</param>
    internal static MoveNews Decide(
        Ticket ticket, IReadOnlyCollection<SubTask> undone, IReadOnlyDictionary<string, Hold> held) => ticket switch
    {
        { Announced: true } => MoveNews.Nothing,
        _ when undone.Count > 0 => ticket is { MovesTold: null, Done: > 0 } && undone.All(p => Waits(p, held))
            ? MoveNews.SomeMoved
            : MoveNews.Nothing,
        { Status: not TicketStatus.Successful } => MoveNews.Nothing,
        { MovesTold: not null, WaitEnded: false } => MoveNews.WaitEnded,
        _ => MoveNews.AllMoved,
    };

    /// <summary>
    /// For something that another pass alone does not bring. What waits for its turn, or while nobody can tell who is silent,
    /// may move at any moment.
    /// </summary>
    private static bool Waits(SubTask part, IReadOnlyDictionary<string, Hold> held) =>
        held.TryGetValue(part.Component, out var hold) && hold.Reason != Reason.Paced && hold.Reason != Reason.FeedInterrupted;
}
