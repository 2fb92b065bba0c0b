using System.Text.RegularExpressions;

namespace Holdfast.Deployment.Tests;

/// <summary>
/// deploy/observe: what Prometheus and Grafana read of it names metrics and labels that there are. docs/metrics.md says which; other
/// tests hold that page against running processes.
/// </summary>
public sealed partial class ObserveTests
{
    private static readonly string Observe = Path.Combine(Tool.Deploy, "observe");
    private static readonly string Rules = Path.Combine(Observe, "prometheus", "rules.yml");

    /// <summary>Labels that Prometheus adds to each sample.</summary>
    private static readonly string[] Given = ["job", "instance", "le"];

    private static readonly Dictionary<string, DocumentedMetric> Known =
        DocumentedMetrics.All.ToDictionary(m => m.Name, StringComparer.Ordinal);

    [Fact]
    public async Task Promtool_takes_the_configuration_and_the_rules()
    {
        Assert.SkipWhen(MetricsText.Missing is not null, MetricsText.Missing ?? "");
        var config = await MetricsText.Ask(
            "", "check", "config", "--syntax-only", Path.Combine(Observe, "prometheus", "prometheus.yml"));
        Assert.True(config.Exit == 0, config.Said);
        var rules = await MetricsText.Ask("", "check", "rules", Rules);
        Assert.True(rules.Exit == 0, rules.Said);
    }

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_not_before()
    {
        Assert.SkipWhen(MetricsText.Missing is not null, MetricsText.Missing ?? "");
        var (exit, said) = await MetricsText.Ask("", "test", "rules", Path.Combine(Observe, "prometheus", "rules.test.yml"));
        Assert.True(exit == 0, said);
        var tried = await File.ReadAllTextAsync(
            Path.Combine(Observe, "prometheus", "rules.test.yml"), TestContext.Current.CancellationToken);
        Assert.Equal([], Alerts().Where(alert => !Regex.IsMatch(tried, $@"alertname: {alert}\n.*\n?.*exp_alerts:\n")));
    }

    [Fact]
    public void Each_alert_has_a_severity_and_a_runbook_of_its_own()
    {
        var text = File.ReadAllText(Rules);
        var links = Regex.Matches(text, "runbook_url: docs/metrics.md#(?<to>.*)").Select(m => m.Groups["to"].Value);
        Assert.Equal(Alerts().Select(a => a.ToLowerInvariant()), links);
        Assert.Equal(Alerts().Order(StringComparer.Ordinal),
            Regex.Matches(DocumentedMetrics.Text, "^### (?<name>Holdfast.*)$", RegexOptions.Multiline).Select(m => m.Groups["name"].Value)
                .Order(StringComparer.Ordinal));
        Assert.Equal(Alerts().Count, Regex.Count(text, "severity: (?:critical|warning)\n"));
    }

    [Fact]
    public void The_rules_name_metrics_and_labels_that_there_are() => Assert.Equal([], Expressions().SelectMany(WhyNot));

    [Fact]
    public void The_dashboard_names_metrics_and_labels_that_there_are()
    {
        Assert.NotEmpty(Queries());
        Assert.Equal([], Queries().SelectMany(WhyNot));
    }

    [Fact]
    public async Task Promtool_can_parse_each_query_of_the_dashboard()
    {
        Assert.SkipWhen(MetricsText.Missing is not null, MetricsText.Missing ?? "");
        using var directory = new TempDirectory();
        var rules = Queries().Where(q => !q.StartsWith("label_values", StringComparison.Ordinal)).Select((query, at) =>
            $"      - {{record: 'query:{at}', expr: '{query.Replace("'", "''", StringComparison.Ordinal)
                .Replace("$__rate_interval", "1m", StringComparison.Ordinal)}'}}\n");
        await File.WriteAllTextAsync(
            directory.File("rules.yml"), $"groups:\n  - name: queries\n    rules:\n{string.Concat(rules)}",
            TestContext.Current.CancellationToken);
        var (exit, said) = await MetricsText.Ask("", "check", "rules", directory.File("rules.yml"));
        Assert.True(exit == 0, said);
    }

