using Holdfast.Contracts;

namespace Holdfast.Rules.HaScheduler.Config;

/// <summary>Relations that must hold between the keys of ha.config, for the installation and for each region. Pure.</summary>
internal static class HaConfigRules
{
    /// <summary>A host that loses one heartbeat must not lose its lease.</summary>
    private const int HeartbeatsPerLease = 2;

    /// <summary>
    /// The brake counts a host as silent at half the interval: a pass must fall between that and the verdict.
    /// </summary>
    private const int PassesPerInterval = 2;

    /// <summary>Each rule that the whole breaks, with its numbers.</summary>
    internal static IEnumerable<FieldFault> Check(HaConfig config, Profile profile)
    {
        var least = profile.HeartbeatInterval * HeartbeatsPerLease;
        if (config.Lease < least)
        {
            yield return new FieldFault("leaseSec", config.LeaseSec,
                $"must be at least {HeartbeatsPerLease} x the heartbeat interval {profile.HeartbeatInterval.TotalSeconds} of profile "
                + $"{profile.Name} = {least.TotalSeconds}, or healthy hosts are fenced");
        }

        foreach (var fault in CheckInterval(config, config, ""))
        {
            yield return fault;
        }

        foreach (var (region, other) in config.Regions
            .Where(r => r.Value is { CheckHostDownIntervalSec: not null } or { SuspectWindowSec: not null }))
        {
            foreach (var fault in CheckInterval(config.ForRegion(region), config, $"regions.{region}."))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<FieldFault> CheckInterval(HaConfig effective, HaConfig config, string path)
    {
        const string Key = "checkHostDownIntervalSec";
        if (effective.CheckHostDownInterval < config.MayRun)
        {
            yield return new FieldFault(path + Key, effective.CheckHostDownIntervalSec,
                $"must be at least leaseSec {config.LeaseSec} + killGraceSec {config.KillGraceSec} "
                + $"+ clockDriftSec {config.ClockDriftSec} = {config.MayRun.TotalSeconds}, or two hosts may run one task");
        }

        if (effective.CheckHostDownInterval < config.InspectionInterval * PassesPerInterval)
        {
            yield return new FieldFault(path + Key, effective.CheckHostDownIntervalSec,
                $"must be at least {PassesPerInterval} x inspectionIntervalSec {config.InspectionIntervalSec} = "
                + $"{(config.InspectionInterval * PassesPerInterval).TotalSeconds}, or the brake comes too late");
        }

        if (effective.SuspectWindow < effective.CheckHostDownInterval)
        {
            yield return new FieldFault(path + "suspectWindowSec", effective.SuspectWindowSec,
                $"must be 0 (3 x checkHostDownIntervalSec) or at least checkHostDownIntervalSec {effective.CheckHostDownIntervalSec}, "
                + "or a suspect is cleared before its host can be missed");
        }
    }
}
