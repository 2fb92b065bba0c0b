namespace Holdfast.Contracts;

/// <summary>A set of defaults; each value is still its own setting (docs/ha-config.md, Profiles).</summary>
public sealed record Profile(string Name, HaConfig Ha, TimeSpan HeartbeatInterval)
{
    /// <summary>A replica that leads and has not renewed its lease for so long is succeeded.</summary>
    public TimeSpan LeaderTtl { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Between two beats of a service. One that is not heard for six of them is missed; the dead-man's switch is asked as often.
    /// </summary>
    public TimeSpan ServiceBeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The reference's values: slow, HA off until somebody switches it on.</summary>
    public static Profile Oms { get; } = new("oms",
        new HaConfig { LeaseSec = 300, KillGraceSec = 30, ClockDriftSec = 10, InspectionIntervalSec = 10 }, TimeSpan.FromSeconds(10));

    /// <summary>Values for production: half a minute to a verdict.</summary>
    public static Profile Standard { get; } = new("standard",
        new HaConfig
        {
            Enable = true,
            EnableHost = true,
            CheckHostDownIntervalSec = 30,
            LeaseSec = 15,
            KillGraceSec = 5,
            ClockDriftSec = 2,
            InspectionIntervalSec = 1,
        },
        TimeSpan.FromSeconds(3));

    /// <summary>Values for demonstrations and tests: seconds to a verdict.</summary>
    public static Profile Fast { get; } = new("fast",
        new HaConfig
        {
            Enable = true,
            EnableHost = true,
            ClearRedundantStores = true,
            CheckHostDownIntervalSec = 8,
            LeaseSec = 4,
            KillGraceSec = 1,
            ClockDriftSec = 1,
            CheckRequestIntervalSec = 20,
            InspectionIntervalSec = 1,
            BrakeCooldownSec = 5,
            RestartBackoffUnitSec = 5,
            HostHoldOffUnitSec = 5,
            OperationTimeoutSec = 20,
        },
        TimeSpan.FromSeconds(1))
    {
        ServiceBeat = TimeSpan.FromSeconds(4),
    };

    /// <summary>Every profile, the quickest first. A name that is not here is refused.</summary>
    public static IReadOnlyList<Profile> All { get; } = [Fast, Standard, Oms];

    /// <summary>All names, for messages.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(profile => profile.Name)];

    public static Profile? Named(string name) => All.FirstOrDefault(profile => profile.Name == name);
}
