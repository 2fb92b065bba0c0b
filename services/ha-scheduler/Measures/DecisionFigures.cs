using Holdfast.Platform.Telemetry;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.Measures;

/// <summary>The decisions of a pass by code. Pure.</summary>
internal static class DecisionFigures
{
    internal const string Action = "ACTION";

    internal static Tally<string> Of(IReadOnlyList<Decision> decisions)
    {
        var tally = Tally.By("code");
        for (var i = 0; i < decisions.Count; i++)
        {
            tally.Add(decisions[i] is Hold hold ? hold.Reason.Code : Action);
        }

        return tally;
    }
}
