using System.Net.Sockets;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>A command that is refused, or not answered, says a code and what to do, and ends with the documented exit code.</summary>
[Collection(OwnsTheConsole.Name)]
public sealed class RefusalTests(AskedServer server) : IClassFixture<AskedServer>, IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>One of each way to ask.</summary>
    public static TheoryData<string> Commands =>
        ["hosts", "why h1", "tasks stop orders", "logs orders", "config get", "upgrade begin b", "watch", "status", "thresholds", "audit"];

    private Task<(int Exit, string Out, string Error)> Run(string line) =>
        AskedServer.Run([.. HelpTests.Words(line), "--server", server.Url, "--data", _directory.Location]);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Of_401_and_404_the_code_the_sentence_and_the_advice_are_said(string line)
    {
        server.Answer = _ => AskedServer.Problem(404, "HA-110");
        Assert.Equal((1, "", "HA-110 It is so.\n  What to do: Do this.\n"), await Run(line));
        server.Answer = _ => AskedServer.Problem(401, "PF-101");
        var (exit, said, error) = await Run(line);
        Assert.Equal((1, ""), (exit, said));
        Assert.Equal($"PF-101 It is so.\n  What to do: Do this.\n  The token: none was sent, for there is no {_directory.File("token")}; "
            + "HOLDFAST_TOKEN, HOLDFAST_TOKEN_FILE or --data DIR names one.\n", error);
    }

    [Theory]
    [InlineData(404, "text/html", "<html>nginx</html>")]
    [InlineData(401, "application/json", "{\"error\":\"no\"}")]
    [InlineData(200, "text/html", "<html>a portal</html>")]
    public async Task What_is_not_Holdfast_s_API_is_told_as_that(int status, string type, string body)
    {
        server.Answer = _ => (status, type, body);
        var (exit, said, error) = await Run("hosts");
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith("PF-231 ", error, StringComparison.Ordinal);
        Assert.Contains($"{server.Url}/api/v1/hosts", error, StringComparison.Ordinal);
        Assert.Contains("What to do: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("<html>", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Where_nobody_answers_that_is_said(string line)
    {
        if (line == "watch")
        {
            return; // it goes on until somebody does
        }

        var port = FreePort.Next();
        var (exit, said, error) = await AskedServer.Run(
            [.. HelpTests.Words(line), "--server", $"http://127.0.0.1:{port}", "--data", _directory.Location]);
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith($"PF-230 http://127.0.0.1:{port}/ does not answer: ", error, StringComparison.Ordinal);
        Assert.Contains("What to do: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "hosts --data DIR")]
    [InlineData(1, "kill h1 --data DIR")]
    [InlineData(1, "start h1 --data DIR")]
    [InlineData(1, "upgrade status --data DIR")]
    [InlineData(1, "backup DIR/b --data DIR")]
    [InlineData(1, "config diff DIR/nothing.json --server SERVER")]
    [InlineData(1, "tasks create --file DIR/nothing.json --server SERVER")]
    [InlineData(1, "hosts --server no-address")]
    [InlineData(2, "hosts --sever http://a")]
    [InlineData(2, "kill h4")]
    [InlineData(2, "tasks")]
    [InlineData(2, "nothing")]
    [InlineData(2, "channels test --server SERVER")]
    [InlineData(2, "quotas set h1 --server SERVER")]
    [InlineData(2, "batch stop --host h1 --task t --server SERVER")]
    [InlineData(2, "stores threshold s many --server SERVER")]
    [InlineData(2, "replay DIR/nothing")]
    [InlineData(2, "run --port -1 --data DIR")]
    public async Task Exit_codes_are_those_that_are_documented(int exit, string line)
    {
        server.Answer = _ => AskedServer.Json("{}");
        var words = HelpTests.Words(line.Replace("DIR", _directory.Location, StringComparison.Ordinal)
            .Replace("SERVER", server.Url, StringComparison.Ordinal));
        var ran = await AskedServer.Run([.. line == "tasks" ? ["tasks", "--no-such"] : words]);
        Assert.True(exit == ran.Exit, $"{ran}");
        Assert.NotEqual("", ran.Error);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "config diff FILE", """{"leaseSec":15}""")]
    [InlineData(3, "config diff FILE", """{"leaseSec":16}""")]
    [InlineData(0, "headroom", """[{"region":"r","survives":true,"scenarios":[],"sentence":"s"}]""")]
    [InlineData(3, "headroom", """[{"region":"r","survives":false,"scenarios":[],"sentence":"s"}]""")]
    public async Task The_answer_no_is_3(int exit, string line, string answer)
    {
        var file = _directory.File("config.json");
        await File.WriteAllTextAsync(file, """{"leaseSec":15}""", TestContext.Current.CancellationToken);
        server.Answer = _ => AskedServer.Json(answer);
        Assert.Equal(exit, (await Run(line.Replace("FILE", file, StringComparison.Ordinal))).Exit);
    }

    public void Dispose() => _directory.Dispose();
}
