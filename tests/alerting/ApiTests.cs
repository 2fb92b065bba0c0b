namespace Holdfast.Alerting.Tests;

[Trait("Category", "slow")]
public sealed class ApiTests : ServedAlerting
{
    [Fact]
    public async Task From_the_bus_to_the_receiver_to_the_list()
    {
        await using var receiver = await Receiver.Start(200);
        Assert.Equal(201, (await Send(HttpMethod.Post, "/api/v1/channels", Webhook(receiver.Url, "值班"))).Status);
        Assert.Contains("holdfast_channel_test", Assert.Single(receiver.Heard).Body);
        await Raise(Some.Firing(TimeProvider.System.GetUtcNow()));
        var alert = await UntilOne("/api/v1/alerts", a => a.GetProperty("status").GetString() == "Successful");
        var id = alert.GetProperty("id").GetString();
        Assert.Equal(("oms_host_down", "system", "firing"),
            (alert.GetProperty("event").GetString(), alert.GetProperty("scope").GetString(),
            alert.GetProperty("condition").GetString()));
        var delivery =
            Assert.Single((await Get($"/api/v1/alerts/{id}/deliveries")).GetProperty("items").EnumerateArray());
        Assert.Equal(("值班", "Successful"),
            (delivery.GetProperty("channel").GetString(), delivery.GetProperty("status").GetString()));
        Assert.Equal(receiver.Heard.Last().Key, delivery.GetProperty("id").GetString());
        Assert.Equal(202, (await Send(HttpMethod.Post, $"/api/v1/alerts/{id}/resend")).Status);
        await UntilOne($"/api/v1/alerts", a =>
            a.GetProperty("status").GetString() == "Successful" && receiver.Heard.Count == 3);
        await Raise(Some.Resolved(TimeProvider.System.GetUtcNow()));
        await UntilOne("/api/v1/alerts?status=Completed&scope=system&event=oms_host_down&range=3m&q=HOST-1", _ =>
            receiver.Heard.Count == 4);
        Assert.Equal(0, (await Get("/api/v1/alerts?scope=task")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Lists_page_with_a_cursor()
    {
        for (var i = 0; i < 5; i++)
        {
            await Raise(Some.Firing(TimeProvider.System.GetUtcNow(), $"host-{i}"));
        }

        await UntilOne("/api/v1/alerts?q=host-4&limit=1", _ => true);
        await UntilOne("/api/v1/alerts?q=host-0&limit=1", _ => true);
        var seen = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await Get($"/api/v1/alerts?limit=2&cursor={Uri.EscapeDataString(next)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("target").GetString()!));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Every_change_needs_the_token_and_reading_does_not()
    {
        Assert.Equal(401,
            (await Send(HttpMethod.Post, "/api/v1/channels", Webhook("http://127.0.0.1:1/"), _anyone)).Status);
        Assert.Equal(401,
            (await Send(HttpMethod.Post, "/api/v1/channels/test", Webhook("http://127.0.0.1:1/"), _anyone)).Status);
        Assert.Equal(401, (await Send(HttpMethod.Delete, "/api/v1/channels/x", null, _anyone)).Status);
        Assert.Equal(401, (await Send(HttpMethod.Post, "/api/v1/alerts/x/resend", null, _anyone)).Status);
        await Get("/api/v1/channels");
    }

    [Fact]
    public async Task A_channel_lives_and_never_shows_its_secrets()
    {
        Assert.Equal("422 AL-205",
            Code(await Send(HttpMethod.Post, "/api/v1/channels", Webhook("http://127.0.0.1:1/"))));
        Assert.Equal(201,
            (await Send(HttpMethod.Post, "/api/v1/channels?force=true", Webhook("http://127.0.0.1:1/"))).Status);
        Assert.Equal("409 AL-202",
            Code(await Send(HttpMethod.Post, "/api/v1/channels?force=true", Webhook("http://127.0.0.1:1/"))));
        var shown = await Get("/api/v1/channels/ops");
        Assert.Equal("…", shown.GetProperty("webhook").GetProperty("headers").GetProperty("X-Key").GetString());
        Assert.DoesNotContain("s3cret", (await Get("/api/v1/channels")).ToString());
        await using var receiver = await Receiver.Start(200);
        Assert.Equal("400 AL-207",
            Code(await Send(HttpMethod.Put, "/api/v1/channels/ops",
            new { kind = "webhook",
            webhook = new { url = receiver.Url, headers = new Dictionary<string,
            string> { ["X-Key"] = "…" } } })));
        Assert.Equal(200, (await Send(HttpMethod.Put, "/api/v1/channels/ops", Webhook(receiver.Url))).Status);
        Assert.Equal(200,
            (await Send(HttpMethod.Put, "/api/v1/channels/ops", await Get("/api/v1/channels/ops"))).Status);
        Assert.Equal("s3cret-value", receiver.Heard.Last().Headers["X-Key"]);
        Assert.Equal(204, (await Send(HttpMethod.Delete, "/api/v1/channels/ops")).Status);
        Assert.Equal("404 AL-203", Code(await Send(HttpMethod.Delete, "/api/v1/channels/ops")));
        Assert.Equal("404 AL-203", Code(await Send(HttpMethod.Put, "/api/v1/channels/ops", Webhook(receiver.Url))));
    }

    [Fact]
    public async Task A_test_says_how_it_went()
    {
        await using var receiver = await Receiver.Start(404, "no such hook");
        var (status, body) = await Send(HttpMethod.Post, "/api/v1/channels/test", Webhook(receiver.Url));
        Assert.Equal((200, false, 404),
            (status, body.GetProperty("ok").GetBoolean(), body.GetProperty("answer").GetInt32()));
        Assert.StartsWith("AL-303", body.GetProperty("why").GetString());
        Assert.Equal("no such hook", body.GetProperty("excerpt").GetString());
    }

    [Theory]
    [InlineData("range=8d", "range")]
    [InlineData("scope=global", "scope")]
    [InlineData("status=Done", "status")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("event=nope", "event")]
    [InlineData("event=oms_host_down&event=oms_host_dwon", "event")]
    [InlineData("event=oms_host_down,oms_sync_delay", "event")]
    [InlineData("status=Failed&status=Done", "status")]
    [InlineData("scope=task&scope=all", "scope")]
    [InlineData("q=a&q=b", "q")]
    public async Task A_wrong_parameter_is_named_with_its_rule(string query, string field)
    {
        var answer = await Send(HttpMethod.Get, $"/api/v1/alerts?{query}");
        Assert.Equal("400 AL-101", Code(answer));
        Assert.Equal(field, answer.Body.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.NotEmpty(answer.Body.GetProperty("workaround").GetString()!);
        Assert.Equal("400 AL-101", Code(await Send(HttpMethod.Get, $"/api/v1/alerts/counts?{query}")));
    }

    [Fact]
    public async Task A_refused_filter_lists_what_is_allowed()
    {
        var error = (await Send(HttpMethod.Get, "/api/v1/alerts?event=nope&event=nor&scope=x")).Body.GetProperty("errors");
        Assert.Equal(["scope x", "event nope", "event nor"],
            error.EnumerateArray().Select(e => $"{e.GetProperty("field").GetString()} {e.GetProperty("value").GetString()}"));
        Assert.Contains("oms_host_down, ", error[1].GetProperty("rule").GetString());
        Assert.Equal("must be one of system, task", error[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Of_one_request_what_stands_later_is_said_later()
    {
        object Of(string condition) => new { @event = "oms_host_down", target = "h9", condition };
        var (status, body) = await Send(HttpMethod.Post, "/api/v1/alerts", new[] { Of("firing"), Of("resolved"), Of("firing") });
        Assert.Equal((202, "Opened Resolved Opened"), (status, string.Join(' ', body.GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("reception").GetString()))));
    }

    [Fact]
    public async Task Of_several_values_of_a_filter_one_is_enough()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Raise(Some.Firing(now, "h1"));
        await Raise(Some.Firing(now, "h2") with { Event = AlertEvents.Brake });
        await Raise(Some.Firing(now, "h3") with { Event = AlertEvents.SyncDelay, Scope = AlertScope.Task });
        await UntilOne("/api/v1/alerts?q=h3", _ => true);
        async Task<string> Listed(string query) => string.Join(' ', (await Get($"/api/v1/alerts?{query}")).GetProperty("items")
            .EnumerateArray().Select(a => a.GetProperty("target").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("h1 h2", await Listed("event=oms_host_down&event=holdfast_brake"));
        Assert.Equal("h1", await Listed("event=oms_host_down&event=oms_host_down&event="));
        Assert.Equal("h1 h2 h3", await Listed("scope=task&scope=system&event="));
        Assert.Equal("h1 h2 h3", await Listed("status=Pending&status=Completed&status=Failed"));
        Assert.Equal("", await Listed("status=Sent%20again&status=Completed"));
        var counts = await Get("/api/v1/alerts/counts?event=oms_host_down&event=holdfast_brake&status=Pending&status=Failed");
        Assert.Equal("""{"Pending":2,"Failed":0}""", counts.GetProperty("counts").GetRawText());
        Assert.Equal(2, counts.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Dead_letters_of_a_channel_that_nobody_knows_are_refused_and_those_of_several_are_listed()
    {
        await Send(HttpMethod.Post, "/api/v1/channels?force=true", Webhook("http://127.0.0.1:1/"));
        await Send(HttpMethod.Post, "/api/v1/channels?force=true", Webhook("http://127.0.0.1:1/", "other"));
        await Get("/api/v1/alerts/dead-letters?channel=ops&channel=other");
        foreach (var (method, path) in new[]
            { (HttpMethod.Get, "/api/v1/alerts/dead-letters"), (HttpMethod.Post, "/api/v1/alerts/dead-letters/resend") })
        {
            var refused = await Send(method, path + "?channel=ops&channel=osp");
            Assert.Equal("400 AL-101", Code(refused));
            Assert.Equal("must be one of ops, other", refused.Body.GetProperty("errors")[0].GetProperty("rule").GetString());
        }
    }

    [Fact]
    public async Task Other_errors_have_their_codes_too()
    {
        Assert.Equal("400 AL-102", Code(await Send(HttpMethod.Get, "/api/v1/alerts?cursor=nonsense")));
        Assert.Equal("404 AL-103", Code(await Send(HttpMethod.Get, "/api/v1/alerts/nope")));
        Assert.Equal("404 AL-103", Code(await Send(HttpMethod.Get, "/api/v1/alerts/nope/deliveries")));
        Assert.Equal("404 AL-103", Code(await Send(HttpMethod.Post, "/api/v1/alerts/nope/resend")));
        Assert.Equal("404 AL-203", Code(await Send(HttpMethod.Get, "/api/v1/channels/a%20b")));
        var many = await Send(HttpMethod.Post, "/api/v1/channels", new { name = "a b", kind = "pigeon" });
        Assert.Equal("400 AL-201", Code(many));
        Assert.Equal(2, many.Body.GetProperty("errors").GetArrayLength());
        Assert.Equal("400 PF-103",
            Code(await Send(HttpMethod.Post, "/api/v1/channels",
            new { name = "a", kind = "webhook", wehbook = new { } })));
    }

    [Fact]
    public async Task The_description_of_the_API_covers_every_path()
    {
        var paths = (await Get("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        Assert.All(
            ["/api/v1/alerts", "/api/v1/alerts/{id}", "/api/v1/alerts/{id}/deliveries", "/api/v1/alerts/{id}/resend",
                "/api/v1/alerts/thresholds", "/api/v1/alerts/thresholds/history",
                "/api/v1/channels",
                "/api/v1/channels/{name}", "/api/v1/channels/test"],
            path => Assert.Contains(path, paths));
    }
}
