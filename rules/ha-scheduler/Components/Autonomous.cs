using Holdfast.Contracts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>How far HA goes by itself for a component. Pure.</summary>
internal static class Autonomous
{
    /// <summary>Null: act. Else why not.</summary>
    /// <param name="ticket">Where a person approves it.</param>
    /// <param name="plan">What would be done, as an order: "move it to h2".</param>
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
