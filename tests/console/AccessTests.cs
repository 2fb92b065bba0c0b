using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Access to the console: who comes in, and what they may do.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed partial class AccessTests(ConsoleRun run)
{
    [Fact]
    public async Task Who_is_not_logged_in_is_sent_to_the_login_and_comes_back_to_the_page()
    {
        await using var context = await run.NewContext();
        var page = await context.NewPageAsync();
        await page.GotoAsync(run.Url + "/servers/h1");
        Assert.Contains("/login?next=", page.Url, StringComparison.Ordinal);
        await page.FillAsync("#name", "admin");
        await page.FillAsync("#password", "wrong password");
        await page.ClickAsync("main button[type=submit]");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("CO-101");
        await page.FillAsync("#password", ConsoleRun.Password);
        await page.ClickAsync("main button[type=submit]");
        await page.WaitForURLAsync(run.Url + "/servers/h1");
    }

    [Fact]
    public async Task The_first_link_is_good_once()
    {
        await using var context = await run.NewContext();
        var page = await context.NewPageAsync();
        await page.GotoAsync(run.Url + run.SetupLink);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("CO-103");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_and_a_new_link_unlocks()
    {
        var link = await Invite("locked", "Viewer");
        await using var context = await run.NewContext();
        var page = await context.NewPageAsync();
        await run.SetPassword(page, link);
        await context.ClearCookiesAsync();
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await page.GotoAsync(run.Url + "/login");
            await page.FillAsync("#name", "locked");
            await page.FillAsync("#password", attempt == 5 ? ConsoleRun.Password : "wrong password");
            await page.ClickAsync("main button[type=submit]");
        }

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("CO-102");
        await run.SetPassword(page, await Invite("locked", "Viewer"));
    }

    [Fact]
    public async Task A_viewer_sees_everything_and_can_change_nothing()
    {
        var link = await Invite("watcher", "Viewer");
        await using var context = await run.NewContext();
        var page = await context.NewPageAsync();
        await run.SetPassword(page, link);
        var server = await run.Open("/servers/h1", context);
        await Expect(server.GetByText("local / a")).ToBeVisibleAsync();
        Assert.Equal(0, await server.GetByRole(AriaRole.Button, new() { Name = "Drain" }).CountAsync());
        var users = await run.Open("/users", context);
        await Expect(users.Locator(".note.bad")).ToContainTextAsync("CO-108");
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using var form = new FormUrlEncodedContent([new("name", "admin"), new("password", ConsoleRun.Password)]);
        using var answer = await http.PostAsync(new Uri(run.Url + "/login"), form, TestContext.Current.CancellationToken);
        Assert.Contains("CO-105", answer.Headers.Location?.ToString() ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Headers, h => h.Key == "Set-Cookie"
            && h.Value.Any(v => v.StartsWith("holdfast_session", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reading_the_api_needs_a_token_once_there_is_a_password_and_a_token_does_only_what_its_scopes_say()
    {
        using var http = new HttpClient { BaseAddress = new Uri(run.Url) };
        // Every process learns of the first password within its two seconds.
        await Eventually.Holds(async () =>
        {
            using var answer = await http.GetAsync("/api/v1/hosts", TestContext.Current.CancellationToken);
            return answer.StatusCode is HttpStatusCode.Unauthorized ? null : $"{answer.StatusCode}";
        }, TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);

        var page = await run.Open("/users");
        await page.Locator("form").Nth(2).GetByLabel("Name").FillAsync("reader");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        var secret = await page.Locator("#secret").TextContentAsync();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/hosts", TestContext.Current.CancellationToken)).StatusCode);
        using var none = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var refused = await http.PostAsync("/api/v1/tasks/orders/stop", none, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("PF-106", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    /// <summary>Sixteen such connections once fenced the whole fleet: hashing held up the process that renews leases.</summary>
    [Fact]
    [Trait("Category", "heavy")]
    public async Task Wrong_passwords_from_sixty_four_connections_cost_no_host_its_lease()
    {
        // One that a test before this had killed may be on its way up.
        var before = await Eventually.Found(async () => await run.Api.IncrSyncs() is var all
            && all.All(c => c.Pid is not null || c.Desired != "Running") ? all : null, TimeSpan.FromSeconds(60), "all that is to run");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 64 };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(run.Url) };
        var form = FormToken().Match(await http.GetStringAsync("/login", TestContext.Current.CancellationToken)).Groups[1].Value;
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Guess(http, form, n)));

        var codes = answers.SelectMany(a => a).ToList();
        Assert.All(codes, c => Assert.True(c is HttpStatusCode.Redirect or HttpStatusCode.TooManyRequests, $"{c}"));
        Assert.Contains(HttpStatusCode.Redirect, codes);
        Assert.True(codes.Count(c => c is HttpStatusCode.TooManyRequests) > codes.Count / 2, "most are refused at once");
        Assert.All(await run.Api.List("/api/v1/hosts"), h => Assert.True((string?)h["state"] == "Online" && h["lapses"] is null, $"{h}"));
        Assert.Equal(before.Select(c => (c.Name, c.Host, c.Epoch, c.Pid)).Order(),
            (await run.Api.IncrSyncs()).Select(c => (c.Name, c.Host, c.Epoch, c.Pid)).Order());
    }

    [Fact]
    public async Task Who_comes_over_HTTPS_gets_his_cookies_back_over_HTTPS_only()
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(run.Url) };
        foreach (var scheme in (string[])["https", "http"])
        {
            using var page = await Ask(HttpMethod.Get, null, null);
            var form = CookieOf(page, "holdfast_form");
            var token = FormToken().Match(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Groups[1].Value;
            using var entered = await Ask(HttpMethod.Post, form.Split(';')[0], new FormUrlEncodedContent(
                [new("name", "admin"), new("password", ConsoleRun.Password), new("__RequestVerificationToken", token)]));
            var session = CookieOf(entered, "holdfast_session");
            Assert.All([form, session], cookie =>
            {
                Assert.Equal(scheme == "https", cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
                Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            });

            Task<HttpResponseMessage> Ask(HttpMethod method, string? cookie, HttpContent? body)
            {
                var request = new HttpRequestMessage(method, "/login") { Content = body };
                request.Headers.Add("X-Forwarded-Proto", scheme);
                request.Headers.Add("X-Forwarded-For", "10.9.9.9");
                request.Headers.Add("Cookie", cookie ?? "none=x");
                return http.SendAsync(request, TestContext.Current.CancellationToken);
            }
        }

        static string CookieOf(HttpResponseMessage answer, string name) =>
            answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith(name + "=", StringComparison.Ordinal));
    }

    /// <summary>Each time from another address, as the gateway would name it.</summary>
    private static async Task<IReadOnlyList<HttpStatusCode>> Guess(HttpClient http, string form, int connection)
    {
        var codes = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/login");
            request.Headers.Add("X-Forwarded-For", $"10.9.{connection}.{attempt}");
            request.Content = new FormUrlEncodedContent(
                [new("name", "admin"), new("password", "wrong password"), new("__RequestVerificationToken", form)]);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(answer.StatusCode is HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
            codes.Add(answer.StatusCode);
        }

        return codes;
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex FormToken();

    private async Task<string> Invite(string name, string role)
    {
        var page = await run.Open("/users");
        var form = page.Locator("form").Nth(1);
        await form.GetByLabel("Name").FillAsync(name);
        await form.GetByLabel("Role").SelectOptionAsync(role);
        await form.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        var link = new Uri((await page.Locator("#secret").TextContentAsync())!).PathAndQuery;
        await page.CloseAsync();
        return link;
    }
}
