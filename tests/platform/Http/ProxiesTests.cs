using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Tests.Http;

public sealed class ProxiesTests
{
    [Theory]
    [InlineData("loopback", "127.0.0.1", "198.51.100.7", "198.51.100.7")]
    [InlineData("loopback", "127.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7")]
    [InlineData("loopback", "203.0.113.9", "198.51.100.7", "203.0.113.9")]
    [InlineData("loopback", "::ffff:203.0.113.9", "198.51.100.7", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "10.2.3.4", "203.0.113.1, 10.9.9.9", "10.9.9.9")]
    [InlineData("10.0.0.0/8", "::ffff:10.2.3.4", "198.51.100.7", "198.51.100.7")]
    [InlineData("10.0.0.0/8", "127.0.0.1", "198.51.100.7", "127.0.0.1")]
    [InlineData("none", "127.0.0.1", "198.51.100.7", "127.0.0.1")]
    [InlineData("none", "203.0.113.9", "198.51.100.7", "203.0.113.9")]
    [InlineData("loopback", "127.0.0.1", "<script>", "127.0.0.1")]
    [InlineData("loopback", "127.0.0.1", "", "127.0.0.1")]
    public async Task Only_a_proxy_that_is_named_says_for_whom_it_asks_and_only_its_own_last_word_counts(
        string proxies, string peer, string forwarded, string seen)
    {
        var context = await Pass(proxies, peer, forwarded);
        Assert.Equal(seen, Caller.AddressOf(context));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("203.0.113.9", false)]
    public async Task That_somebody_came_over_HTTPS_is_believed_of_a_named_proxy_only(string peer, bool secure) =>
        Assert.Equal(secure, (await Pass("loopback", peer, "198.51.100.7")).Request.IsHttps);

    private static async Task<HttpContext> Pass(string proxies, string peer, string forwarded)
    {
        await using var provider = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(provider);
        app.UseProxies(proxies == "loopback" ? Proxies.Loopback : Proxies.Read(proxies)!);
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { Request = { Scheme = "http" } };
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        await app.Build()(context);
        return context;
    }
}
