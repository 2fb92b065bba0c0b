namespace Holdfast.Heartbeat.Leases;

/// <summary>Faults of a collector that grants no lease now: 5xx.</summary>
internal static class GrantFaults
{
    internal static Fault? Of(Grants grants) => grants switch
    {
        Grants.Grant => null,
        Grants.NotLoaded => NotLoaded,
        Grants.CutOff => CutOff,
        Grants.Unknown => Unknown,
        Grants.NotHeard => NotHeard,
        Grants.Leaving => Leaving,
    };

    private static readonly Fault NotLoaded = new("HB-501", 503, "Not ready",
        "The host registry has not been read from the store yet.",
            "Send the heartbeat again; see /health/ready/heartbeat if this lasts.");

    private static readonly Fault CutOff = new("HB-502", 503, "This collector is cut off",
        "Its batches do not reach the broker, and the scheduler hears another collector, so it grants no lease.",
        "Send the heartbeat to another collector; mend this one's way to the broker.");

    private static readonly Fault Unknown = new("HB-503", 503, "This collector does not reach the broker, nor the store",
        "It cannot tell, or not yet, whether the scheduler hears another collector, so it grants no lease.",
        "Send the heartbeat to another collector; see /health/ready of this one; through the gateway /health/ready/heartbeat.");

    private static readonly Fault NotHeard = new("HB-506", 503, "This collector has not been heard yet",
        "No batch of it has reached the broker since it started, so the scheduler would take its hosts for silent.",
        "Send the heartbeat again or to another collector; see /health/ready/heartbeat if this lasts.");

    private static readonly Fault Leaving = new("HB-504", 503, "This collector stops",
        "Its last batch is said; it grants no more leases.",
            "Send the heartbeat again: another collector or the restarted one takes it.");
}
