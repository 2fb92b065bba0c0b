using System.Reflection;

namespace Holdfast.Rules.StoreManager;

/// <summary>The reason for not acting on a subtopic: a closed list, each with a workaround for the reader.</summary>
internal sealed record StoreReason(string Code, string Name, string Workaround)
{
    /// <summary>Nothing is to be made, and not only for now: what HA has asked a person for is not needed any more.</summary>
    internal bool IsFinal { get; private init; }

    public static readonly StoreReason Healthy = new("ST-200", "healthy", "Nothing to do.") { IsFinal = true };

    public static readonly StoreReason Off = new("ST-201", "switched off",
        "Set enable and enableStore in PUT /api/v1/ha/config, or add a Store by hand.");

    public static readonly StoreReason NoStore = new("ST-202", "has no Store",
        "An operator has removed them all: add one with POST /api/v1/stores.") { IsFinal = true };

    public static readonly StoreReason AllStopped = new("ST-203", "all its Stores are stopped",
        "An operator stopped them, or they ended by themselves: start one with POST /api/v1/stores/{name}/start.") { IsFinal = true };

    public static readonly StoreReason Starting = new("ST-204", "a Store is starting",
        "Wait; if it stays so, look at its log on its host.");

    public static readonly StoreReason Threshold = new("ST-205", "it has as many Stores as HA may make",
        "Delete those that nobody needs, raise subtopicStoreNumberThreshold, or give the subtopic a threshold of its own.");

    public static readonly StoreReason Cooldown = new("ST-206", "HA acted on it a moment ago",
        "Wait until checkRequestIntervalSec has passed, or add a Store by hand.");

    public static readonly StoreReason NoConsumer = new("ST-207", "no consumer is seen",
        "Start a consumer, set refetchMode computed, set perceiveStoreClientCheckpoint false, or add a Store by hand.");

    public static readonly StoreReason Unneeded = new("ST-208", "no task needs it", "Nothing to do.") { IsFinal = true };

    public static readonly StoreReason NoRoom = new("ST-209", "no host of its region can take a Store",
        "Add a host or free room; see the sentence for what is missing.");

    public static readonly StoreReason Observed = new("ST-210", "autonomy is observe",
        "Add a Store by hand, or raise autonomy for the region or the task.") { IsFinal = true };

    public static readonly StoreReason Recommended = new("ST-211", "autonomy is recommend",
        "Add the Store that the plan names with POST /api/v1/stores, or raise autonomy.") { IsFinal = true };

    public static readonly StoreReason AwaitsApproval = new("ST-212", "waits for a person to approve",
        "POST /api/v1/stores/tickets/{id}/approve with the ticket that the alert names; …/skip declines it.");

    public static readonly StoreReason Turn = new("ST-213", "the new Stores of this pass are used up",
        "Wait for the next pass, or raise movesPerSecond.");

    public static readonly StoreReason Unheard = new("ST-214", "its Stores have not been heard yet",
        "Wait: the store manager has started, and judges a Store once it was silent for checkModuleExceptionIntervalSec.");

    public static readonly StoreReason OutOfReach = new("ST-215", "what is missing cannot be collected any more",
        "The source has no older log: bring the named tasks forward by a new full migration.") { IsFinal = true };

    public static readonly StoreReason Stays = new("ST-216", "a Store stays on a host that is to be empty",
        "See the sentence for what it waits for; it can be paused or deleted by hand, and drain false ends the drain.") { IsFinal = true };

    /// <summary>As the scheduler has said: its codes.</summary>
    public static readonly StoreReason SuspectWaits = new("HA-220", "suspect of felling hosts, waits for its turn",
        "Wait, or look at its Stores' logs; if it is known to be innocent: POST /api/v1/ha/suspects/{subtopic}/release.");

    public static readonly StoreReason SuspectHeld = new("HA-223", "held, for it fells hosts",
        "Mend the Store's command or its source, then POST /api/v1/ha/suspects/{subtopic}/release.");

    /// <summary>Every reason.</summary>
    internal static IReadOnlyList<StoreReason> All => field ??=
        [.. typeof(StoreReason).GetFields(BindingFlags.Public | BindingFlags.Static).Select(reason => (StoreReason)reason.GetValue(null)!)];
}
