namespace Holdfast.Integration.Tests;

/// <summary>The gateway of separate services serves docs/openapi.json; it must say what the services do.</summary>
[Trait("Category", "process")]
public sealed class DescriptionTests(EmptyRun run) : IClassFixture<EmptyRun>
{
    [Fact]
    public async Task The_description_in_docs_is_the_one_that_is_served()
    {
        var file = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/integration/", StringComparison.Ordinal)]
            + "/docs/openapi.json";
        var written = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var served = (await run.Api.Get("/openapi/v1.json")).Body;
        Assert.True(JsonNode.DeepEquals(written, served), "make docs/openapi.json anew: ./holdfast openapi >docs/openapi.json");
    }
}
