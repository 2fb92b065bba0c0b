namespace Holdfast.Integration.Tests;

/// <summary>Reads what a running process serves at /metrics.</summary>
internal static class Scraped
{
    private static readonly string[] Services = ["heartbeat", "ha-scheduler", "store-manager", "alerting", "console"];
    private static readonly HashSet<string> Programs = [.. Services.Select(s => $"holdfast-{s}")];
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Once each service has looked around, and serves all that appears without a happening.</summary>
    internal static async Task<IReadOnlyList<(string Program, string Text)>> OfAllServices(string data)
    {
        IReadOnlyList<(string Program, string Text)> scraped = [];
        await Eventually.Holds(async () =>
        {
            scraped = await FromAll(data);
            var missing = Services.Where(s => !scraped.Any(
                p => p.Program == $"holdfast-{s}" && Missing(p.Text, s, "Every service").Count == 0));
            return string.Join(", ", missing) is { Length: > 0 } some ? $"all metrics of {some}" : null;
        }, Soon);
        return scraped;
    }

    internal static async Task<string> From(HttpClient http)
    {
        using var answer = await http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Each process that runs on this data directory and has a port, by its program's name.</summary>
    private static async Task<IReadOnlyList<(string Program, string Text)>> FromAll(string data)
    {
        var found = new List<(string, string)>();
        foreach (var words in Proc.Naming(data).Select(p => Proc.Describe([p]).Split(' ')))
        {
            var port = Array.IndexOf(words, "--port");
            if (port >= 0 && words.Select(w => Path.GetFileNameWithoutExtension(w)).FirstOrDefault(Programs.Contains) is { } program)
            {
                using var http = new HttpClient
                {
                    BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{words[port + 1]}")),
                };
                found.Add((program, await From(http)));
            }
        }

        return found;
    }

    /// <summary>promtool finds nothing in it, and nothing in it is undocumented.</summary>
    internal static async Task IsSound(string text, string of)
    {
        var why = DocumentedMetrics.WhyNot(MetricsText.Families(text).Values);
        Assert.True(why.Count == 0, $"{of}: {string.Join('\n', why)}");
        if (MetricsText.Missing is null)
        {
            var (exit, said) = await MetricsText.Ask(text, "check", "metrics");
            Assert.True(exit == 0, $"{of}: {said}");
        }
    }

    /// <summary>Metrics of these parts of the documentation that appear at once and are not there.</summary>
    internal static IReadOnlyList<string> Missing(string text, params string[] sections)
    {
        var served = MetricsText.Families(text);
        return
        [
            .. DocumentedMetrics.All.Where(m => !m.Later && sections.Contains(m.Section) && !served.ContainsKey(m.Name))
                .Select(m => m.Name),
        ];
    }
}
