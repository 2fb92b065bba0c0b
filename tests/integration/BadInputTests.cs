namespace Holdfast.Integration.Tests;

/// <summary>The real process, without hosts.</summary>
public sealed class EmptyRun : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private HoldfastProcess? _process;

    internal Api Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = HoldfastProcess.Run(_directory.Location, "--no-fleet");
        Api = await _process.Ready();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Api?.Dispose();
        _directory.Dispose();
    }
}

/// <summary>Input that the API cannot use is refused by code, with the field named.</summary>
[Trait("Category", "process")]
public sealed class BadInputTests(EmptyRun run) : IClassFixture<EmptyRun>
{
    private const string Report = """
        {"host":"h9","incarnation":1,"sequence":1,"region":"r","idc":"a","address":"127.0.0.1",
         "usage":{"cpu":0.1,"memory":0.1,"disk":0.1}}
        """;

    [Theory]
    [InlineData("\"sequence\":1", "\"sequence\":\"one\"", "sequence")]
    [InlineData("\"host\":\"h9\"", "\"host\":\"h 9\"", "host")]
    [InlineData("\"cpu\":0.1", "\"cpu\":7", "usage.cpu")]
    [InlineData("\"idc\":\"a\",", "", "idc")]
    public async Task A_malformed_heartbeat_is_refused_with_its_field(string good, string bad, string field)
    {
        var report = Json(Report.Replace(good, bad, StringComparison.Ordinal));
        var answer = await run.Api.Send(HttpMethod.Post, "/api/v1/heartbeats", report);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(field, answer.Fields);
        Assert.StartsWith("HB-1", answer.Code);
    }

    [Fact]
    public async Task A_heartbeat_without_a_token_is_refused()
    {
        using var stranger = new HttpClient { BaseAddress = run.Api.Http.BaseAddress };
        using var response = await stranger.PostAsync(
            "/api/v1/heartbeats", Json(Report), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await run.Api.List("/api/v1/hosts"));
    }

    [Fact]
    public async Task A_negative_interval_is_HA_102_and_changes_nothing()
    {
        var before = (await run.Api.Get("/api/v1/ha/config")).Body.ToJsonString();
        var answer = await run.Api.Put("/api/v1/ha/config", new JsonObject { ["checkHostDownIntervalSec"] = -1 });
        Assert.Equal((HttpStatusCode.BadRequest, "HA-102"), (answer.Status, answer.Code));
        Assert.Contains("checkHostDownIntervalSec", answer.Fields);
        Assert.Equal(before, (await run.Api.Get("/api/v1/ha/config")).Body.ToJsonString());
    }

    [Theory]
    [InlineData("/api/v1/hosts/nobody", "HA-110")]
    [InlineData("/api/v1/components/nothing", "HA-111")]
    [InlineData("/api/v1/tasks/none", "HA-112")]
    public async Task What_is_unknown_is_not_found(string path, string code)
    {
        var answer = await run.Api.Get(path);
        Assert.Equal((HttpStatusCode.NotFound, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("/api/v1/hosts?state=asleep", "state")]
    [InlineData("/api/v1/ha/overview?dots=-1", "dots")]
    public async Task A_filter_that_makes_no_sense_is_named(string path, string field)
    {
        var answer = await run.Api.Get(path);
        Assert.Equal((HttpStatusCode.BadRequest, "HA-103"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Fields);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
