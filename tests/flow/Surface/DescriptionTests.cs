namespace Holdfast.Flow.Tests.Surface;

/// <summary>docs/openapi.json is what the services say of themselves.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task The_description_in_the_docs_is_the_one_that_the_services_give()
    {
        var given = new StringWriter();
        using var directory = new TempDirectory();
        await OpenApiCommand.Print(directory.Location, given, TestContext.Current.CancellationToken);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(ApiSurface.Text()), JsonNode.Parse(given.ToString())),
            "make docs/openapi.json anew: ./holdfast openapi >docs/openapi.json");
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_says_who_may_ask_and_what_it_answers_who_may_not()
    {
        var operations = ApiSurface.Read().Operations;
        var names = operations.Select(o => (string)o.Described["operationId"]!).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(operations.Count, names.Count);
        Assert.All(operations, o => Assert.True(o.Described["security"] is JsonArray, $"{o}"));
        Assert.All(operations.Where(o => o.Path.StartsWith("/api/", StringComparison.Ordinal)), o =>
            Assert.True(o.MediaTypes(401) is ["application/problem+json"] && o.MediaTypes(403) is not null && o.MediaTypes(503) is not null
                && (o.Body is null) == (o.MediaTypes(415) is null), $"{o}"));
        Assert.All(operations.SelectMany(o => o.Parameters.Where(p => p.In == "query")), p => Assert.True(char.IsAsciiLetterLower(p.Name[0])
            && p.Name.All(char.IsAsciiLetterOrDigit), p.Name));
    }
}
