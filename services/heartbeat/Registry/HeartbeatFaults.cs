using System.Globalization;
using Holdfast.Contracts;
using Holdfast.Heartbeat.Intake;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Tokens;

namespace Holdfast.Heartbeat.Registry;

/// <summary>
/// Every refusal of this service: 1xx bad heartbeats, 2xx refused claims, 4xx host settings, 5xx not now; 6xx in LogFaults.
/// </summary>
internal static class HeartbeatFaults
{
    /// <summary>More broken fields than this are not listed.</summary>
    internal const int FieldsMax = 50;

    internal const string SupersededCode = "HB-203";

    private const string SeeReport = "Compare the body with HostReport in /openapi/v1.json; nothing of it was applied.";

    internal static Fault NotJson(string why) =>
        Fault.Invalid("HB-101", SeeReport, new FieldFault("body", null, $"must be one JSON object: {why}"));

    internal static Fault Misshapen(List<FieldFault> fields) =>
        Fault.Invalid("HB-102", SeeReport, [.. fields.Take(FieldsMax)]);

    internal static Fault OutOfBounds(List<FieldFault> fields) =>
        Fault.Invalid("HB-103", SeeReport, [.. fields.Take(FieldsMax)]);

    internal static Fault BadWait(string? value) =>
        Fault.Invalid("HB-104", "Leave wait out, or give whole or decimal seconds.",
        new FieldFault("wait", value, "must be seconds from 0 to 30"));

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

    /// <summary>No refusal: the report is taken, and what ran had to be stopped before it came.</summary>
    internal static string Late(LeaseLapse lapse, TimeSpan interval) => string.Create(CultureInfo.InvariantCulture,
        $"HB-370 This report came {lapse.Gap:0.0} s after the one before, and a lease holds {lapse.Lease:0.#} s: what ran on the host has "
        + $"ended meanwhile. Report every {interval.TotalSeconds:0.##} s.");

    internal static Fault UnknownHost(string host) =>
        Fault.NotFound("HB-401", "host", host,
            "A host is known from its first heartbeat on; see GET /api/v1/hosts.");

    internal static Fault BadSettings(List<FieldFault> fields) =>
        Fault.Invalid("HB-402", "Correct the named fields; nothing was changed.", fields);

    internal static Fault SettingsChanged(string host) => new("HB-403", 409, "Changed by others at the same time",
        $"The settings of {host} changed again and again while this change was stored.",
            "Read the host and send the change again.");

    internal static Fault OtherHost(string own, string host) => new("HB-204", 403, "The token is another host's",
        $"The token of {own} reports for {own} only; this report is of {host}.",
        $"Give the supervisor of {host} a token of its own (holdfast tokens create --host {host}); a token that is where it should not be "
        + "should be revoked.");

    internal static Fault HostTokenNeeded(string host) => new("HB-205", 403, "The host's own token is needed",
        $"This installation takes heartbeats of {host} with its own token only (--host-tokens required).",
        $"Make one with holdfast tokens create --host {host} and put it into the supervisor's token file, or holdfast hosts enrol {host}.");

    internal static Fault UnknownEnrolment(string host) => new("HB-206", 401, "The one-time token is not accepted",
        $"The bearer token is no one-time token of {host}, or was replaced by a newer one.",
        $"Make one with holdfast hosts enrol {host}, and put it into the file that the supervisor's --enrolment-file names.");

    internal static Fault EnrolmentSpent(string host) => new("HB-207", 403, "The one-time token is spent",
        $"Somebody has enrolled {host} with it already, with another token.",
        $"If that was not this machine, others have read it: revoke the host's tokens. Make another with holdfast hosts enrol {host}.");

    internal static Fault EnrolmentOver(string host, DateTimeOffset until) => new("HB-208", 403, "The one-time token has ended",
        $"It could be spent until {Iso.Seconds(until)}.", $"Make another with holdfast hosts enrol {host}.");

    internal static Fault BadEnrolment(FieldFault field) => Fault.Invalid("HB-408", "Correct it; nothing was made.", field);

    internal static Fault BadHostId(string host) => Fault.Invalid("HB-404", "Correct the host's id; nothing was made.",
        new FieldFault("id", host, ReportRules.HostRule));

    internal static Fault TwoTokens(string host, IReadOnlyList<HostToken> tokens) => new("HB-405", 409, "The host has two tokens",
        $"{host} has the tokens {string.Join(" and ", tokens.Select(t => t.Id))}; two are the most.",
        "Revoke the one that is not used any more (holdfast tokens revoke ID --host HOST), then make another.");

    internal static Fault UnknownToken(string host, string id) =>
        Fault.NotFound("HB-406", "host token", id, $"See GET /api/v1/hosts/{host}/tokens.");

    internal static Fault NoConfig(string host, string component) => Fault.NotFound("HB-407", "configuration of component", component,
        $"Nothing of that name is placed on {host} with a configuration; see GET /api/v1/hosts/{host} for what it runs.");

    internal static Fault? Of(Grants grants) => grants switch
    {
        Grants.Grant => null,
        Grants.NotLoaded => NotLoaded,
        Grants.CutOff => CutOff,
        Grants.Unknown => Unknown,
        Grants.NotHeard => NotHeard,
        Grants.Leaving => Leaving,
    };

    internal static Fault TooManyHosts { get; } = new("HB-505", 503, "Too many hosts",
        $"This collector knows {HostRegistry.HostsMax} host ids and takes no more.", "Find what invents host ids.");

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
