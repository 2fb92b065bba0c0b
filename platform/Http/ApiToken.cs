using Holdfast.Platform.State;

namespace Holdfast.Platform.Http;

/// <summary>A token that a program uses instead of the installation's own: it may do less, and can be taken back. Key: name.</summary>
/// <param name="Name">1 to 64 characters.</param>
/// <param name="Digest">SHA-256 of the secret, lower-case hex; the secret itself is kept nowhere.</param>
/// <param name="Scopes">Of <see cref="Http.Scopes.All"/>.</param>
/// <param name="By">Person or program that made it.</param>
/// <param name="At">Time at which it was made.</param>
/// <param name="Until">It holds no longer; null: until it is deleted.</param>
public sealed record ApiToken(
    string Name, string Digest, IReadOnlyList<string> Scopes, string By, DateTimeOffset At, DateTimeOffset? Until)
{
    public static Collection<ApiToken> Collection { get; } = new("auth.tokens", 1, t => t.Name);
}

/// <summary>Setting that decides whether reading needs a token too; there is one such document. Key: a fixed name.</summary>
public sealed record ReadingRule(string Id, bool NeedsToken)
{
    public const string Only = "reading";

    public static Collection<ReadingRule> Collection { get; } = new("auth.rules", 1, r => r.Id);
}

/// <summary>Rights of a token. Pure.</summary>
public static class Scopes
{
    public const string Read = "read";

    /// <summary>Report a host's heartbeats, and read the configuration of what is placed on it.</summary>
    public const string Report = "report";

    /// <summary>Start, stop, move, drain, maintain, approve, resend.</summary>
    public const string Operate = "operate";

    /// <summary>
    /// Bring a command, its environment or configuration, or a data source to a host. With it one may run anything there, and read all
    /// that its supervisor can. That was <see cref="Operate"/> once.
    /// </summary>
    public const string Deploy = "deploy";

    /// <summary>ha.config, thresholds, channels.</summary>
    public const string Configure = "configure";

    /// <summary>Tokens, and the audit.</summary>
    public const string Administer = "administer";

    public static IReadOnlyList<string> All { get; } = [Read, Report, Operate, Deploy, Configure, Administer];

    private static readonly string[] Configured = ["/api/v1/ha/config", "/api/v1/alerts/thresholds", "/api/v1/channels"];

    private const string Tasks = "/api/v1/tasks";

    private const string Stores = "/api/v1/stores";

    /// <summary>Questions with a body.</summary>
    private static readonly string[] Asked = ["/api/v1/ha/what-if", "/api/v1/ha/replay"];

    private const string Metrics = "/metrics";

    internal const string Heartbeats = "/api/v1/heartbeats";

    private static readonly string[] Administered = ["/api/v1/tokens", "/api/v1/audit"];

    /// <summary>The scope that a request needs; null: none, everybody may ask. Paths are compared as routing does: in any case.</summary>
    public static string? Needed(string method, string path)
    {
        path = path.TrimEnd('/');
        return method.ToUpperInvariant() switch
        {
            "OPTIONS" => null,
            "POST" when Same(path, Heartbeats) => Report,
            "POST" when IsEnrolment(path) => null,
            _ when IsOneOf(Administered, path) || IsHostTokens(path) => Administer,
            "GET" or "HEAD" when IsComponentConfig(path) => Report,
            "GET" or "HEAD" => path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase) || Same(path, Metrics) ? Read : null,
            "POST" when IsOneOf(Asked, path) => Read,
            _ => IsOneOf(Configured, path) ? Configure : Deploys(method, path) ? Deploy : Operate,
        };
    }

    /// <summary>/api/v1/hosts/{id}/tokens and what is under it.</summary>
    private static bool IsHostTokens(string path) => path.Split('/') is ["", var api, var v1, var hosts, _, var tokens, ..]
        && Same(api, "api") && Same(v1, "v1") && Same(hosts, "hosts") && Same(tokens, "tokens");

    /// <summary>/api/v1/hosts/{id}/enrolment asks for the host's one-time token by itself.</summary>
    internal static bool IsEnrolment(string path) => path.Split('/') is ["", var api, var v1, var hosts, _, var enrolment]
        && Same(api, "api") && Same(v1, "v1") && Same(hosts, "hosts") && Same(enrolment, "enrolment");

    /// <summary>/api/v1/hosts/{id}/components/{name}/config: what it shows is for the host's supervisor.</summary>
    private static bool IsComponentConfig(string path) =>
        path.Split('/') is ["", var api, var v1, var hosts, _, var components, _, var config] && Same(api, "api") && Same(v1, "v1")
        && Same(hosts, "hosts") && Same(components, "components") && Same(config, "config");

    /// <summary>A new task, a changed one, the configuration of a Store.</summary>
    private static bool Deploys(string method, string path) => method.ToUpperInvariant() switch
    {
        "POST" => Same(path, Tasks),
        "PATCH" => IsOneOf([Tasks], path) || IsOneOf([Stores], path) && path.EndsWith("/configuration", StringComparison.OrdinalIgnoreCase),
        "PUT" => IsOneOf([Tasks, Stores], path),
        _ => false,
    };

    private static bool IsOneOf(string[] folders, string path) => folders.Any(f =>
        path.StartsWith(f, StringComparison.OrdinalIgnoreCase) && (path.Length == f.Length || path[f.Length] == '/'));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
