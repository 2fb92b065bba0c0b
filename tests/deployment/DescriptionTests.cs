namespace Holdfast.Deployment.Tests;

/// <summary>docs/openapi.json as a public linter sees it, with the rules of redocly.yaml.</summary>
[Trait("Category", "process")]
public sealed class DescriptionTests
{
    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
    };

    private static string Document => Path.Combine(Tool.Deploy, "..", "docs", "openapi.json");

    [Fact]
    public async Task The_linter_finds_neither_error_nor_warning_in_it_and_finds_one_that_is_made()
    {
        Assert.SkipWhen(Tool.Missing("node", "nodejs") is not null, Tool.Missing("node", "nodejs") ?? "");
        Assert.Equal([], await Problems(Document));

        using var directory = new TempDirectory();
        var spoilt = directory.File("openapi.json");
        var text = await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(spoilt, text.Replace("\"operationId\": \"getTasks\"", "\"operationId\": \"getHosts\"",
            StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains(await Problems(spoilt), p => p.StartsWith("operation-operationId-unique", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> Problems(string document)
    {
        var (_, said) = await Tool.Run(Path.Combine(Tool.Here, "node_modules", ".bin", "redocly"),
            ["lint", document, "--config", Path.Combine(Tool.Here, "redocly.yaml"), "--format", "json"], environment: Quiet);
        var begin = said.IndexOf('{', StringComparison.Ordinal);
        Assert.True(begin >= 0, said);
        var answer = JsonNode.Parse(said[begin..(said.LastIndexOf('}') + 1)])!;
        return [.. answer["problems"]!.AsArray().Select(p => $"{p!["ruleId"]}: {p["message"]}")];
    }
}
