using System.Net.Http.Headers;

namespace Holdfast.Flow.Tests;

/// <summary>/metrics of all services at work, and docs/metrics.md: each tells what the other does.</summary>
[Trait("Category", "slow")]
[Collection(Alone.Name)]
public sealed class MetricsTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_served_is_documented_with_its_type_and_labels()
    {
        await AtWork("doc", "d1", "doc-1");
        var served = MetricsText.Families(await Scrape());
        Assert.Equal([], DocumentedMetrics.WhyNot(served.Values));
    }

    [Fact]
    public async Task The_output_passes_promtool_s_rules_for_names_and_help()
    {
        Assert.SkipWhen(MetricsText.Missing is not null, MetricsText.Missing ?? "");
        await AtWork("tool", "t1", "tool-1");
        var (exit, said) = await MetricsText.Ask(await Scrape(), "check", "metrics");
        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task No_label_names_a_host_a_component_or_a_task()
    {
        await AtWork("few", "unmistakable-host", "unmistakable-task");
        var text = await Scrape();
        Assert.Contains("""holdfast_scheduler_hosts{region="few",state="Online"} 1""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("unmistakable", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_accepts_OpenMetrics_is_given_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using var answer = await services.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_request_is_logged_with_its_code_and_trace_and_without_its_query()
    {
        var refused = await services.Api.Get("/api/v1/alerts?range=nope&token=unspeakable");
        Assert.Equal("AL-101", refused.Code);
        var line = "";
        var trace = ((string)refused.Body["traceId"]!).Split('-')[1];
        await Eventually.Holds(() => (line = Lines().FirstOrDefault(l => l.Contains(trace, StringComparison.Ordinal)) ?? "").Length > 0
            ? null : "not logged", Soon);
        Assert.Contains("GET /api/v1/alerts answered 400 AL-101", Plain(line), StringComparison.Ordinal);
        Assert.DoesNotContain(Lines(), l => l.Contains("unspeakable", StringComparison.Ordinal));
        Assert.DoesNotContain(Lines(), l => l.Contains("/api/v1/heartbeats answered 200", StringComparison.Ordinal));
    }

    private static string Plain(string line) =>
        ((string)JsonNode.Parse(line)!["RenderedMessage"]!).Replace("\"", "", StringComparison.Ordinal);

    private List<string> Lines()
    {
        var lines = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(services.Data, "logs"), "*.json"))
        {
            using var log = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (log.ReadLine() is { } line)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>A host that is heard and a task that runs there, as passes have seen them.</summary>
    private async Task AtWork(string region, string host, string task)
    {
        await using var supervisor = new FakeSupervisor(services.Api, region, host);
        await Eventually.Holds(
            async () => await services.Api.HostState(host) is var state and not "Online" ? state : null, Soon);
        await services.Api.CreateTask(task, region, ["run"]);
        var runs = $$"""holdfast_scheduler_components{kind="IncrSync",region="{{region}}",state="Running"} 1""";
        await Eventually.Holds(async () => (await Scrape()).Contains(runs, StringComparison.Ordinal)
            ? null : "the task's Incr-Sync in the metrics", Soon);
    }

    private async Task<string> Scrape()
    {
        using var answer = await services.Api.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
