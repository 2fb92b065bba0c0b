namespace Holdfast.Rules.HaScheduler.Config;

/// <summary>The values that a rule compares: those that hold somewhere, those of the whole installation, and the profile's.</summary>
internal readonly record struct ComparedConfig(HaConfig Here, HaConfig Whole, Profile Profile);

/// <summary>Declares what a key must be to other keys.</summary>
/// <param name="Text">The relation, with the names of the other keys.</param>
/// <param name="Else">Consequence where it does not hold.</param>
/// <param name="Chinese">Both in Chinese.</param>
internal sealed record HaConfigRule(string Key, string Text, string Else, string Chinese)
{
    /// <summary>Checked for each region that has other values, and not only for the whole.</summary>
    internal bool IsPerRegion { get; init; }

    internal required Func<ComparedConfig, bool> Holds { get; init; }

    /// <summary>Says what it must be, with the numbers.</summary>
    internal required Func<ComparedConfig, string> Numbers { get; init; }

    internal string English => $"must be {Text}, or {Else}";
}

/// <summary>Rules between the keys of ha.config, for the whole and for each region. Pure.</summary>
internal static class HaConfigRules
{
    /// <summary>A host that loses one heartbeat must not lose its lease.</summary>
    private const int HeartbeatsPerLease = 2;

    /// <summary>
    /// The brake counts a host as silent at half the interval: a pass must fall between that and the verdict.
    /// </summary>
    private const int PassesPerInterval = 2;

    internal static IReadOnlyList<HaConfigRule> All { get; } =
    [
        new("leaseSec", $"at least {HeartbeatsPerLease} x the heartbeat interval of the profile", "healthy hosts are fenced",
            $"不小于 profile 心跳间隔的 {HeartbeatsPerLease} 倍，否则正常主机会被隔离")
        {
            Holds = c => c.Whole.Lease >= c.Profile.HeartbeatInterval * HeartbeatsPerLease,
            Numbers = c => $"at least {HeartbeatsPerLease} x the heartbeat interval {c.Profile.HeartbeatInterval.TotalSeconds} of profile "
                + $"{c.Profile.Name} = {(c.Profile.HeartbeatInterval * HeartbeatsPerLease).TotalSeconds}",
        },
        new("checkHostDownIntervalSec", "at least leaseSec + killGraceSec + clockDriftSec", "two hosts may run one task",
            "不小于 leaseSec + killGraceSec + clockDriftSec，否则两台主机可能同时运行一个任务")
        {
            IsPerRegion = true,
            Holds = c => c.Here.CheckHostDownInterval >= c.Whole.MayRun,
            Numbers = c => $"at least leaseSec {c.Whole.LeaseSec} + killGraceSec {c.Whole.KillGraceSec} "
                + $"+ clockDriftSec {c.Whole.ClockDriftSec} = {c.Whole.MayRun.TotalSeconds}",
        },
        new("checkHostDownIntervalSec", $"at least {PassesPerInterval} x inspectionIntervalSec", "the brake comes too late",
            $"不小于 inspectionIntervalSec 的 {PassesPerInterval} 倍，否则熔断来得太晚")
        {
            IsPerRegion = true,
            Holds = c => c.Here.CheckHostDownInterval >= c.Whole.InspectionInterval * PassesPerInterval,
            Numbers = c => $"at least {PassesPerInterval} x inspectionIntervalSec {c.Whole.InspectionIntervalSec} = "
                + $"{(c.Whole.InspectionInterval * PassesPerInterval).TotalSeconds}",
        },
        new("suspectWindowSec", "0 (3 x checkHostDownIntervalSec) or at least checkHostDownIntervalSec",
            "a suspect is cleared before its host can be missed",
            "为 0（3 倍 checkHostDownIntervalSec）或不小于 checkHostDownIntervalSec，否则在发现主机失联之前就会解除嫌疑")
        {
            IsPerRegion = true,
            Holds = c => c.Here.SuspectWindow >= c.Here.CheckHostDownInterval,
            Numbers = c => "0 (3 x checkHostDownIntervalSec) or at least checkHostDownIntervalSec "
                + $"{c.Here.CheckHostDownIntervalSec}",
        },
    ];

    /// <summary>Each rule that the whole breaks, with its numbers; for a region, what the whole does not break in the same way.</summary>
    internal static IEnumerable<FieldFault> Check(HaConfig config, Profile profile)
    {
        var everywhere = new ComparedConfig(config, config, profile);
        return All.Where(rule => !rule.Holds(everywhere)).Select(rule => Fault(rule, everywhere, "")).Concat(
            from region in config.Regions.Keys
            let here = everywhere with { Here = config.ForRegion(region) }
            from rule in All
            where rule.IsPerRegion && !rule.Holds(here)
            where rule.Holds(everywhere) || !Equals(ValueOf(rule, here), ValueOf(rule, everywhere))
            select Fault(rule, here, $"regions.{region}."));
    }

    private static FieldFault Fault(HaConfigRule rule, ComparedConfig compared, string path) =>
        new(path + rule.Key, ValueOf(rule, compared), $"must be {rule.Numbers(compared)}, or {rule.Else}");

    private static object? ValueOf(HaConfigRule rule, ComparedConfig compared) =>
        HaConfigKeys.Find(rule.Key)!.Property.GetValue(compared.Here);
}
