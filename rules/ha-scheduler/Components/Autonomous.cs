using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>Grades by autonomy: HA acts by itself, asks for approval, only recommends, or only observes. Pure.</summary>
internal static class Autonomous
{
    /// <summary>Decides whether HA may act by itself. Null: it may; otherwise the hold names the reason.</summary>
    /// <param name="ticket">The ticket on which a person approves the plan.</param>
    /// <param name="plan">The planned act as an order: "move it to h2".</param>
    internal static Hold? Grade(Case @case, Snapshot snapshot, string ticket, string plan)
    {
        var reason = @case.Config.Autonomy switch
        {
            Autonomy.Auto => null,
            Autonomy.Approve => snapshot.Approved.Contains(ticket) ? null : Reason.AwaitsApproval,
            Autonomy.Recommend => Reason.Recommended,
            Autonomy.Observe => Reason.Observed,
        };
        return reason is null
            ? null
            : new Hold(@case.Component.Id, reason, $"HA would {plan}") { Plan = plan, Ticket = ticket };
    }
}
