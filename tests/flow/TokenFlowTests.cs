namespace Holdfast.Flow.Tests;

/// <summary>API tokens as a program makes, uses and loses them.</summary>
public sealed class TokenFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RevokedMax = TimeSpan.FromSeconds(10);

    private Api Api => services.Api;

    [Fact]
    public async Task A_token_does_what_its_scopes_allow_until_it_is_revoked_and_all_of_it_is_in_the_audit()
    {
        var made = await Make("ci", "operate");
        using var ci = new Api(Api.Http.BaseAddress!.ToString(), (string)made.Body["token"]!);
        Assert.Equal("PF-106", (await ci.Put("/api/v1/ha/config", new JsonObject())).Code);
        Assert.Equal("PF-106", (await ci.Get("/api/v1/audit")).Code);
        Assert.Equal("PF-106", (await ci.Post("/api/v1/tokens", Wish("more", "administer"))).Code);
        Assert.Equal("CO-106", (await Make("ci", "operate")).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await Api.Send(HttpMethod.Delete, "/api/v1/tokens/ci")).Status);
        Assert.Equal("CO-109", (await Api.Send(HttpMethod.Delete, "/api/v1/tokens/ci")).Code);
        await Eventually.Holds(
            async () => (await ci.Post("/api/v1/operations", new JsonObject())).Code is "PF-102" ? null : "refused", RevokedMax);

        var audit = await Api.List("/api/v1/audit");
        Assert.Equal(["revoke token CO-109", "revoke token done", "make token CO-106", "make token done"],
            audit.Where(a => (string?)a["on"] == "ci").Select(a => $"{a["what"]} {a["outcome"]}"));
        Assert.DoesNotContain((string)made.Body["token"]!, string.Concat(audit.Select(a => a.ToJsonString())), StringComparison.Ordinal);
        Assert.DoesNotContain((await Api.List("/api/v1/tokens")), t => (string?)t["name"] == "ci");
    }

    /// <summary>A person who may say what runs on a host may read its supervisor's token there.</summary>
    [Fact]
    public async Task An_operator_cannot_bring_a_command_to_a_host_and_a_deployer_can()
    {
        await using var host = new FakeSupervisor(Api, "deployed", "d1", 1);
        await Eventually.Holds(async () => await Api.HostState("d1") is "Online" ? null : "no host yet", Soon);
        var shell = new JsonArray("sh", "-c", "cat token");
        var task = new JsonObject
        {
            ["name"] = "by-deployer", ["type"] = "synchronization", ["region"] = "deployed",
            ["source"] = new JsonObject { ["name"] = "db" }, ["incrSync"] = new JsonObject { ["command"] = shell },
        };
        var change = new JsonObject { ["incrSync"] = new JsonObject { ["command"] = shell.DeepClone() } };
        var configuration = new JsonObject { ["command"] = shell.DeepClone() };
        using var operates = new Api(Api.Http.BaseAddress!.ToString(),
            (string)(await Make("operates", "operate", "configure", "administer", "report", "read")).Body["token"]!);
        foreach (var refused in new[]
        {
            await operates.Post("/api/v1/tasks", task), await operates.Patch("/api/v1/tasks/by-deployer", change),
            await operates.Patch("/API/v1/Tasks/-?id=by-deployer", change),
            await operates.Patch("/api/v1/stores/s/configuration", configuration),
            await operates.Patch("/api/v1/stores/-/configuration?name=s", configuration),
        })
        {
            Assert.Equal((HttpStatusCode.Forbidden, "PF-106"), (refused.Status, refused.Code));
            Assert.Contains("'deploy'", (string)refused.Body["detail"]!, StringComparison.Ordinal);
        }

        using var deploys = new Api(Api.Http.BaseAddress!.ToString(), (string)(await Make("deploys", "deploy")).Body["token"]!);
        Assert.Equal(HttpStatusCode.Created, (await deploys.Post("/api/v1/tasks", task)).Status);
        Assert.Equal(HttpStatusCode.OK, (await deploys.Patch("/api/v1/tasks/by-deployer", change)).Status);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await deploys.Patch("/api/v1/stores/s/configuration", configuration)).Status);
        Assert.Equal("PF-106", (await deploys.Post("/api/v1/tasks/by-deployer/stop", new JsonObject())).Code);
        Assert.Equal(HttpStatusCode.OK, (await operates.Post("/api/v1/tasks/by-deployer/release", new JsonObject())).Status);
        await Eventually.Holds(async () => (await Api.List("/api/v1/audit?by=token%3Adeploys")).Any(a =>
            (string?)a["what"] == "POST" && (string?)a["on"] == "/api/v1/tasks") ? null : "in the audit", Soon);
    }

    [Fact]
    public async Task A_change_over_the_api_is_in_the_audit_with_who_made_it()
    {
        var made = await Make("pipeline", "configure");
        using var pipeline = new Api(Api.Http.BaseAddress!.ToString(), (string)made.Body["token"]!);
        var channel = await pipeline.Post("/api/v1/channels", new JsonObject
        {
            ["name"] = "audited", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = services.Webhook.Url },
        });
        Assert.Equal(HttpStatusCode.Created, channel.Status);
        await Eventually.Holds(async () => (await Api.List("/api/v1/audit?by=token%3Apipeline")).Any(a =>
            (string?)a["what"] == "POST" && (string?)a["on"] == "/api/v1/channels") ? null : "in the audit", Soon);
    }

    [Fact]
    public async Task The_audit_is_exported_to_who_administers_and_to_nobody_else()
    {
        await Make("exported", "read");
        using var reads = new Api(Api.Http.BaseAddress!.ToString(), (string)(await Make("reads", "read")).Body["token"]!);
        Assert.Equal("PF-106", (await reads.Get("/api/v1/audit/export")).Code);
        var file = await Api.Http.GetStringAsync("/api/v1/audit/export?format=csv&on=exported&what=make%20token",
            TestContext.Current.CancellationToken);
        Assert.StartsWith("at,by,what,on,outcome,detail,address\r\n", file, StringComparison.Ordinal);
        Assert.EndsWith(",installation token,make token,exported,done,read,127.0.0.1\r\n", file, StringComparison.Ordinal);
        Assert.Equal("CO-122", (await Api.Get("/api/v1/audit/export?format=xlsx")).Code);
        Assert.Equal("PF-103", (await Api.Get("/api/v1/audit?from=yesterday")).Code);
        using var page = await Api.Http.GetAsync("/audit/export?format=csv", TestContext.Current.CancellationToken);
        Assert.StartsWith("/login", page.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "read", "name")]
    [InlineData("", "read", "name")]
    [InlineData("scoped", "everything", "scopes")]
    [InlineData("scoped", null, "scopes")]
    public async Task A_token_that_breaks_a_rule_is_refused_by_field(string name, string? scope, string field)
    {
        var refused = await Api.Post("/api/v1/tokens", Wish(name, scope));
        Assert.Equal(("CO-106", field), (refused.Code, Assert.Single(refused.Fields)));
    }

    private Task<Answer> Make(string name, params string?[] scopes) => Api.Post("/api/v1/tokens", Wish(name, scopes));

    private static JsonObject Wish(string name, params string?[] scopes) =>
        new() { ["name"] = name, ["scopes"] = new JsonArray([.. scopes.Where(s => s is not null).Select(s => (JsonNode)s!)]) };
}
