using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.Platform.Tests;

/// <summary>The real process, without services, asked over HTTP.</summary>
[Collection(EnvironmentTests.Name)]
public sealed class HealthTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_process_whose_bus_and_store_answer_is_ready()
    {
        await using var app = await Start(null);
        var report = await Ready(app, HttpStatusCode.OK);
        Assert.All(report.Parts, p => Assert.Null(p.Why));
        using var client = Client(app);
        using var other = await client.GetAsync("/health/ready/heartbeat", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode); // this one serves nothing
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_whose_state_file_is_gone_or_replaced_is_not_ready(bool replaced)
    {
        await using var app = await Start(null);
        await Ready(app, HttpStatusCode.OK);
        var file = _directory.File("holdfast.db");
        File.Delete(file);
        if (replaced)
        {
            File.WriteAllText(file, "");
        }

        var report = await Ready(app, HttpStatusCode.ServiceUnavailable);
        var part = Assert.Single(report.Parts, p => !p.Ready);
        Assert.Equal("store", part.Part);
        Assert.Contains("deleted, moved or replaced", part.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_without_its_broker_starts_is_alive_and_not_ready()
    {
        await using var app = await Start(new Uri("amqp://guest:s3cret@127.0.0.1:1/"));
        var report = await Ready(app, HttpStatusCode.ServiceUnavailable);
        var part = Assert.Single(report.Parts, p => !p.Ready);
        Assert.Equal("bus", part.Part);
        Assert.DoesNotContain("s3cret", part.Why, StringComparison.Ordinal);
        using var client = Client(app);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
    }

    private async Task<WebApplication> Start(Uri? broker)
    {
        var settings = new Settings { DataDirectory = _directory.Location, Port = 0, Broker = broker };
        var app = HoldfastHost.Build(settings, [], TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync().WaitAsync(Limit, TimeProvider.System);
        return app;
    }

    private static async Task<HealthReport> Ready(WebApplication app, HttpStatusCode status)
    {
        using var client = Client(app);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            // The bus connects in the background: ask until it has, each time anew.
            using var response = await client.GetAsync("/health/ready", limit.Token);
            var report = (await response.Content.ReadFromJsonAsync<HealthReport>(limit.Token))!;
            if (response.StatusCode == status)
            {
                return report;
            }

            await Task.Yield();
        }
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()), Timeout = Limit };
}
