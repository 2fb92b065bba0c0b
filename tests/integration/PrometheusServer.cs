namespace Holdfast.Integration.Tests;

/// <summary>Debian's Prometheus with the rules of deploy/observe, on loopback, which scrapes one process each second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const string Executable = "/usr/bin/prometheus";
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly Process _process;
    private readonly HttpClient _http;

    private PrometheusServer(Uri target, string tokenFile, string observe)
    {
        var port = Ports.Free(1)[0];
        File.WriteAllText(_directory.File("prometheus.yml"), $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s{"}"}
            rule_files: ["{Path.Combine(observe, "prometheus", "rules.yml")}"]
            scrape_configs:
              - job_name: holdfast
                authorization: {"{"}credentials_file: "{tokenFile}"{"}"}
                static_configs: [{"{"}targets: ["{target.Authority}"]{"}"}]
            """);
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        _process = new Children(_directory.Location).Start(new ChildSpec(
            "prometheus",
            [
                Executable, $"--config.file={_directory.File("prometheus.yml")}", $"--storage.tsdb.path={_directory.File("tsdb")}",
                $"--web.listen-address=127.0.0.1:{port}",
            ],
            _directory.File("prometheus.log")));
    }

    /// <summary>Null: it is installed.</summary>
    internal static string? Missing => File.Exists(Executable) ? null : "prometheus is not installed: apt install prometheus";

    internal static async Task<PrometheusServer> Start(Uri target, string tokenFile, string observe)
    {
        var server = new PrometheusServer(target, tokenFile, observe);
        await Eventually.Holds(async () =>
        {
            try
            {
                using var ready = await server._http.GetAsync("/-/ready", TestContext.Current.CancellationToken);
                return ready.IsSuccessStatusCode ? null : ready.StatusCode.ToString();
            }
            catch (HttpRequestException notYet)
            {
                return notYet.Message + (server._process.HasExited ? File.ReadAllText(server._directory.File("prometheus.log")) : "");
            }
        }, ReadyMax);
        return server;
    }

    /// <summary>Counts the series that an expression has now; an expression that it refuses fails the test.</summary>
    internal async Task<int> Series(string expression)
    {
        var answer = await Get($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        Assert.True((string?)answer["status"] == "success", $"{expression}: {answer}");
        return answer["data"]!["result"]!.AsArray().Count;
    }

    /// <summary>Each rule with how its last evaluation went (ok, err, unknown: none yet), and whether it fires.</summary>
    internal async Task<IReadOnlyList<(string Name, string Health, string State)>> Rules() =>
        [.. (await Get("/api/v1/rules"))["data"]!["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray())
            .Select(r => ((string)r!["name"]!, (string)r["health"]!, (string?)r["state"] ?? ""))];

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(ReadyMax, TimeProvider.System);
        _process.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    private async Task<JsonNode> Get(string path)
    {
        using var answer = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }
}
