using Holdfast.Platform.State;

namespace Holdfast.Platform.Http;

/// <summary>A token that a program uses instead of the installation's own: it may do less, and can be taken back. Key: name.</summary>
/// <param name="Name">1 to 64 characters.</param>
/// <param name="Digest">SHA-256 of the secret, lower-case hex; the secret itself is kept nowhere.</param>
/// <param name="Scopes">Of <see cref="Http.Scopes.All"/>.</param>
/// <param name="By">Who made it.</param>
/// <param name="At">When.</param>
/// <param name="Until">It holds no longer; null: until it is deleted.</param>
public sealed record ApiToken(
    string Name, string Digest, IReadOnlyList<string> Scopes, string By, DateTimeOffset At, DateTimeOffset? Until)
{
    public static Collection<ApiToken> Collection { get; } = new("auth.tokens", 1, t => t.Name);
}

/// <summary>Whether reading needs a token too; there is one such document. Key: a fixed name.</summary>
public sealed record ReadingRule(string Id, bool NeedsToken)
{
    public const string Only = "reading";

    public static Collection<ReadingRule> Collection { get; } = new("auth.rules", 1, r => r.Id);
}

/// <summary>What a token may do. Pure.</summary>
public static class Scopes
{
    public const string Read = "read";

    /// <summary>Report a host's heartbeats.</summary>
    public const string Report = "report";

    /// <summary>Start, stop, move, drain, maintain, approve, resend.</summary>
    public const string Operate = "operate";

    /// <summary>ha.config, thresholds, channels.</summary>
    public const string Configure = "configure";

    public static IReadOnlyList<string> All { get; } = [Read, Report, Operate, Configure];

    private static readonly string[] Configured = ["/api/v1/ha/config", "/api/v1/alerts/thresholds", "/api/v1/channels"];

    /// <summary>The scope that a request needs; null: none, everybody may ask.</summary>
    public static string? Needed(string method, string path) => method.ToUpperInvariant() switch
    {
        "OPTIONS" => null,
        "GET" or "HEAD" => IsUnder(path, "/api/") ? Read : null,
        "POST" when path is "/api/v1/heartbeats" => Report,
        "POST" when path is "/api/v1/ha/what-if" or "/api/v1/ha/replay" => Read,
        _ => Configured.Any(c => path == c || IsUnder(path, c + "/")) ? Configure : Operate,
    };

    private static bool IsUnder(string path, string folder) => path.StartsWith(folder, StringComparison.OrdinalIgnoreCase);
}
