namespace Holdfast.HaScheduler;

/// <summary>Why nothing was done: a closed list, each with a stable code and a workaround, listed in docs/errors.md.</summary>
internal sealed record Reason(string Code, string Name, string Workaround)
{
    public static readonly Reason Healthy = new("HA-200", "healthy", "Nothing needs to be done.");

    public static readonly Reason StillInTime = new("HA-201", "silent, still in time",
        "Wait: the host is Down once it has been silent for checkHostDownIntervalSec.");

    public static readonly Reason PipeBroken = new("HA-202", "the pipe is not whole",
        "Look at the broker, the heartbeat service and /health/ready: silence means nothing until reports come without a hole.");

    public static readonly Reason UnsafeInterval = new("HA-203", "the interval is shorter than the leases in use",
        "Raise checkHostDownIntervalSec, or lower the lease of the heartbeat service.");

    public static readonly Reason Cooldown = new("HA-204", "cooldown",
        "Wait, or lower checkRequestIntervalSec.");

    public static readonly Reason SwitchedOff = new("HA-205", "switched off",
        "Set enable and enableHost in ha.config to let the scheduler act on failed hosts.");

    public static readonly Reason Brake = new("HA-206", "brake",
        "Find out why so many hosts are silent at once; when they are really gone, POST /api/v1/ha/brake/confirm.");

    public static readonly Reason NoRoom = new("HA-207", "no host of the region has room",
        "Add a host to the region, raise quotas, or free CPU, memory or disk.");

    public static readonly Reason NotClean = new("HA-208", "quarantined, inventory not clean",
        "Wait until the host has stopped what it does not own; if it does not, look at its supervisor's log.");

    public static readonly Reason AlreadyDown = new("HA-209", "down, nothing left to move",
        "Repair or replace the host; it is taken back by itself when it reports again.");
}
