using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Deployment.Tests;

/// <summary>deploy/nginx.conf in nginx, before replicas that answer as they are told.</summary>
[Trait("Category", "process")]
public sealed class GatewayTests : IDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly string[] Services = ["HEARTBEAT", "HA_SCHEDULER", "STORE_MANAGER", "ALERTING", "CONSOLE"];

    private readonly TempDirectory _directory = new();
    private readonly List<HttpListener> _replicas = [];
    private Process? _nginx;

    [Fact]
    public async Task A_heartbeat_that_one_replica_refuses_is_taken_by_another()
    {
        using var http = await Start(503, 200);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await Post(http, "/api/v1/heartbeats"));
        }
    }

    [Fact]
    public async Task A_heartbeat_that_all_refuse_is_refused_as_they_do()
    {
        using var http = await Start(503, 503);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Post(http, "/api/v1/heartbeats"));
    }

    [Fact]
    public async Task Another_change_is_never_sent_twice()
    {
        using var http = await Start(503, 200);
        var answers = new[] { await Post(http, "/api/v1/alerts"), await Post(http, "/api/v1/alerts") };
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], answers.Order());
    }

    [Fact]
    public async Task Metrics_of_one_replica_or_another_are_not_served()
    {
        using var http = await Start(200, 200);
        using var answer = await http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("PF-404", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_are_let_through_twenty_at_once_and_everything_else_as_it_comes()
    {
        using var http = await Start(200);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 60; i++)
        {
            answers.Add(await Post(http, i % 2 == 0 ? "/login" : "/setup"));
        }

        Assert.InRange(answers.Count(a => a is HttpStatusCode.OK), 21, 40);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        using var refused = await http.PostAsync("/login", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("CO-120", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            using var page = await http.GetAsync("/login", TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (page.StatusCode, await Post(http, "/api/v1/heartbeats")));
        }
    }

    public void Dispose()
    {
        _nginx?.Kill(entireProcessTree: true);
        _nginx?.WaitForExit();
        _nginx?.Dispose();
        _replicas.ForEach(r => r.Close());
        _directory.Dispose();
    }

    private static async Task<HttpStatusCode> Post(HttpClient http, string path)
    {
        using var answer = await http.PostAsync(path, new StringContent("{}"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Each service has two replicas that answer so.</summary>
    private async Task<HttpClient> Start(params IEnumerable<int> statuses)
    {
        Assert.SkipUnless(File.Exists(Program), "nginx is not installed: apt install nginx-light");
        var servers = string.Join(" max_fails=0; server ", statuses.Select(Replica).Select(port => $"127.0.0.1:{port}").ToList());
        var listen = $"127.0.0.1:{FreePort.Next()}";
        var text = (await File.ReadAllTextAsync(Path.Combine(Root, "deploy/nginx.conf")))
            .Replace("${DOOR_LISTEN}", listen, StringComparison.Ordinal)
            .Replace("${DOOR_TLS}", "", StringComparison.Ordinal)
            .Replace("${DOOR_PROXIES}", "set_real_ip_from 127.0.0.2;", StringComparison.Ordinal)
            .Replace("${DOOR_DIR}", _directory.Location, StringComparison.Ordinal)
            .Replace("worker_processes auto", "worker_processes 1", StringComparison.Ordinal)
            .Replace("${DOOR_STATIC}", Path.Combine(Root, "docs"), StringComparison.Ordinal);
        text = Services.Aggregate(text, (t, s) => t.Replace($"${{DOOR_{s}}}", servers, StringComparison.Ordinal));
        await File.WriteAllTextAsync(_directory.File("nginx.conf"), text);
        _nginx = Process.Start(Program, ["-c", _directory.File("nginx.conf"), "-e", _directory.File("error.log"), "-g", "daemon off;"]);
        var http = new HttpClient { BaseAddress = new Uri($"http://{listen}") };
        await Eventually.Holds(
            async () => (await http.GetAsync("/health/live", TestContext.Current.CancellationToken)).IsSuccessStatusCode
                ? null : "no gateway",
            StartMax);
        return http;
    }

    private int Replica(int status)
    {
        var port = FreePort.Next();
        var replica = new HttpListener();
        replica.Prefixes.Add($"http://127.0.0.1:{port}/");
        replica.Start();
        _replicas.Add(replica);
        _ = Answer(replica, status);
        return port;
    }

    private static async Task Answer(HttpListener replica, int status)
    {
        while (replica.IsListening)
        {
            try
            {
                var context = await replica.GetContextAsync();
                context.Response.StatusCode = status;
                context.Response.Close();
            }
            catch (Exception over) when (over is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static string Root => Path.GetDirectoryName(Tool.Deploy)!;
}
