using Holdfast.App.Fleet;
using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>One run with its local fleet, one browser, and the first administrator logged in.</summary>
public class ConsoleRun : IAsyncLifetime
{
    internal const string Password = "correct horse 9";
    private const string Chromium = "/usr/bin/chromium";
    private const float WaitMaxMs = 60_000;

    private readonly TempDirectory _directory = new();
    private HoldfastProcess? _process;

    private IPlaywright? _playwright;

    /// <summary>Flags of the run besides the usual.</summary>
    private protected virtual IReadOnlyList<string> More => [];

    internal string Data => _directory.Location;

    internal Api Api { get; private set; } = null!;

    internal string Url { get; private set; } = "";

    internal string SetupLink { get; private set; } = "";

    internal IBrowser Browser { get; private set; } = null!;

    /// <summary>The administrator's.</summary>
    internal IBrowserContext Inside { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = HoldfastProcess.Run(Data, ["--no-tasks", .. More]);
        Api = await _process.Ready();
        await SampleFleet.CreateTasks(Api, Data);
        Url = Api.Http.BaseAddress!.ToString().TrimEnd('/');
        SetupLink = (await File.ReadAllTextAsync(Path.Combine(Data, "console", "first-administrator"))).Trim();
        Assertions.SetDefaultExpectTimeout(WaitMaxMs);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium,
            Args = ["--no-sandbox"] });
        Inside = await NewContext();
        var page = await Inside.NewPageAsync();
        await SetPassword(page, SetupLink);
        await page.CloseAsync();
        await Api.Put("/api/v1/ha/config", new System.Text.Json.Nodes.JsonObject { ["checkRequestIntervalSec"] = 0 });
    }

    internal async Task<IBrowserContext> NewContext()
    {
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            Locale = "en-GB",
            TimezoneId = "Asia/Shanghai",
        });
        context.SetDefaultTimeout(WaitMaxMs);
        return context;
    }

    internal async Task SetPassword(IPage page, string link)
    {
        await page.GotoAsync(Url + link);
        await page.FillAsync("#password", Password);
        await page.FillAsync("#again", Password);
        await page.ClickAsync("main button[type=submit]");
        await page.WaitForURLAsync(Url + "/");
    }

    /// <summary>A page that is alive: its buttons do something.</summary>
    internal async Task<IPage> Open(string path, IBrowserContext? context = null)
    {
        var page = await (context ?? Inside).NewPageAsync();
        await page.GotoAsync(Url + path);
        await Lives(page);
        return page;
    }

    /// <summary>Waits until somebody hears what is pressed on it.</summary>
    internal static Task Lives(IPage page) =>
        page.Locator("hf-fresh[live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    internal async Task Kill(string host) => Assert.Equal(0, (await HoldfastProcess.Command(Data, "kill", host, "--data", Data)).Exit);

    /// <summary>The scene of a test, whatever the one before it left: every host Online, and nobody suspected of felling them.</summary>
    internal async Task Revive()
    {
        foreach (var host in FleetHost.All.Where(h => !h.Read(Data)!.Process.Runs()))
        {
            await HoldfastProcess.Command(Data, "start", host.Id, "--data", Data);
        }

        await Eventually.Holds(async () =>
        {
            var states = await Task.WhenAll(FleetHost.All.Select(h => Api.HostState(h.Id)));
            return states.All(s => s == "Online") ? null : string.Join(", ", states);
        }, TimeSpan.FromSeconds(60));
        await Api.ForgetFalls();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Api?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleRunCollection : ICollectionFixture<ConsoleRun>
{
    public const string Name = "console run";
}
