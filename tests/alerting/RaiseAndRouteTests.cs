namespace Holdfast.Alerting.Tests;

/// <summary>Raising, counting, runbooks, dry runs and silences over HTTP.</summary>
[Trait("Category", "slow")]
public sealed class RaiseAndRouteTests : ServedAlerting
{
    [Fact]
    public async Task Alerts_are_raised_over_HTTP_all_or_none_and_counted_by_status()
    {
        static DateTimeOffset Later() => TimeProvider.System.GetUtcNow().AddSeconds(1);
        object Firing(string target, string name = "oms_host_down") => new { @event = name, target, region = "r1" };

        var bad = await Send(HttpMethod.Post, "/api/v1/alerts", new[] { Firing("a"), Firing("b", "oms_pigeon"),
            new { @event = "oms_host_down", target = "c", level = 6 } });
        Assert.Equal("400 AL-107", Code(bad));
        var fields = bad.Body.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString());
        Assert.Equal(["[1].event", "[2].level"], fields);
        Assert.Equal(0, (await Get("/api/v1/alerts/counts")).GetProperty("total").GetInt64());
        Assert.Equal(401, (await Send(HttpMethod.Post, "/api/v1/alerts", Firing("a"), _anyone)).Status);
        var misspelt = new { @event = "oms_host_down", target = "a", lvel = 1 };
        Assert.Equal("400 PF-103", Code(await Send(HttpMethod.Post, "/api/v1/alerts", misspelt)));

        var many = Enumerable.Range(0, 200).Select(i => Firing($"h{i % 100}"));
        var (status, body) = await Send(HttpMethod.Post, "/api/v1/alerts", many);
        Assert.Equal((202, 200), (status, body.GetProperty("items").GetArrayLength()));
        Assert.Equal(202, (await Send(HttpMethod.Post, "/api/v1/alerts",
            new { @event = "oms_host_down", target = "h0", condition = "resolved", at = Later() })).Status);
        var counts = (await Get("/api/v1/alerts/counts?scope=system&event=oms_host_down")).GetProperty("counts");
        Assert.Equal((99, 1), (counts.GetProperty("Pending").GetInt64(), counts.GetProperty("Completed").GetInt64()));
        var id = body.GetProperty("items")[0].GetProperty("alert").GetString();
        Assert.Single((await Get($"/api/v1/alerts?q={id}")).GetProperty("items").EnumerateArray());
        Assert.Single((await Get($"/api/v1/alerts?q={id![..16]}")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_runbook_is_served_and_a_dry_run_says_who_would_hear_of_it()
    {
        Assert.Equal(EventCatalog.All.Count, (await Get("/api/v1/alerts/events")).GetProperty("items").GetArrayLength());
        using var runbook = await _anyone.GetAsync("/api/v1/alerts/runbooks/oms_sync_delay", World.Cancel);
        Assert.Equal("text/markdown", runbook.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("### oms_migration_delay, oms_sync_delay", await runbook.Content.ReadAsStringAsync(World.Cancel));
        Assert.Equal("404 AL-111", Code(await Send(HttpMethod.Get, "/api/v1/alerts/runbooks/nope")));

        await Send(HttpMethod.Post, "/api/v1/channels?force=true", new { name = "a", kind = "webhook", regions = new[] { "r2" },
            webhook = new { url = "http://127.0.0.1:1/" } });
        await Send(HttpMethod.Post, "/api/v1/channels?force=true", new { name = "b", kind = "webhook", fallback = "a",
            webhook = new { url = "http://127.0.0.1:1/" } });
        var route = await Send(HttpMethod.Post, "/api/v1/channels/route", new { @event = "oms_host_down", target = "h1", region = "r1" });
        var channels = route.Body.GetProperty("channels").EnumerateArray().ToDictionary(c => c.GetProperty("channel").GetString()!);
        Assert.False(channels["a"].GetProperty("reaches").GetBoolean());
        Assert.Equal("regions has no 'r1'", channels["a"].GetProperty("why").GetString());
        Assert.True(channels["b"].GetProperty("reaches").GetBoolean());
        Assert.Equal(0, (await Get("/api/v1/alerts")).GetProperty("items").GetArrayLength());

        Assert.Equal("409 AL-208", Code(await Send(HttpMethod.Delete, "/api/v1/channels/a")));
        Assert.Equal(204, (await Send(HttpMethod.Delete, "/api/v1/channels/a?force=true")).Status);
        Assert.False((await Send(HttpMethod.Post, "/api/v1/channels/b/disable")).Body.GetProperty("enabled").GetBoolean());
        Assert.True((await Send(HttpMethod.Post, "/api/v1/channels/b/enable")).Body.GetProperty("enabled").GetBoolean());
        Assert.Equal("400 AL-201", Code(await Send(HttpMethod.Post, "/api/v1/channels?force=true",
            new { name = "c", kind = "webhook", fallback = "nobody", webhook = new { url = "http://127.0.0.1:1/" } })));
    }

    [Fact]
    public async Task Silences_are_made_shown_and_ended()
    {
        Assert.Equal("400 AL-121", Code(await Send(HttpMethod.Post, "/api/v1/silences", new { reason = "x" })));
        var (status, made) = await Send(HttpMethod.Post, "/api/v1/silences", new
        {
            matcher = new { targets = new[] { "h*" } }, reason = "load", owner = "ana",
            endsAt = TimeProvider.System.GetUtcNow().AddHours(1),
        });
        Assert.Equal(201, status);
        var id = made.GetProperty("id").GetString();
        await Send(HttpMethod.Post, "/api/v1/alerts", new { @event = "oms_host_down", target = "h1" });
        Assert.Equal(id, (await Get("/api/v1/alerts")).GetProperty("items")[0].GetProperty("silencedBy").GetString());
        Assert.Single((await Get("/api/v1/silences")).GetProperty("items").EnumerateArray());
        Assert.True((await Send(HttpMethod.Delete, $"/api/v1/silences/{id}")).Body.GetProperty("endedEarly").GetBoolean());
        Assert.Empty((await Get("/api/v1/silences")).GetProperty("items").EnumerateArray());
        Assert.Single((await Get("/api/v1/silences?ended=true")).GetProperty("items").EnumerateArray());
        Assert.Equal("404 AL-122", Code(await Send(HttpMethod.Delete, "/api/v1/silences/nope")));
        Assert.Equal(401, (await Send(HttpMethod.Post, "/api/v1/silences", new { }, _anyone)).Status);
    }
}
