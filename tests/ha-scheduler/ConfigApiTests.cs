using System.Net.Http.Headers;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.HaScheduler.Tests;

/// <summary>ha.config over HTTP, at two replicas that share a store and hear nothing of each other.</summary>
[Trait("Category", "slow")]
public sealed class ConfigApiTests : IAsyncLifetime
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(15);

    private readonly TempDirectory _directory = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<WebApplication> _replicas = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var settings = new Settings { Port = 0, DataDirectory = _directory.Location, Profile = Profile.Standard, Instance = $"r{i}" };
            var app = HoldfastHost.Build(settings, [new HaSchedulerModule()], TokenAuth.Load(_directory.Location).Value!);
            await app.StartAsync(Cancel);
            _replicas.Add(app);
        }

        var token = Environment.GetEnvironmentVariable("HOLDFAST_TOKEN")
            ?? (await File.ReadAllTextAsync(Path.Combine(_directory.Location, "token"), Cancel)).Trim();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var replica in _replicas)
        {
            await Until(replica, body => body["code"] is null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _client.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_change_at_one_replica_holds_at_the_other_is_kept_and_cannot_be_overwritten_unread()
    {
        var (first, second) = (_replicas[0], _replicas[1]);
        var (status, tag, body) = await Send(first, HttpMethod.Get, "");
        Assert.Equal((200, "\"0\"", 0), (status, tag, (int)body["version"]!));
        Assert.Equal("enable", body.First().Key);

        (status, tag, body) = await Send(first, HttpMethod.Put, "?reason=a%20quiet%20week", """{"leaseSec":10,"enableJdbcWriter":false}""",
            user: "ada");
        Assert.Equal((200, "\"1\"", 1, "ada"), (status, tag, (int)body["version"]!, (string)body["changedBy"]!));
        Assert.Equal(("enableJdbcWriter", true), ((string)body["ignored"]![0]!["key"]!, (bool)body["enableJdbcWriter"]!));
        await Until(second, held => (double)held["leaseSec"]! == 10);

        Assert.Equal((412, "HA-107"), await Put(second, """{"killGraceSec":6}""", match: "\"0\""));
        Assert.Equal((200, null), await Put(second, """{"killGraceSec":6}""", match: "1"));
        Assert.Equal((200, null), await Put(second, """{"killGraceSec":6}""", match: "*"));
        (_, _, body) = await Send(first, HttpMethod.Get, "/history?limit=1");
        Assert.Equal((2, "token"), ((int)body["items"]![0]!["version"]!, (string)body["items"]![0]!["by"]!));
        (_, _, body) = await Send(first, HttpMethod.Get, "/history?limit=1&cursor=" + (string)body["next"]!);
        var entry = Assert.Single(body["items"]!.AsArray())!;
        Assert.Equal((1, "ada", "a quiet week"), ((int)entry["version"]!, (string)entry["by"]!, (string)entry["reason"]!));
        Assert.Equal("""[{"key":"leaseSec","before":15,"after":10}]""", entry["changed"]!.ToJsonString());
        Assert.Null(body["next"]);
    }

    [Fact]
    public async Task Of_changes_sent_at_once_to_both_replicas_none_is_lost_unsaid()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Put(_replicas[i % 2], "{'tasks':{'tI':{'enable':false}}}".Replace('\'', '"').Replace("I", $"{i}", StringComparison.Ordinal))));
        Assert.All(answers, a => Assert.True(a is (200, null) or (409, "HA-107"), a.ToString()));
        var (_, _, body) = await Send(_replicas[0], HttpMethod.Get, "/history?limit=100");
        var taken = answers.Count(a => a.Status == 200);
        Assert.InRange(taken, 1, 20);
        Assert.Equal(taken, body["items"]!.AsArray().Count);
        await Until(_replicas[0], held => held["tasks"]!.AsObject().Count == taken);
    }

    [Theory]
    [InlineData("""{"leaseSec":1}""", null, null, "", "HA-102", "leaseSec")]
    [InlineData("""{"foo":1}""", null, null, "", "HA-101", "foo")]
    [InlineData("{}", "v1", null, "", "HA-102", "If-Match")]
    [InlineData("{}", "-1", null, "", "HA-102", "If-Match")]
    [InlineData("{}", null, " ", "", "HA-102", "X-Holdfast-User")]
    [InlineData("{}", null, "12345678901234567890123456789012345678901234567890123456789012345", "", "HA-102", "X-Holdfast-User")]
    [InlineData("{}", null, null, "?reason=", "HA-102", "reason")]
    [InlineData("{}", null, null, "?reason=a%0Ab", "HA-102", "reason")]
    [InlineData("[]", null, null, "", "HA-101", "body")]
    [InlineData("{", null, null, "", "PF-103", "")]
    public async Task What_is_wrong_is_named_and_changes_nothing(
        string body, string? match, string? user, string query, string code, string field)
    {
        var (status, _, answer) = await Send(_replicas[0], HttpMethod.Put, query, body, user, match);
        Assert.Equal((400, code), (status, (string)answer["code"]!));
        Assert.Equal(field, field.Length == 0 ? "" : (string)answer["errors"]![0]!["field"]!);
        (_, _, answer) = await Send(_replicas[0], HttpMethod.Get, "");
        Assert.Equal(0, (int)answer["version"]!);
    }

    [Fact]
    public async Task What_changes_nothing_makes_no_version()
    {
        var (_, _, shown) = await Send(_replicas[0], HttpMethod.Get, "");
        Assert.Equal((200, null), await Put(_replicas[0], shown.ToJsonString()));
        Assert.Equal((200, null), await Put(_replicas[0], """{"enableJdbcWriter":false}"""));
        var (_, tag, _) = await Send(_replicas[0], HttpMethod.Get, "");
        Assert.Equal("\"0\"", tag);
    }

    [Theory]
    [InlineData("cursor=abc", "HA-102")]
    [InlineData("limit=0", "PF-105")]
    [InlineData("limit=1001", "PF-105")]
    public async Task A_page_of_the_history_that_cannot_be_is_refused(string query, string code)
    {
        var (status, _, body) = await Send(_replicas[0], HttpMethod.Get, "/history?" + query);
        Assert.Equal((400, code), (status, (string)body["code"]!));
    }

    private async Task<(int Status, string? Code)> Put(WebApplication replica, string json, string? match = null)
    {
        var (status, _, body) = await Send(replica, HttpMethod.Put, "", json, match: match);
        return (status, (string?)body["code"]);
    }

    private async Task<(int Status, string? Tag, JsonObject Body)> Send(
        WebApplication replica, HttpMethod method, string rest, string? json = null, string? user = null, string? match = null)
    {
        using var request = new HttpRequestMessage(method, $"{replica.Urls.Single()}/api/v1/ha/config{rest}");
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in new[] { ("X-Holdfast-User", user), ("If-Match", match) }.Where(h => h.Item2 is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request, Cancel);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!.AsObject();
        return ((int)response.StatusCode, response.Headers.ETag?.Tag, body);
    }

    /// <summary>The answer to GET, once it is so.</summary>
    private async Task Until(WebApplication replica, Func<JsonObject, bool> holds)
    {
        using var limit = new CancellationTokenSource(Late, TimeProvider.System);
        while (!holds((await Send(replica, HttpMethod.Get, "")).Body))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
