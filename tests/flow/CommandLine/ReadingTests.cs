namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Answers are read as services write them: what is null is left out, and a list goes on over its pages.</summary>
[Collection(OwnsTheConsole.Name)]
public sealed class ReadingTests(AskedServer server) : IClassFixture<AskedServer>, IDisposable
{
    private readonly TempDirectory _directory = new();

    private Task<(int Exit, string Out, string Error)> Run(string line) =>
        AskedServer.Run([.. HelpTests.Words(line), "--server", server.Url, "--data", _directory.Location]);

    [Fact]
    public async Task A_key_without_a_unit_and_without_bounds_is_shown()
    {
        server.Answer = _ => AskedServer.Json("""
            {"profile":"oms","profiles":["oms"],"passedOver":[],"keys":[{"name":"enable","kind":"switch",
            "meaning":{"en":"HA acts","zh":"HA"},"choices":["true","false"],"allowed":"true, false","mayDifferBy":["region"],
            "defaults":{"oms":false},"rules":[{"en":"is what it is","zh":"-"}]}]}
            """);
        var (exit, said, error) = await Run("config keys");
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("HA acts", said, StringComparison.Ordinal);
        Assert.Contains("enable is what it is", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config keys", """{"keys":7}""")]
    [InlineData("suspects", """{"items":[{"id":"orders"}]}""")]
    [InlineData("maintenance", "{}")]
    public async Task An_answer_of_another_version_is_told_as_that(string line, string answer)
    {
        server.Answer = _ => AskedServer.Json(answer);
        var (exit, said, error) = await Run(line);
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith($"PF-231 The answer of {server.Url}/api/v1/", error, StringComparison.Ordinal);
        Assert.Contains("What to do: Services and command are of different versions", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("suspects")]
    [InlineData("suspects --json")]
    public async Task A_list_is_read_to_its_last_page(string line)
    {
        server.Answer = asked => AskedServer.Json(Page(asked.Query["cursor"].ToString()));
        var (exit, said, error) = await Run(line);
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("orders", said, StringComparison.Ordinal);
        Assert.Contains("stock", said, StringComparison.Ordinal);
    }

    private static string Page(string cursor)
    {
        var (id, next) = cursor == "a b" ? ("stock", "") : ("orders", ""","next":"a b" """);
        return $$"""
            {"items":[{"id":"{{id}}","task":"t","region":"north","standing":"waits","hosts":["h1"],"since":"2026-01-31T12:00:00Z",
            "because":"it felled h1"}]{{next}}}
            """;
    }

    public void Dispose() => _directory.Dispose();
}
