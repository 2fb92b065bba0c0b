namespace Holdfast.Flow.Tests;

/// <summary>Passes that a running scheduler recorded, decided again over HTTP.</summary>
[Trait("Category", "slow")]
public sealed class ReplayFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Api Api => services.Api;

    [Fact]
    public async Task Its_passes_are_decided_alike_and_another_configuration_is_tried_on_them()
    {
        await using var host = new FakeSupervisor(Api, "replay", "rp1");
        var from = Now.AddMinutes(-5);
        var replayed = await Eventually.Found(async () => await Ask(from, Now, new JsonObject { ["restartsMax"] = 7 }) is var answer
            && answer.Status == HttpStatusCode.OK && answer.Body["instances"] is JsonArray { Count: > 0 } replicas
            && (int)replicas[0]!["passes"]! > 0 ? answer : null, Soon, "passes");
        var instance = replayed.Body["instances"]![0]!;
        Assert.Equal((int)instance["passes"]!, (int)instance["reproduced"]!);
        Assert.Equal("restartsMax", (string?)instance["backtest"]!["keys"]![0]!["key"]);
        Assert.DoesNotContain(replayed.Body["files"]!.AsArray(), f => ((string)f!["file"]!).Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_span_that_breaks_rules_or_a_configuration_that_does_is_refused_by_name()
    {
        var nothing = await Api.Post("/api/v1/ha/replay", new JsonObject());
        Assert.Equal("HA-154", nothing.Code);
        Assert.Equal(["from", "to"], nothing.Fields);
        Assert.Equal("HA-154", (await Ask(Now.AddHours(-2), Now)).Code);
        Assert.Equal("HA-154", (await Ask(Now, Now.AddMinutes(-1))).Code);
        await using var host = new FakeSupervisor(Api, "replay", "rp2");
        await Eventually.Holds(async () => (await Ask(Now.AddMinutes(-5), Now, new JsonObject { ["leaseSec"] = 1000 })) is var answer
            && answer.Code == "HA-102" ? null : $"{answer.Status} {answer.Body}", Soon);
    }

    private Task<Answer> Ask(DateTimeOffset from, DateTimeOffset to, JsonObject? config = null) =>
        Api.Post("/api/v1/ha/replay", new JsonObject { ["from"] = from, ["to"] = to, ["config"] = config });
}
