using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Tests.Http;

/// <summary>The savings of a request that comes thousands of times a second: they cost neither a refusal nor a line about one.</summary>
public sealed class HotPathTests(TrustingProcess process) : IClassFixture<TrustingProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hot/409", 409)]
    [InlineData("hot/503?later=true", 503)]
    public async Task What_an_endpoint_that_logs_findings_alone_refuses_is_logged_with_its_code(string path, int status)
    {
        using var good = await process.Client.PostAsync(new Uri("/api/v1/hot/200", UriKind.Relative), null, Cancel);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var refused = await process.Client.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), null, Cancel);
        var line = $"\"RequestMethod\":\"POST\",\"RequestPath\":\"/api/v1/hot/{status}\",\"StatusCode\":{status},\"Code\":\"HB-999\"";
        Assert.True(SpinWait.SpinUntil(() => process.Log.Contains(line, StringComparison.Ordinal), TrustingProcess.Limit), process.Log);
        Assert.DoesNotContain("hot/200\",\"StatusCode\":200", process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_request_of_a_connection_is_asked_for_its_own_token()
    {
        var right = process.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var client = new TcpClient();
        await client.ConnectAsync(process.Client.BaseAddress!.Host, process.Client.BaseAddress.Port, Cancel);
        var wrong = right[..^1] + (right[^1] == 'x' ? 'y' : 'x');
        foreach (var token in new[] { right, right, wrong, wrong, right, "", right })
        {
            Assert.Equal(token == right ? 200 : 401, await Post(client.GetStream(), token));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1", true, true)]
    [InlineData("HTTP/1.1", false, false)]
    [InlineData("HTTP/2", true, false)]
    public void A_digest_is_made_once_for_the_same_string_of_a_connection_whose_requests_come_in_turn(
        string protocol, bool hasItems, bool isKept)
    {
        var items = hasItems ? new Items() : null;
        var said = "Bearer 0123456789abcdef";
        var first = Bearer.Of(Context(protocol, items, said))!;
        Assert.Equal(isKept, ReferenceEquals(first, Bearer.Of(Context(protocol, items, said))));
        var copy = Bearer.Of(Context(protocol, items, new string(said)))!;
        Assert.NotSame(first, copy);
        Assert.Equal(first.Hex, copy.Hex);
        Assert.NotEqual(first.Hex, Bearer.Of(Context(protocol, items, said + "0"))!.Hex);
        Assert.Null(Bearer.Of(Context(protocol, items, "Basic 0123456789abcdef")));
        Assert.Null(Bearer.Of(Context(protocol, items, null)));
        Assert.Equal(first.Digest, Bearer.Of(Context(protocol, items, said))!.Digest);
    }

    private static DefaultHttpContext Context(string protocol, Items? items, string? said)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = protocol;
        context.Request.Headers.Authorization = said;
        if (items is not null)
        {
            context.Features.Set<IConnectionItemsFeature>(items);
        }

        return context;
    }

    private static async Task<int> Post(NetworkStream stream, string token)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v1/hot/200 HTTP/1.1\r\nHost: localhost\r\n"
            + $"{(token.Length > 0 ? $"Authorization: Bearer {token}\r\n" : "")}Content-Length: 0\r\n\r\n"), Cancel);
        var answer = new byte[4096];
        var text = "";
        while (!IsWhole(text))
        {
            var count = await stream.ReadAsync(answer, Cancel).AsTask().WaitAsync(TrustingProcess.Limit, TimeProvider.System, Cancel);
            Assert.NotEqual(0, count);
            text += Encoding.ASCII.GetString(answer, 0, count);
        }

        return int.Parse(text.AsSpan(9, 3));
    }

    /// <summary>A chunked answer ends with an empty chunk, and one that is empty has nothing after its head.</summary>
    private static bool IsWhole(string answer) => answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
        || (answer.EndsWith("\r\n\r\n", StringComparison.Ordinal) && answer.Contains("Content-Length: 0", StringComparison.Ordinal));

    private sealed class Items : IConnectionItemsFeature
    {
        IDictionary<object, object?> IConnectionItemsFeature.Items { get; set; } = new Dictionary<object, object?>();
    }
}
