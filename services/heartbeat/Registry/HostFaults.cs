namespace Holdfast.Heartbeat.Registry;

/// <summary>Faults of hosts: 201 to 203 refused claims of an id, 40x settings, 505 too many.</summary>
internal static class HostFaults
{
    internal const string SupersededCode = "HB-203";

    internal static Fault Refused(Step step, HostReport report, in Known known, TimeSpan now)
    {
        var ago = (now - known.Granted).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return step switch
        {
            Step.RefuseElsewhere => new Fault("HB-201", 409, "The host id is in use",
                $"Host id {report.Host} is in use from {known.Address}, heard {ago} s ago; {report.Address} claims it.",
                "Give one of the two machines another host id. If the host moved, it is accepted once the former lease has run out."),
            Step.RefuseClone => new Fault("HB-202", 409, "The same supervisor reports from two addresses",
                $"Incarnation {report.Incarnation} of {report.Host} was heard from {known.Address} {ago} s ago, now from {report.Address}.",
                "This looks like a cloned machine: delete the supervisor's state on the copy and give it a host id of its own."),
            Step.RefuseSuperseded => new Fault(SupersededCode, 409, "A newer supervisor runs under this host id",
                $"Incarnation {report.Incarnation} of {report.Host} was superseded by {known.Name} at {known.Address}, heard {ago} s ago.",
                "Stop the older supervisor, or give its machine another host id. A host that was set up anew is taken once the other "
                + "life has been silent for longer than its lease, grace and drift (with several collectors: 35 s more)."),
            Step.Apply or Step.Recognise => throw new ArgumentOutOfRangeException(nameof(step), step, "is no refusal"),
        };
    }

    /// <summary>The word on a late report, which is no refusal: what ran had to be stopped before it came.</summary>
    internal static string Late(LeaseLapse lapse, TimeSpan interval) => string.Create(CultureInfo.InvariantCulture,
        $"HB-370 This report came {lapse.Gap:0.0} s after the one before, and a lease holds {lapse.Lease:0.#} s: what ran on the host has "
        + $"ended meanwhile. Report every {interval.TotalSeconds:0.##} s.");

    internal static Fault UnknownHost(string host) =>
        Fault.NotFound("HB-401", "host", host,
            "A host is known from its first heartbeat on; see GET /api/v1/hosts.");

    internal static Fault BadHostId(string host) => Fault.Invalid("HB-404", "Correct the host's id; nothing was made.",
        new FieldFault("id", host, HostId.Rule));

    internal static Fault BadSettings(List<FieldFault> fields) =>
        Fault.Invalid("HB-402", "Correct the named fields; nothing was changed.", fields);

    internal static Fault SettingsChanged(string host) => new("HB-403", 409, "Changed by others at the same time",
        $"The settings of {host} changed again and again while this change was stored.",
            "Read the host and send the change again.");

    internal static Fault TooManyHosts { get; } = new("HB-505", 503, "Too many hosts",
        $"This collector knows {HostRegistry.HostsMax} host ids and takes no more.", "Find what invents host ids.");
}
