using System.Runtime.CompilerServices;

namespace Holdfast.Integration.Tests;

/// <summary>The rules and the dashboard of deploy/observe, on a real Prometheus that scrapes a real run.</summary>
[Trait("Category", "process")]
public sealed class PrometheusTests(FleetRun fleet) : IClassFixture<FleetRun>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Metrics that have no series before the first happening of their kind.</summary>
    private static readonly string[] OfHappenings =
    [
        "holdfast_scheduler_hosts_set_apart", "holdfast_scheduler_verdicts_total", "holdfast_scheduler_decisions",
        "holdfast_scheduler_restarts_total", "holdfast_scheduler_moves_total", "holdfast_scheduler_tickets_", "holdfast_scheduler_findings",
        "holdfast_store_manager_findings", "holdfast_store_manager_decisions", "holdfast_store_manager_retention_left_seconds",
        "holdfast_heartbeat_refused_total", "holdfast_alerting_alerts_firing", "holdfast_alerting_attempt",
        "outcome=\"failed\"",
    ];

    [Fact]
    public async Task Prometheus_evaluates_each_rule_and_each_panel_shows_a_run()
    {
        Assert.SkipWhen(PrometheusServer.Missing is not null, PrometheusServer.Missing ?? "");
        await fleet.Settled();
        await using var prometheus = await PrometheusServer.Start(
            fleet.Api.Http.BaseAddress!, Path.Combine(fleet.Data, "token"), Observe());
        await Eventually.Holds(async () => await prometheus.Series("""up{job="holdfast"} == 1""") == 1 ? null : "a scrape", Soon);
        await Eventually.Holds(async () =>
        {
            var rules = await prometheus.Rules();
            return rules.Count > 0 && rules.All(r => r.Health == "ok") ? null : string.Join(", ", rules.Where(r => r.Health != "ok"));
        }, Soon);
        Assert.DoesNotContain(await prometheus.Rules(), r => r.State == "firing");

        var panels = Panels();
        Assert.Contains(panels, p => IsAlwaysThere(p.Expression));
        foreach (var (_, expression) in panels)
        {
            await prometheus.Series(expression);
        }

        await Eventually.Holds(async () =>
        {
            var empty = new List<string>();
            foreach (var (title, expression) in panels.Where(p => IsAlwaysThere(p.Expression)))
            {
                if (await prometheus.Series(expression) == 0)
                {
                    empty.Add($"{title}: {expression}");
                }
            }

            return empty.Count == 0 ? null : string.Join('\n', empty);
        }, Soon);
    }

    private static bool IsAlwaysThere(string expression) => !OfHappenings.Any(m => expression.Contains(m, StringComparison.Ordinal));

    private static List<(string Title, string Expression)> Panels() =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Observe(), "grafana", "dashboards", "holdfast.json")))!["panels"]!.AsArray()
            .SelectMany(p => (p!["targets"]?.AsArray() ?? []).Select(t => ((string)p["title"]!, ((string)t!["expr"]!)
                .Replace("$region", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "30s", StringComparison.Ordinal))))];

    private static string Observe([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "deploy", "observe");
}
