using System.Text.RegularExpressions;

namespace Holdfast.Deployment.Tests;

/// <summary>The compose files of one combination, as docker-compose 1.29 or the plugin of today's engine renders them.</summary>
internal sealed record ComposeConfig(JsonObject Rendered, string Profile)
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Tool.Deploy, ".."));

    private static readonly string[] PluginFolders =
    [
        "/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/local/lib/docker/cli-plugins",
        "/usr/local/libexec/docker/cli-plugins", Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker/cli-plugins"),
    ];

    /// <summary>The plugin too where the engine's command has it.</summary>
    internal static IReadOnlyList<string> Programs { get; } =
        PluginFolders.Any(f => File.Exists(Path.Combine(f, "docker-compose"))) ? ["docker-compose", "docker compose"] : ["docker-compose"];

    /// <summary>1.29 prints those of other profiles as well, although it would not start them.</summary>
    internal IReadOnlyDictionary<string, JsonObject> Services { get; } = Rendered["services"]!.AsObject()
        .Where(s => s.Value!["profiles"] is not { } profiles || Texts(profiles).Contains(Profile))
        .ToDictionary(s => s.Key, s => s.Value!.AsObject(), StringComparer.Ordinal);

    /// <param name="file">A file beside docker-compose.yml, or empty.</param>
    /// <param name="given">A folder of secrets, or null.</param>
    internal static async Task<ComposeConfig> Of(string program, string file, string profile, string? given = null)
    {
        var words = program.Split(' ');
        var missing = Tool.Missing(words[0], words[0]) ?? Tool.Missing("node", "nodejs");
        Assert.SkipWhen(missing is not null, missing ?? "");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (given is not null)
        {
            environment["HOLDFAST_SECRETS"] = given;
        }

        IEnumerable<string> files = file.Length > 0 ? ["docker-compose.yml", file] : ["docker-compose.yml"];
        var (exit, text) = await Tool.Run(words[0],
            [
                .. words[1..], .. files.SelectMany(f => new[] { "-f", Path.Combine(Root, f) }),
                .. profile.Length > 0 ? ["--profile", profile] : Array.Empty<string>(), "config",
            ],
            environment: environment);
        Assert.True(exit == 0, text);
        (exit, var json) = await Tool.Run("node", ["validate.mjs", "--json"], text);
        Assert.True(exit == 0, json);
        return new ComposeConfig(JsonNode.Parse(json)!.AsArray()[0]!.AsObject(), profile);
    }

    internal static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(t => (string)t!) ?? [];

    /// <summary>1.29 prints them as text, the plugin as objects.</summary>
    internal static IEnumerable<(string Source, bool IsReadOnly)> Mounts(JsonObject service) =>
        service["volumes"]?.AsArray().Select(m => m is JsonObject long_
            ? ((string?)long_["source"] ?? "", (bool?)long_["read_only"] ?? false)
            : (((string)m!).Split(':')[0], ((string)m!).EndsWith(":ro", StringComparison.Ordinal))) ?? [];

    /// <summary>The addresses of this machine that ports of it are published on.</summary>
    internal static IEnumerable<string> PublishedOn(JsonObject service) => service["ports"]?.AsArray().Select(p => p is JsonObject long_
        ? (string?)long_["host_ip"] ?? "every address"
        : ((string)p!).Split(':') is [var address, _, _] ? address : "every address") ?? [];

    internal static string? WaitsFor(JsonObject service, string other) => service["depends_on"] switch
    {
        JsonObject conditions => (string?)conditions[other]?["condition"],
        JsonArray names => names.Any(n => (string)n! == other) ? "service_started" : null,
        _ => null,
    };

    /// <summary>The image that it is built from says how it is; what a stage does not say is said by the one before.</summary>
    internal static bool IsCheckedByItsImage(JsonObject service)
    {
        var dockerfile = File.ReadAllText(Path.Combine(Root, "Dockerfile"));
        var stage = (string?)service["build"]?["target"];
        while (stage is not null && Regex.Match(dockerfile, $"(?ms)^FROM (\\S+) AS {stage}$(.*?)(?=^FROM |\\z)") is { Success: true } found)
        {
            if (Regex.Match(found.Groups[2].Value, "(?m)^HEALTHCHECK (\\S+)") is { Success: true } check)
            {
                return check.Groups[1].Value != "NONE";
            }

            stage = found.Groups[1].Value;
        }

        return false;
    }
}
