using System.Net;
using System.Text.Json.Nodes;
using Holdfast.Tests;

namespace Holdfast.Flow.Tests;

/// <summary>API tokens as a program makes, uses and loses them.</summary>
public sealed class TokenFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

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
            async () => (await ci.Post("/api/v1/operations", new JsonObject())).Code is "PF-102" ? null : "refused", Soon);

        var audit = await Api.List("/api/v1/audit");
        Assert.Equal(["revoke token CO-109", "revoke token done", "make token CO-106", "make token done"],
            audit.Where(a => (string?)a["on"] == "ci").Select(a => $"{a["what"]} {a["outcome"]}"));
        Assert.DoesNotContain((string)made.Body["token"]!, string.Concat(audit.Select(a => a.ToJsonString())), StringComparison.Ordinal);
        Assert.DoesNotContain((await Api.List("/api/v1/tokens")), t => (string?)t["name"] == "ci");
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

    private Task<Answer> Make(string name, string scope) => Api.Post("/api/v1/tokens", Wish(name, scope));

    private static JsonObject Wish(string name, string? scope) =>
        new() { ["name"] = name, ["scopes"] = scope is null ? new JsonArray() : new JsonArray((JsonNode)scope) };
}
