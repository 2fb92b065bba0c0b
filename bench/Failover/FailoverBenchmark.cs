using System.Net.Http.Headers;
using System.Net.Http.Json;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;

namespace Holdfast.Bench.Failover;

/// <summary>
/// Time from the verdict on a host until each of its 100 tasks runs elsewhere, on real processes. The host's supervisor is killed, and each
/// process's own start time counts, not what is reported of it later.
/// </summary>
internal static class FailoverBenchmark
{
    private const int Tasks = 100;
    private const double GoalSeconds = 2;
    private const string Tag = "bench";
    private const string Lost = "h1";

    /// <summary>The program as <c>./run</c> has built it: with the supervisor and its guard beside it.</summary>
    private static string Program =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../apps/holdfast/bin/Release/net10.0/holdfast.dll"));

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    internal static async Task<bool> Run()
    {
        var data = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
        var port = Ports.Free(1)[0];
        var children = new Children(data);
        using var http = Client(port);
        var run = children.Start(new ChildSpec("run",
            [
                "dotnet", Program, "run", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", data,
                "--profile", "fast",
            ],
            Path.Combine(data, "logs", "run.log"))
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOLDFAST_TOKEN"] = RunningServices.Token },
        });
        try
        {
            await Until("hosts Online", async () => (await Items(http, "hosts")).Count(h => (string?)h["state"] == "Online") == 3);
            await Tagged(http, Lost, Tag);
            await Create(http);
            await Until("tasks running", async () => (await Started(http, minEpoch: 1)).Count == Tasks);
            await Tagged(http, "h2", Tag);
            await Tagged(http, "h3", Tag);
            return await Fail(http, data);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException(
                $"{late.Message}; its output:\n{await File.ReadAllTextAsync(Path.Combine(data, "logs", "run.log"))}", late);
        }
        finally
        {
            await RunningServices.Stop(run);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<bool> Fail(HttpClient http, string data)
    {
        FleetHost.Named(Lost)!.Read(data)!.Process.Send(Signal.Kill);
        await Until("tasks running elsewhere", async () => (await Started(http, minEpoch: 2)).Count == Tasks);
        var host = (await http.GetFromJsonAsync<JsonObject>($"hosts/{Lost}"))!;
        var verdict = DateTimeOffset.Parse((string)host["since"]!, CultureInfo.InvariantCulture);
        var took = (await Started(http, minEpoch: 2)).Select(pid => (StartOf(pid) - verdict).TotalSeconds).Order().ToList();
        var bare = Bare();
        Print.Line($"{Tasks} tasks, verdict to process, p50", $"{Print.Percentile(took, 0.5):0.00} s");
        Print.Line("the last one", $"{took[^1]:0.00} s, {took[^1] / bare:0.0} times {Tasks} bare process starts ({bare:0.00} s)");
        return Print.Goal($"{Tasks} tasks, verdict to process, p99", Print.Percentile(took, 0.99), "s", GoalSeconds, atLeast: false);
    }

    /// <summary>The peer: as many processes, started one after the other and left running.</summary>
    private static double Bare()
    {
        var clock = Stopwatch.StartNew();
        var started = Enumerable.Range(0, Tasks).Select(_ => Process.Start("sleep", "600")).ToList();
        var took = clock.Elapsed.TotalSeconds;
        started.ForEach(p =>
        {
            p.Kill();
            p.Dispose();
        });
        return took;
    }

    /// <summary>Processes of the benchmark's tasks, by the API; only those under at least this epoch.</summary>
    private static async Task<List<int>> Started(HttpClient http, int minEpoch) =>
    [
        .. (await Items(http, "components?limit=1000"))
            .Where(c => ((string?)c["task"])?.StartsWith(Tag, StringComparison.Ordinal) == true && (int?)c["epoch"] >= minEpoch
                && (string?)c["state"] is "Running" or "Starting")
            .Select(c => (int?)c["pid"]).OfType<int>(),
    ];

    private static DateTimeOffset StartOf(int pid)
    {
        var ticks = ProcessMark.Of(pid)?.StartTicks ?? throw new InvalidOperationException($"process {pid} has ended");
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        return TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(uptime - ticks / 100.0);
    }

    private static async Task Create(HttpClient http)
    {
        for (var n = 0; n < Tasks; n++)
        {
            using var answer = await http.PostAsJsonAsync("tasks", new JsonObject
            {
                ["name"] = $"{Tag}{n}",
                ["type"] = "synchronization",
                ["region"] = FleetHost.Region,
                ["tags"] = new JsonArray(Tag),
                ["source"] = new JsonObject { ["name"] = "bench-db" },
                ["incrSync"] = new JsonObject { ["command"] = new JsonArray("sleep", "600") },
            });
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task Tagged(HttpClient http, string host, string tag)
    {
        using var answer = await http.PatchAsJsonAsync($"hosts/{host}", new JsonObject
        {
            ["tags"] = new JsonArray(tag),
            ["quotas"] = new JsonObject { ["others"] = Tasks * 2 },
        });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<List<JsonObject>> Items(HttpClient http, string path) =>
        [.. (await http.GetFromJsonAsync<JsonObject>(path))!["items"]!.AsArray().Select(i => i!.AsObject())];

    private static HttpClient Client(int port)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningServices.Token);
        return http;
    }

    private static async Task Until(string what, Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await Asked(holds))
        {
            if (clock.Elapsed > WaitMax)
            {
                throw new TimeoutException($"{what}: not within {WaitMax.TotalSeconds:0} s");
            }

            await Task.Delay(200);
        }
    }

    /// <summary>While it starts nobody answers.</summary>
    private static async Task<bool> Asked(Func<Task<bool>> holds)
    {
        try
        {
            return await holds();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
