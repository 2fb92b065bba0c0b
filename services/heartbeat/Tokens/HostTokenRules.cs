using Holdfast.Heartbeat.State;
using Holdfast.Platform.Http;

namespace Holdfast.Heartbeat.Tokens;

/// <summary>Rules for tokens: which of them reports which host, and how many a host may have. Pure.</summary>
internal static class HostTokenRules
{
    /// <summary>The one in use and its successor.</summary>
    internal const int TokensMax = 2;

    internal static Caller CallerOf(string host) => new($"host:{host}", [Scopes.Report], host);

    /// <summary>The fault of a caller that may not report that host; null: it may.</summary>
    /// <param name="hostTokensOnly">Neither the installation's token nor an API token will do.</param>
    internal static Fault? WhyNot(Caller? caller, string host, bool hostTokensOnly) => caller?.Host switch
    {
        null => hostTokensOnly ? TokenFaults.HostTokenNeeded(host) : null,
        var own when own == host => null,
        var other => TokenFaults.OtherHost(other, host),
    };

    /// <summary>Adds a token; none but these two fields of it are the caller's to choose.</summary>
    internal static Outcome<HostTokensRow> With(HostTokensRow? row, string host, HostToken token) =>
        row?.Tokens.Count >= TokensMax
            ? TokenFaults.TwoTokens(host, row.Tokens)
            : new HostTokensRow(host, [.. row?.Tokens ?? [], token], token.At);

    internal static Outcome<HostTokensRow> Without(HostTokensRow? row, string host, string id, DateTimeOffset at) =>
        id == HostEnrolment.Id && row?.Enrolment is not null ? row with { Enrolment = null, At = at }
            : row?.Tokens.Any(t => t.Id == id) == true
            ? row with { Tokens = [.. row.Tokens.Where(t => t.Id != id)], At = at }
            : TokenFaults.UnknownToken(host, id);

    /// <summary>Puts a one-time token in the place of the one that there was, whether it was spent or not.</summary>
    internal static HostTokensRow With(HostTokensRow? row, string host, HostEnrolment enrolment) =>
        (row ?? new HostTokensRow(host, [], enrolment.At)) with { Enrolment = enrolment, At = enrolment.At };

    /// <summary>
    /// The host's token becomes the one that its supervisor has made, and what held before holds no more: a machine that is set up anew is
    /// another one. The same answer twice for the same token, since the first may have been lost on its way.
    /// </summary>
    /// <param name="oneTime">Digest of the one-time token that was shown.</param>
    /// <param name="token">Named by the host.</param>
    internal static Outcome<HostTokensRow> Enrolled(HostTokensRow? row, string host, string oneTime, HostToken token) =>
        row?.Enrolment is not { } enrolment || enrolment.Digest != oneTime ? TokenFaults.UnknownEnrolment(host)
            : enrolment.SpentFor is { } spent
            ? spent == token.Digest && row.Tokens.Any(t => t.Digest == spent) ? row : TokenFaults.EnrolmentSpent(host)
            : enrolment.Until <= token.At ? TokenFaults.EnrolmentOver(host, enrolment.Until)
            : row with { Tokens = [token], Enrolment = enrolment with { SpentFor = token.Digest }, At = token.At };
}
