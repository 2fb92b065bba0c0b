using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>A real browser, and a provider that is not ours (npm's oidc-provider).</summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class RealProviderTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Secret = "of-the-real-provider-0123456789";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Process _provider = null!;
    private ServedConsole _console = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private string _issuer = "";

    public async ValueTask InitializeAsync()
    {
        Assert.True(Directory.Exists(Path.Combine(Folder(), "node_modules", "oidc-provider")),
            "oidc-provider is missing: (cd tests/console && npm install --ignore-scripts), as ./test does");
        _provider = Process.Start(new ProcessStartInfo("node", ["Oidc/provider.mjs"])
        {
            WorkingDirectory = Folder(), UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["CLIENT_SECRET"] = Secret },
        })!;
        _provider.BeginErrorReadLine();
        _issuer = (await _provider.StandardOutput.ReadLineAsync().WaitAsync(Soon, TimeProvider.System))!;
        _console = await ServedConsole.Start(_ => ServedConsole.Settings(_issuer) with
        {
            Secret = Secret, Scopes = ["openid", "profile", "groups"], Title = "Example Corp",
        });
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_console is not null)
        {
            await _console.DisposeAsync();
        }

        if (_provider is { HasExited: false })
        {
            _provider.Kill();
        }

        _provider?.Dispose();
    }

    [Fact]
    public async Task A_person_signs_in_works_logs_out_there_too_and_one_without_a_role_is_told_so()
    {
        await using var context = await _browser.NewContextAsync(new() { Locale = "en-GB" });
        await context.RouteAsync(uri => !uri.StartsWith("http://127.0.0.1", StringComparison.Ordinal), route => route.AbortAsync());
        context.SetDefaultTimeout((float)Soon.TotalMilliseconds);
        var page = await context.NewPageAsync();
        await SignIn(page, "grace", "/servers");
        await page.WaitForURLAsync(_console.Url + "/servers");
        await Expect(page.Locator(".me")).ToContainTextAsync("grace · Administrator");
        await page.ReloadAsync();
        await Expect(page.Locator(".me")).ToContainTextAsync("grace");
        var told = await _console.LastLogin();
        Assert.Equal($"by {_issuer}, subject grace, as Administrator", told.Detail);

        // The provider asks whether its own session is to end as well.
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.WaitForURLAsync(_issuer + "/session/end?**");
        await page.Locator("button[value=yes], button[name=logout]").First.ClickAsync();
        await page.WaitForURLAsync(_console.Url + "/login*");
        await page.GotoAsync(_console.Url + "/servers");
        Assert.Contains("/login?next=", page.Url, StringComparison.Ordinal);

        await SignIn(page, "eve", "/");
        await page.WaitForURLAsync(_console.Url + "/login?code=CO-133*");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("gives you a role here");
        Assert.Equal("eve", (await _console.LastLogin()).By);
        if (Environment.GetEnvironmentVariable("HOLDFAST_SCREENSHOT") is { Length: > 0 } file)
        {
            await page.ScreenshotAsync(new() { Path = file, FullPage = true });
        }
    }

    private async Task SignIn(IPage page, string name, string next)
    {
        await page.GotoAsync($"{_console.Url}{next}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Log in with Example Corp" }).ClickAsync();
        await page.WaitForURLAsync(_issuer + "/interaction/*");
        await page.FillAsync("input[name=login]", name);
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
