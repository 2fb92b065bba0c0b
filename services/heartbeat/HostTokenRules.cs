using Holdfast.Platform.Http;

namespace Holdfast.Heartbeat;

/// <summary>Rules for tokens: which of them reports which host, and how many a host may have. Pure.</summary>
internal static class HostTokenRules
{
    /// <summary>The one in use and its successor.</summary>
    internal const int TokensMax = 2;

    internal static Caller CallerOf(string host) => new($"host:{host}", [Scopes.Report], host);

    /// <summary>Null: the caller may report that host.</summary>
    /// <param name="hostTokensOnly">Neither the installation's token nor an API token will do.</param>
    internal static Fault? WhyNot(Caller? caller, string host, bool hostTokensOnly) => caller?.Host switch
    {
        null => hostTokensOnly ? HeartbeatFaults.HostTokenNeeded(host) : null,
        var own when own == host => null,
        var other => HeartbeatFaults.OtherHost(other, host),
    };

    /// <summary>With one token more; none but these two fields of it are the caller's to choose.</summary>
    internal static Outcome<HostTokensRow> With(HostTokensRow? row, string host, HostToken token) =>
        row?.Tokens.Count >= TokensMax
            ? HeartbeatFaults.TwoTokens(host, row.Tokens)
            : new HostTokensRow(host, [.. row?.Tokens ?? [], token], token.At);

    internal static Outcome<HostTokensRow> Without(HostTokensRow? row, string host, string id, DateTimeOffset at) =>
        row?.Tokens.Any(t => t.Id == id) == true
            ? row with { Tokens = [.. row.Tokens.Where(t => t.Id != id)], At = at }
            : HeartbeatFaults.UnknownToken(host, id);
}
