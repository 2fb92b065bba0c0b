using Holdfast.Alerting.Api;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Tests;

/// <summary>A night's alerts as a handful of rows.</summary>
public sealed class AlertGroupsTests : ServedAlerting
{
    private static Alert Of(
        string @event, string target, string? host = null, int level = 2, string? parent = null, string? silencedBy = null) =>
        Some.Alert() with
        {
            Id = $"{@event}-{target}", Event = @event, Target = target, Host = host, Level = level, Parent = parent,
            SilencedBy = silencedBy,
        };

    [Fact]
    public void By_event_the_gravest_come_first_and_what_follows_from_another_is_in_its_group()
    {
        var flaps = Of(AlertEvents.HostFlaps, "h1", "h1");
        var groups = AlertGroups.Of(
            [
                flaps, Of(AlertEvents.HostDown, "h1", "h1", parent: flaps.Id), Of(AlertEvents.HostDown, "h2", "h2", silencedBy: "s"),
                Of(AlertEvents.SyncDelay, "t1", "h2", 1), Of(AlertEvents.Headroom, "north", level: 3),
                Of(AlertEvents.Headroom, "south", level: 3),
            ],
            byHost: false, isWhole: true);
        Assert.Equal((6, true), (groups.Count, groups.IsWhole));
        Assert.Equal(
            ["oms_sync_delay 1 1 0 0 oms_sync_delay-t1", "holdfast_host_flaps 2 2 0 1 ", "oms_host_down 2 1 1 0 oms_host_down-h2",
                "holdfast_headroom 3 2 0 0 "],
            groups.Items.Select(g => $"{g.Key} {g.Level} {g.Count} {g.Silenced} {g.Children} {g.Alert}"));
        Assert.Equal("A host is down", groups.Items[2].Title);
        Assert.Equal(["north", "south"], groups.Items[3].Targets);
    }

    [Fact]
    public void By_host_a_parent_that_is_not_in_the_list_takes_nothing_along_and_what_has_no_host_is_together()
    {
        var groups = AlertGroups.Of(
            [Of(AlertEvents.SyncDelay, "t1", "h1", parent: "elsewhere"), Of(AlertEvents.Brake, "north"), Of(AlertEvents.Headroom, "north")],
            byHost: true, isWhole: false);
        Assert.Equal(["- 2 0", "h1 1 0"], groups.Items.Select(g => $"{g.Key} {g.Count} {g.Children}"));
        Assert.False(groups.IsWhole);
    }

    [Fact]
    public async Task Lists_counts_and_groups_know_what_fires_of_which_host_and_of_which_incident()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Post(AlertEvents.HostDown, "h1", new { host = "h1", incident = "i1" });
        await Post(AlertEvents.SyncDelay, "t1", new { task = "t1", host = "h1" });
        await Post(AlertEvents.Brake, "north", new { });
        await Post(AlertEvents.HostDown, "h2", new { host = "h2", incident = "i2" });
        await Post(AlertEvents.HostDown, "h2", new { host = "h2", incident = "i2", condition = "resolved" });
        await Post(AlertEvents.HostDownMigrateResource, "h2", new { host = "h2" });

        Assert.Equal("h1 north t1", await Listed("condition=firing"));
        Assert.Equal("h2 h2", await Listed("condition=ended"));
        Assert.Equal("h1 h2 h2 north t1", await Listed("condition=firing&condition=ended"));
        Assert.Equal("h1 t1", await Listed("host=h1"));
        Assert.Equal("north", await Listed("condition=firing&host=-"));
        // Alerts that follow from a Down host belong to the same incident.
        Assert.Equal("h1 t1", await Listed("incident=i1"));
        var counts = await Get("/api/v1/alerts/counts?condition=firing&scope=task");
        Assert.Equal((1, """{"system":2,"task":1}"""), (counts.GetProperty("total").GetInt32(), counts.GetProperty("scopes").GetRawText()));
        var groups = await Get("/api/v1/alerts/groups?condition=firing&by=host");
        Assert.Equal(["h1", "-"], groups.GetProperty("items").EnumerateArray().Select(g => g.GetProperty("key").GetString()!));
        Assert.Equal(3, groups.GetProperty("count").GetInt32());
        foreach (var wrong in (string[])["?condition=over", "?host=a&host=b", "?incident=a&incident=b"])
        {
            Assert.Equal("400 AL-101", Code(await Send(HttpMethod.Get, "/api/v1/alerts" + wrong)));
            Assert.Equal("400 AL-101", Code(await Send(HttpMethod.Get, "/api/v1/alerts/groups" + wrong)));
        }

