using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>A decision as the explanation of an object. Pure.</summary>
internal static class WhyViews
{
    extension(WhyView view)
    {
        internal static WhyView Of(DecisionRecord record, string kind) => new()
        {
            Object = record.Object,
            Kind = kind,
            Code = record.Code,
            Sentence = record.Sentence,
            At = record.At,
            Earliest = record.Earliest,
            Workaround = record.Workaround,
            Plan = record.Plan,
            Ticket = record.Ticket,
            Maintenance = record.Maintenance,
            Inputs = record.Inputs,
        };

        internal bool IsWell => view.Code == Reason.Healthy.Code;
    }
}

/// <summary>Several decisions as one. Pure.</summary>
internal static class WhySum
{
    /// <summary>Parts that a region lists.</summary>
    private const int PartsMax = 100;

    /// <summary>Adds what a host's list lacks. It holds nothing back, but a reader who looks for what is missing must find it.</summary>
    internal static WhyView WithLeftOut(WhyView host, string leftOut) => host with
    {
        Sentence = $"{host.Sentence}; its report lacks something: {leftOut}",
        Workaround = host.IsWell ? "Nothing waits for it; docs/errors.md says what to do about the code in the sentence." : host.Workaround,
    };

    /// <summary>
    /// A host whose leases lapse is given its list again and again, and is silent in between: none of that says what is wrong with it.
    /// </summary>
    internal static WhyView WithLapses(WhyView host, Lapses lapses) => host.Code == Reason.Lapsing.Code ? host
        : host.IsWell || host.Code == DecisionRecord.ActCode ? host with
        {
            Code = Reason.Lapsing.Code,
            Sentence = $"{Reason.Lapsing.Name}: {lapses.Sentence}; {host.Sentence}",
            Workaround = Reason.Lapsing.Workaround,
        }
        : host with { Sentence = $"{host.Sentence}; besides, {lapses.Sentence}" };

    /// <summary>A clock that is off is no reason for anything either.</summary>
    internal static WhyView WithClock(WhyView host, double aheadSec) => host with
    {
        Sentence = $"{host.Sentence}; {HostClocks.InWords(aheadSec)}",
    };

    /// <summary>A host that is not there, yet or any more, though it reports: no decision is made about it.</summary>
    internal static WhyView OfStranger(string host, RefusedHost refused) => new()
    {
        Object = host,
        Kind = "host",
        Code = refused.Code,
        Sentence = $"not registered: {refused.Sentence}",
        At = refused.Since,
        Workaround = refused.Workaround,
    };

    /// <summary>A held act says more than an act, and both more than what stands well.</summary>
    private static int Gravity(WhyView view) => view.IsWell ? 0 : view.Code == DecisionRecord.ActCode ? 1 : 2;

    /// <param name="parts">Its components, and what is said of the task itself.</param>
    /// <param name="state">As the task's page says it.</param>
    internal static WhyView OfTask(TaskDocument task, TaskState state, IReadOnlyList<WhyView> parts, DateTimeOffset now)
    {
        var worst = parts.OrderByDescending(Gravity).ThenBy(p => p.At).FirstOrDefault();
        var others = parts.Where(p => !p.IsWell).ToList();
        var sentence = (worst, others.Count) switch
        {
            (null, _) => $"the task is {state.Word} and has no components",
            (_, 0) => $"healthy: the task is {state.Word}, {Standing(parts.Count)}",
            (_, 1) => $"{worst.Object}: {worst.Sentence} (the task is {state.Word})",
            _ => $"{worst.Object}: {worst.Sentence}; and {others.Count - 1} more of {parts.Count} are not healthy "
                + $"(the task is {state.Word})",
        };
        return Sum(MaintenanceScope.TaskKey(task.Id), "task", worst, sentence, parts, now);
    }

    private static string Standing(int parts) =>
        parts == 1 ? "its only component is running as placed" : $"all of its {parts} components are running as placed";

    /// <param name="brake">Its brake, when that holds.</param>
    /// <param name="hosts">All of its hosts.</param>
    /// <param name="components">Those that do not stand well.</param>
    internal static WhyView OfRegion(
        string region, WhyView? brake, IReadOnlyList<WhyView> hosts, IReadOnlyList<WhyView> components, DateTimeOffset now)
    {
        var ill = hosts.Where(h => !h.IsWell).OrderByDescending(Gravity).ToList();
        var worst = brake?.IsWell == false ? brake : ill.Concat(components).MaxBy(Gravity);
        var counts = $"{hosts.Count - ill.Count} of {hosts.Count} hosts are healthy{Codes(ill)}; "
            + (components.Count == 0 ? "so are all components"
                : Counted.Of(components.Count, "component is not", "components are not") + Codes(components));
        var sentence = brake?.IsWell == false ? $"{brake.Sentence}; {counts}" : worst is null ? $"healthy: {counts}" : counts;
        return Sum(SetBrake.ObjectOf(region), "region", worst, sentence, [.. ill.Concat(components).Take(PartsMax)], now);
    }

    private static string Codes(IReadOnlyList<WhyView> views) => views.Count == 0 ? "" : " (" + string.Join(", ",
        views.CountBy(v => v.Code, StringComparer.Ordinal).OrderByDescending(c => c.Value).Select(c => $"{c.Value} × {c.Key}")) + ")";

    private static WhyView Sum(
        string @object, string kind, WhyView? worst, string sentence, IReadOnlyList<WhyView> parts, DateTimeOffset now) => new()
        {
            Object = @object,
            Kind = kind,
            Code = worst?.Code ?? Reason.Healthy.Code,
            Sentence = sentence,
            At = worst?.At ?? now,
            Earliest = parts.Min(p => p.Earliest),
            Workaround = worst?.Workaround ?? Reason.Healthy.Workaround,
            Plan = worst?.Plan,
            Ticket = worst?.Ticket,
            Maintenance = worst?.Maintenance,
            Inputs = worst?.Inputs,
            Parts = parts,
        };
}
