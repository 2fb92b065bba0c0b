using System.Text.RegularExpressions;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>
/// The command line can do all that the API can do for people: its examples, run against a server that writes down what it is asked.
/// </summary>
[Collection(OwnsTheConsole.Name)]
public sealed partial class ReachTests(AskedServer server) : IClassFixture<AskedServer>
{
    /// <summary>Operations that are not for people at a terminal, and why.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["postHeartbeats"] = "supervisors", ["postHostsByIdEnrolment"] = "supervisors",
        ["getHostsByIdComponentsByNameConfig"] = "supervisors", ["getHealthLive"] = "probes",
        ["getHealthReady"] = "probes", ["getHealthReadyByService"] = "probes",
        ["postHaReplay"] = "holdfast replay decides itself", ["getAuditExport"] = "holdfast audit --json",
        ["getAlertsCounts"] = "pages", ["getAlertsGroups"] = "pages", ["getChannelsPresets"] = "forms",
        ["getHostsById"] = "holdfast hosts --json",
        ["getComponentsByName"] = "holdfast components --json", ["getSilencesById"] = "holdfast silences --json",
        ["getTicketsById"] = "its sub-tasks are asked for",
        ["getStoresTicketsById"] = "holdfast stores tickets --json", ["getStoresByNameLogs"] = "holdfast logs takes any component",
        ["getStoresDecisions"] = "holdfast stores why, history",
    };

    /// <summary>Examples that need a run of their own, or change files.</summary>
    private static readonly string[] NotRun =
        ["run", "kill", "start", "drill", "verify", "replay", "openapi", "completion", "watch", "sources", "sources check",
            "sources slots", "sources sequences", "config page"];

    [Fact]
    public async Task Every_operation_has_a_command()
    {
        using var directory = new TempDirectory();
        server.Answer = request => AskedServer.Json(request.Path == "/api/v1/ha/headroom" ? "[]" : "{\"items\":[]}");
        foreach (var name in new[] { "orders", "store", "sync", "oncall", "oms-ha", "oms-thresholds" })
        {
            await File.WriteAllTextAsync(directory.File(name + ".json"), "{}", TestContext.Current.CancellationToken);
        }

        var more = new[] { "maintenance begin idc:r/a --reason x", "maintenance end idc:r/a", "maintenance begin task:t --reason x",
            "maintenance end task:t", "tickets retry t c", "tickets skip t", "alerts dead-letters resend d" }.Select(l => "holdfast " + l);
        foreach (var example in App.Operator.Examples.All.Where(e => !NotRun.Contains(e.Key) && e.Key is not ("" or "backup" or "restore")
            && !e.Key.StartsWith("upgrade", StringComparison.Ordinal)).SelectMany(e => e.Value).Concat(more))
        {
            var line = HelpTests.Parsed(example).Tokens.Select(t => t.Value).Select(w =>
                w.EndsWith(".json", StringComparison.Ordinal) ? (w.Contains('=') ? $"{w.Split('=')[0]}=" + directory.File(w.Split('=')[1])
                    : directory.File(w)) : w).Select(w => w.EndsWith(".token", StringComparison.Ordinal) ? directory.File(w) : w);
            var (_, _, error) = await AskedServer.Run(["--server", server.Url, "--data", directory.Location, .. line]);
            // A table shows members of the record that services answer with: one that was renamed would be a column that is never there.
            Assert.DoesNotContain("has no member", error, StringComparison.Ordinal);
        }

        var description = JsonNode.Parse(await File.ReadAllTextAsync(
            AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)] + "/docs/openapi.json",
            TestContext.Current.CancellationToken))!;
        var asked = server.Asked.Select(a => (a.Method, Path: a.Path.Split('?')[0])).Distinct().ToList();
        var missing = description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(o => o.Value!["operationId"] is not null)
            .Where(o => !asked.Any(a => a.Method.Equals(o.Key, StringComparison.OrdinalIgnoreCase)
                && Regex.IsMatch(a.Path, $"^{Parameter().Replace(path.Key, "[^/]+")}$")))
            .Select(o => (string)o.Value!["operationId"]!)).ToList();
        Assert.Equal([], missing.Except(Others.Keys, StringComparer.Ordinal));
        Assert.Equal([], Others.Keys.Except(missing, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