        Assert.Equal("400 AL-101", Code(await Send(HttpMethod.Get, "/api/v1/alerts/groups?by=colour")));
        Assert.True(now <= groups.GetProperty("items")[0].GetProperty("since").GetDateTimeOffset());
    }

    [Fact]
    public async Task Three_hundred_alerts_are_as_many_rows_as_there_are_events()
    {
        var all = Enumerable.Range(0, 300).Select(i => new
            { @event = i % 3 == 0 ? "oms_sync_delay" : "oms_sync_failed", target = $"t{i}", task = $"t{i}" });
        Assert.Equal(202, (await Send(HttpMethod.Post, "/api/v1/alerts", all)).Status);
        var groups = await Get("/api/v1/alerts/groups?condition=firing&scope=task");
        Assert.Equal(["oms_sync_failed 200", "oms_sync_delay 100"],
            groups.GetProperty("items").EnumerateArray().Select(g => $"{g.GetProperty("key")} {g.GetProperty("count")}"));
        Assert.True(groups.GetProperty("isWhole").GetBoolean());
    }

    /// <summary>It was shown as silenced only with the next message about it, up to a minute later.</summary>
    [Fact]
    public async Task What_fires_is_silenced_as_soon_as_the_silence_is_made_and_no_longer_once_it_is_ended()
    {
        await Post(AlertEvents.HostDown, "h1", new { host = "h1" });
        await Post(AlertEvents.HostDown, "h2", new { host = "h2" });
        var made = await Send(HttpMethod.Post, "/api/v1/silences", new
        {
            matcher = new { targets = new[] { "h1" } }, reason = "its rack", owner = "ada",
            endsAt = TimeProvider.System.GetUtcNow().AddHours(1),
        });
        Assert.Equal(201, made.Status);
        var id = made.Body.GetProperty("id").GetString();
        Assert.Equal($"h1 {id}, h2 ", await Silenced());
        Assert.Equal(200, (await Send(HttpMethod.Delete, $"/api/v1/silences/{id}")).Status);
        Assert.Equal("h1 , h2 ", await Silenced());

        async Task<string> Silenced() => string.Join(", ", (await Get("/api/v1/alerts")).GetProperty("items").EnumerateArray()
            .OrderBy(a => a.GetProperty("target").GetString(), StringComparer.Ordinal)
            .Select(a => $"{a.GetProperty("target")} {(a.TryGetProperty("silencedBy", out var by) ? by.GetString() : "")}"));
    }

    [Fact]
    public async Task The_words_that_an_alert_began_with_are_kept_beside_those_of_its_end()
    {
        await Post(AlertEvents.HostDown, "h1", new { summary = "Host h1 is down" });
        await Post(AlertEvents.HostDown, "h1", new { summary = "Host h1 is still down" });
        await Post(AlertEvents.HostDown, "h1", new { summary = "Host h1 is back", condition = "resolved" });
        var alert = (await Get("/api/v1/alerts")).GetProperty("items")[0];
        Assert.Equal(("Host h1 is down", "Host h1 is back"),
            (alert.GetProperty("raisedAs").GetString(), alert.GetProperty("summary").GetString()));
    }

    [Fact]
    public void What_was_stored_before_is_found_among_what_fires()
    {
        var at = Some.T0;
        var fires = JsonSerializer.SerializeToNode(new { firingLevel = 2, lastTriggered = at })!.AsObject();
        Assert.Equal(at, AlertingCollections.FiringSince(fires)["firingAt"]!.GetValue<DateTimeOffset>());
        var ended = new JsonObject { ["firingLevel"] = null, ["lastTriggered"] = fires["lastTriggered"]!.DeepClone() };
        Assert.Null(AlertingCollections.FiringSince(ended)["firingAt"]);
        Assert.Equal(Some.Alert().LastTriggered, Some.Alert().FiringAt);
    }

    private async Task Post(string @event, string target, object more)
    {
        var alert = JsonSerializer.SerializeToNode(more)!.AsObject();
        (alert["event"], alert["target"]) = (@event, target);
        Assert.Equal(202, (await Send(HttpMethod.Post, "/api/v1/alerts", alert)).Status);
    }

    private async Task<string> Listed(string query) => string.Join(' ', (await Get($"/api/v1/alerts?{query}")).GetProperty("items")
        .EnumerateArray().Select(a => a.GetProperty("target").GetString()!).Order(StringComparer.Ordinal));
}