    [Fact]
    public void The_dashboard_can_be_provisioned_its_panels_are_apart_and_ask_the_source_that_there_is()
    {
        var dashboard = Dashboard();
        var panels = dashboard["panels"]!.AsArray().Select(p => p!.AsObject()).ToList();
        Assert.Equal(panels.Count, panels.Select(p => (int)p["id"]!).Distinct().Count());
        var source = File.ReadAllText(Path.Combine(Observe, "grafana", "provisioning", "datasources", "prometheus.yaml"));
        Assert.All(panels.Where(p => (string)p["type"]! != "row"),
            p => Assert.Contains($"uid: {(string)p["datasource"]!["uid"]!}\n", source, StringComparison.Ordinal));
        var taken = panels.SelectMany(p => Cells(p["gridPos"]!)).ToList();
        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.All(taken, cell => Assert.InRange(cell.X, 0, 23));
    }

    [Theory]
    [InlineData("sum(holdfast_scheduler_hots)", "there is no metric holdfast_scheduler_hots")]
    [InlineData("sum by (regoin) (holdfast_scheduler_hosts)", "no metric of it has a label regoin")]
    [InlineData("holdfast_scheduler_hosts{sate=\"Down\"}", "holdfast_scheduler_hosts has no label sate")]
    [InlineData("rate(holdfast_scheduler_pass_duration_seconds[5m])", "holdfast_scheduler_pass_duration_seconds is a histogram")]
    public void A_wrong_name_is_found(string query, string why) =>
        Assert.Contains(WhyNot(query), found => found.Contains(why, StringComparison.Ordinal));

    private static IEnumerable<(int X, int Y)> Cells(JsonNode grid) =>
        from x in Enumerable.Range((int)grid["x"]!, (int)grid["w"]!)
        from y in Enumerable.Range((int)grid["y"]!, (int)grid["h"]!)
        select (x, y);

    private static JsonObject Dashboard() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Observe, "grafana", "dashboards", "holdfast.json")))!.AsObject();

    private static List<string> Alerts() =>
        [.. Regex.Matches(File.ReadAllText(Rules), "- alert: (?<name>.*)").Select(m => m.Groups["name"].Value)];

    private static List<string> Expressions() => [.. Regex.Matches(File.ReadAllText(Rules), @"expr: >-\n(?<text>(?: {10}.*\n)+)")
        .Select(m => Regex.Replace(m.Groups["text"].Value, @"\s+", " ").Trim())];

    /// <summary>Queries of panels, variables and annotations.</summary>
    private static List<string> Queries()
    {
        var dashboard = Dashboard();
        return
        [
            .. dashboard["panels"]!.AsArray().SelectMany(p => p!["targets"]?.AsArray() ?? []).Select(t => (string)t!["expr"]!),
            .. dashboard["templating"]!["list"]!.AsArray().Select(v => (string)v!["query"]!["query"]!),
            .. dashboard["annotations"]!["list"]!.AsArray().Select(a => (string)a!["expr"]!),
        ];
    }

    /// <summary>Each name in it that is wrong.</summary>
    private static IEnumerable<string> WhyNot(string query)
    {
        var labels = new HashSet<string>(Given, StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (Match use in Use().Matches(Grouping().Replace(query, "")))
        {
            var name = use.Groups["name"].Value;
            var (metric, isPart) = Known.TryGetValue(name, out var whole) ? (whole, false)
                : (Known.GetValueOrDefault(Part().Replace(name, "")), true);
            if (metric is null)
            {
                faults.AddRange(name == "up" ? [] : [$"there is no metric {name}: {query}"]);
                continue;
            }

            faults.AddRange((metric.Type == "histogram") == isPart ? [] : [$"{name} is a {metric.Type}: {query}"]);
            var own = (metric.Labels ?? LibraryLabels).Concat(Given).ToHashSet(StringComparer.Ordinal);
            labels.UnionWith(own);
            faults.AddRange(Matcher().Matches(use.Groups["labels"].Value).Select(m => m.Groups["label"].Value).Where(l => !own.Contains(l))
                .Select(label => $"{name} has no label {label}: {query}"));
        }

        faults.AddRange(Grouping().Matches(query).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))
            .Where(label => label.Length > 0 && !labels.Contains(label)).Select(label => $"no metric of it has a label {label}: {query}"));
        return faults;
    }

    /// <summary>Labels of the libraries that are used.</summary>
    private static readonly IReadOnlySet<string> LibraryLabels =
        new HashSet<string>(StringComparer.Ordinal) { "http_response_status_code" };

    [GeneratedRegex(
        @"\b(?<name>up|target_info|(?:holdfast|http|dotnet|kestrel|messaging|aspnetcore|db_client)_\w+)\b(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex Use();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Part();

    [GeneratedRegex(@"(?<label>\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring) \((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();
}
