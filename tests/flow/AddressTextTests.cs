using System.Text.RegularExpressions;

namespace Holdfast.Flow.Tests;

/// <summary>An address may come from anybody: no page repeats what it says, before the login or after it.</summary>
public sealed partial class AddressTextTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private const string Says = "Your session ended, call 555 0100";
    private const string Password = "correct horse 9";

    private static readonly string[] Parameters =
        ["code", "says", "name", "next", "key", "kind", "state", "scope", "subtopic", "lose", "q", "event", "message", "error"];

    private static readonly string[] Pages =
    [
        "/", "/servers", "/tasks", "/components", "/coverage", "/tickets", "/incidents", "/alerts", "/channels", "/thresholds", "/config",
        "/what-if", "/audit", "/users",
    ];

    [Fact]
    public async Task No_page_shows_a_text_of_its_address()
    {
        using var cookies = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(cookies) { BaseAddress = services.Api.Http.BaseAddress };
        var link = (await File.ReadAllTextAsync(Path.Combine(services.Data, "console", "first-administrator"))).Trim();
        var query = string.Join('&', Parameters.Select(p => $"{p}={Uri.EscapeDataString(Says)}"));
        foreach (var page in (string[])["/login", "/setup"])
        {
            await ShowsNothingOfIt(browser, $"{page}?{query}");
        }

        // The link of the first administrator, with a known code and a sentence beside it.
        var setup = await ShowsNothingOfIt(browser, $"{link}&code=CO-104&says={Uri.EscapeDataString(Says)}");
        Assert.Contains("CO-104", setup, StringComparison.Ordinal);
        var login = await ShowsNothingOfIt(browser, $"/login?code=CO-101&says={Uri.EscapeDataString(Says)}");
        Assert.Contains("Name or password is wrong", login, StringComparison.Ordinal);

        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = Token().Match(setup).Groups["token"].Value,
            ["key"] = link.Split("key=")[1], ["password"] = Password, ["again"] = Password,
        });
        using var inside = await browser.PostAsync("/setup", form);
        Assert.Equal("/", inside.RequestMessage!.RequestUri!.AbsolutePath);
        foreach (var page in Pages)
        {
            await ShowsNothingOfIt(browser, $"{page}?{query}");
        }
    }

    private static async Task<string> ShowsNothingOfIt(HttpClient browser, string address)
    {
        using var answer = await browser.GetAsync(address);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
        Assert.False(page.Contains("call 555 0100", StringComparison.Ordinal), $"{address} repeats it");
        return page;
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)"|value="(?<token>[^"]+)" name="__Request""")]
    private static partial Regex Token();
}
