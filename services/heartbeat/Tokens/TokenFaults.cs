using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Tokens;

/// <summary>Faults of tokens: 204 to 208 of those that come with a request, 40x of changes to them.</summary>
internal static class TokenFaults
{
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

    internal static Fault TwoTokens(string host, IReadOnlyList<HostToken> tokens) => new("HB-405", 409, "The host has two tokens",
        $"{host} has the tokens {string.Join(" and ", tokens.Select(t => t.Id))}; two are the most.",
        "Revoke the one that is not used any more (holdfast tokens revoke ID --host HOST), then make another.");

    internal static Fault UnknownToken(string host, string id) =>
        Fault.NotFound("HB-406", "host token", id, $"See GET /api/v1/hosts/{host}/tokens.");
}
