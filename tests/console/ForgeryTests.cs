using System.Net;
using System.Net.Http.Headers;
using Holdfast.ConsoleUi.Tests.Oidc;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>A console and somebody who is logged in, on a machine with other pages.</summary>
public sealed class LoggedIn : IAsyncLifetime
{
    internal ServedConsole Console { get; private set; } = null!;

    internal Visitor Root { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Console = await ServedConsole.Start(_ => null);
        await Console.Local("root");
        Root = new Visitor(Console.Url);
        using var inside = await Root.Send("/login", "/login", ("name", "root"), ("password", ServedConsole.Password));
        Assert.True(Root.IsInside);
    }

    public async ValueTask DisposeAsync()
    {
        Root.Dispose();
        await Console.DisposeAsync();
    }
}

/// <summary>Pages and programs that would use a person's cookies, and what is sent to the forms before the login.</summary>
public sealed class ForgeryTests(LoggedIn scene) : IClassFixture<LoggedIn>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("same-origin", "http://evil.example", false)]
    [InlineData("none", "", false)]
    [InlineData("cross-site", "", true)]
    [InlineData("same-site", "", true)]
    [InlineData("", "", false)]
    [InlineData("", "https://Holdfast.example", false)]
    [InlineData("", "https://door.example:8443", false)]
    [InlineData("", "https://holdfast.example:8443", true)]
    [InlineData("", "https://evil.holdfast.example", true)]
    [InlineData("", "null", true)]
    public void A_page_of_another_origin_is_foreign(string site, string origin, bool isForeign) =>
        Assert.Equal(isForeign, Gate.IsForeign(site, origin, "holdfast.example", "door.example:8443"));

    [Fact]
    public async Task A_foreign_page_gets_no_live_connection_with_a_person_s_cookies()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await Negotiate("http://127.0.0.1:9999", withCookies: true));
        Assert.Equal(HttpStatusCode.OK, await Negotiate(scene.Console.Url, withCookies: true));
        Assert.Equal(HttpStatusCode.Unauthorized, await Negotiate(scene.Console.Url, withCookies: false));
    }

    [Fact]
    public async Task A_person_s_cookie_is_no_token_of_the_api_and_is_sent_to_this_site_alone()
    {
        using var http = new HttpClient { BaseAddress = new Uri(scene.Console.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens") { Content = new StringContent("{}") };
        request.Headers.Add("Cookie", Cookies());
        using var refused = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("PF-101", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var visitor = new Visitor(scene.Console.Url);
        using var inside = await visitor.Send("/login", "/login", ("name", "root"), ("password", ServedConsole.Password));
        var cookie = inside.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("holdfast_session", StringComparison.Ordinal));
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/setup")]
    [InlineData("/logout")]
    public async Task A_form_of_another_browser_does_nothing(string path)
    {
        using var stranger = new Visitor(scene.Console.Url);
        var form = await stranger.FormOf("/login");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        http.BaseAddress = new Uri(scene.Console.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Cookie", Cookies());
        request.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", form), new("name", "root"),
            new("password", ServedConsole.Password), new("key", "k"), new("again", "k")]);
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Contains(path == "/logout" ? "/login" : "code=CO-105", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await scene.Root.Go("/servers")).Status);
    }

    [Fact]
    public async Task A_form_that_does_not_end_or_has_a_thousand_fields_is_refused_and_the_console_goes_on()
    {
        using var http = new HttpClient { BaseAddress = new Uri(scene.Console.Url) };
        using var endless = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = new Endless() };
        endless.Headers.ExpectContinue = true;
        var read = Endless.Sent;
        try
        {
            using var answer = await http.SendAsync(endless, Cancel);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
        catch (HttpRequestException)
        {
            // It hung up while more was sent.
        }

        Assert.InRange(Endless.Sent - read, 0, 64L << 20);
        using var many = new FormUrlEncodedContent(Enumerable.Range(0, 5_000).Select(n => KeyValuePair.Create($"f{n}", "x")));
        using var refused = await http.PostAsync("/login", many, Cancel);
        Assert.InRange((int)refused.StatusCode, 400, 499);
        Assert.Equal(HttpStatusCode.OK, (await scene.Root.Go("/login")).Status);
    }

    [Theory]
    [InlineData("/assets/../../etc/passwd")]
    [InlineData("/assets/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets//etc/passwd")]
    [InlineData("/assets/..%5c..%5cetc%5cpasswd")]
    [InlineData("/assets/console.css%00.png")]
    public async Task No_name_of_a_file_leads_out_of_what_the_console_serves(string path)
    {
        using var client = new System.Net.Sockets.TcpClient();
        var address = new Uri(scene.Console.Url);
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        // As it is written: a client of .NET would tidy it.
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync(Cancel);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.Matches("^HTTP/1.1 (400|404|302)", answer);
    }

    [Theory]
    [InlineData("ada\r\nX-Injected: 1")]
    [InlineData("../../etc/passwd")]
    [InlineData("'; drop table users --")]
    [InlineData("<script>alert(1)</script>")]
    public async Task A_name_that_somebody_tries_is_no_header_no_path_and_no_page(string name)
    {
        using var visitor = new Visitor(scene.Console.Url);
        using var refused = await visitor.Send("/login", "/login", ("name", name), ("password", "wrong password"));
        Assert.False(refused.Headers.Contains("X-Injected"));
        var page = refused.Headers.Location!.OriginalString;
        Assert.StartsWith("/login?code=CO-101", page, StringComparison.Ordinal);
        Assert.DoesNotContain(name, (await visitor.Go(page)).Text, StringComparison.Ordinal);
        Assert.Equal("?", (await scene.Console.LastLogin()).By);
    }

    private string Cookies() => string.Join("; ", scene.Root.Cookies.Select(c => $"{c.Name}={c.Value}"));

    private async Task<HttpStatusCode> Negotiate(string origin, bool withCookies)
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = new Uri(scene.Console.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", origin);
        if (withCookies)
        {
            request.Headers.Add("Cookie", Cookies());
        }

        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    /// <summary>A form whose one field goes on.</summary>
    private sealed class Endless : HttpContent
    {
        internal static long Sent;

        internal Endless() => Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = Encoding.ASCII.GetBytes(new string('x', 64 << 10));
            await stream.WriteAsync("name="u8.ToArray());
            while (!Cancel.IsCancellationRequested)
            {
                await stream.WriteAsync(part);
                Interlocked.Add(ref Sent, part.Length);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) != 0;
    }
}
