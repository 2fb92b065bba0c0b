using System.Reflection;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>The reason for not acting: a closed list, each with a stable code and a workaround, listed in docs/errors.md.</summary>
internal sealed record Reason(string Code, string Name, string Workaround)
{
    public static readonly Reason NotToldForLong = new("HA-171", "the store has not been there for long enough",
        "Wait: a collector that does not reach the broker reads in the store whether it must stop granting leases. A host counts as silent "
        + "once all could read so for checkHostDownIntervalSec. If it stays, see /health/ready/ha-scheduler: the store is slow or away.");

    public static readonly Reason Lapsing = new("HA-180", "up, and its leases lapse",
        "Look at what stops the host at times (processor time, memory, a paused machine), at its network, and at how often its supervisor "
        + "reports: several times within leaseSec.");

    public static readonly Reason HeldOff = new("HA-181", "flaps, takes no new work for a while",
        "Look at its power, memory and network; once it is mended, let it take work at once: POST /api/v1/hosts/{id}/release "
        + "(holdfast hosts release ID).");

    public static readonly Reason Healthy = new("HA-200", "healthy", "Nothing needs to be done.");

    public static readonly Reason StillInTime = new("HA-201", "silent, not for long enough yet",
        "Wait: the host is Down once it has been silent for checkHostDownIntervalSec.");

    public static readonly Reason FeedInterrupted = new("HA-202", "heartbeats are interrupted",
        "Look at the broker, the heartbeat service and /health/ready/heartbeat: silence does not count until reports come without a gap.");

    public static readonly Reason UnsafeInterval = new("HA-203", "the interval is shorter than the leases in use",
        "Raise checkHostDownIntervalSec, or lower the lease of the heartbeat service.");

    public static readonly Reason Cooldown = new("HA-204", "cooldown",
        "Wait, or lower checkRequestIntervalSec.");

    public static readonly Reason SwitchedOff = new("HA-205", "switched off",
        "Set enable with enableHost (failed hosts) or enableConnector (failed Incr-Syncs) in ha.config to let the scheduler act.");

    public static readonly Reason Brake = new("HA-206", "brake",
        "Find out why so many hosts are silent at once; when they are really gone, look at GET /api/v1/ha/brake/plan, "
        + "then POST /api/v1/ha/brake/confirm.");

    public static readonly Reason NoRoom = new("HA-207", "no host of the region has room",
        "Add a host to the region, raise quotas, or free CPU, memory or disk.");

    public static readonly Reason NotClean = new("HA-208", "quarantined, inventory not clean",
        "Wait until the host has stopped what it does not own; if it does not, look at its supervisor's log.");

    public static readonly Reason AlreadyDown = new("HA-209", "down, nothing left to move",
        "Repair or replace the host; it is taken back by itself when it reports again.");

    public static readonly Reason Paced = new("HA-210", "the moves of this second are used up",
        "Wait for the next pass, or raise movesPerSecond.");

    public static readonly Reason InMaintenance = new("HA-211", "in maintenance",
        "End the maintenance of the host, IDC or task when the work is done: what was held back is then done at once.");

    public static readonly Reason Backoff = new("HA-212", "failed again, backing off",
        "Look at the component's error and log; start it by hand to skip the wait.");

    public static readonly Reason StillStopping = new("HA-213", "moving, waits until the old one has stopped",
        "Wait; if it does not stop, look at its supervisor's log on the host that it leaves.");

    public static readonly Reason NotMoved = new("HA-214", "HA does not move or restart it",
        "Full-Import and Full-Verification are started again by hand once their host is back, or with a new task.");

    public static readonly Reason Observed = new("HA-215", "autonomy is observe",
        "Do it by hand, or raise autonomy for the region or the task.");

    public static readonly Reason Recommended = new("HA-216", "autonomy is recommend",
        "Do what the alert recommends by hand, or raise autonomy for the region or the task.");

    public static readonly Reason AwaitsApproval = new("HA-217", "waits for a person to approve",
        "POST /api/v1/tickets/{id}/approve with the ticket that the alert names.");

    public static readonly Reason Draining = new("HA-218", "draining",
        "Wait until its components have moved; end the drain with PATCH /api/v1/hosts/{id} and drain false.");

    public static readonly Reason Unheard = new("HA-219", "its host has not been heard of late",
        "Nothing: what the host said last is too old to act on. It is judged by its silence.");

    public static readonly Reason SuspectWaits = new("HA-220", "suspect of felling hosts, waits for its turn",
        "Wait, or look at its log and status on the named hosts; if it is known to be innocent, let it go at once: "
        + "POST /api/v1/ha/suspects/{id}/release.");

    public static readonly Reason SuspectWatched = new("HA-221", "suspect of felling hosts, is watched in its turn",
        "Nothing: it runs, and is suspect no more once its host has lived through suspectWindowSec.");

    public static readonly Reason NoSpareHost = new("HA-222", "suspect of felling hosts, and no host to spare",
        "Bring another host of the region up, move it by hand, or POST /api/v1/ha/suspects/{id}/release.");

    public static readonly Reason SuspectHeld = new("HA-223", "held, for it fells hosts or fails everywhere",
        "Mend the component or its input, then POST /api/v1/ha/suspects/{id}/release, or give its task a new command.");

    public static readonly Reason DownWithSuspect = new("HA-224", "down, soon after a suspect had come",
        "Look at the named components before the machine: their logs, their status and what they read. The host is taken back by "
        + "itself when it reports again; what is held stays held until it is released.");

    public static readonly Reason StoreUndecided = new("HA-226", "the store manager has not said yet what it decided about it",
        "Ask again in a minute; if it stays so, look whether the store manager runs: GET /api/v1/stores/why?subtopic=NAME.");

    public static readonly Reason EndedByItself = new("HA-225", "ended by itself",
        "Start it: POST /api/v1/components/{name}/start, or start its task. HA restarts what fails, not what ends with exit code 0.");

    /// <summary>Every reason.</summary>
    internal static IReadOnlyList<Reason> All => field ??=
        [.. typeof(Reason).GetFields(BindingFlags.Public | BindingFlags.Static).Select(reason => (Reason)reason.GetValue(null)!)];
}
