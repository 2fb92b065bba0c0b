using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Every page: accessible, from this host alone, and with nothing in the browser's log.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class PageTests(ConsoleRun run)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/servers", "/servers/h1", "/tasks", "/tasks/orders", "/components", "/coverage", "/tickets", "/incidents",
        "/alerts", "/channels", "/thresholds", "/config", "/what-if", "/audit", "/users", "/why/h1",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Axe_finds_no_serious_violation_and_no_moment_is_without_its_zone(string path)
    {
        var page = await run.Open($"/view?theme=light&next={Uri.EscapeDataString(path)}");
        var name = path == "/" ? "overview" : path.Trim('/').Replace('/', '-');
        await Screenshot(page, $"{name}-light");
        await Axe.FindsNothing(page, $"{path} light");
        await Moments.AreWhole(page, path);
        await LongText.BreaksNothing(page, path);
        // The themes differ in colours alone.
        await page.EvaluateAsync("() => { document.documentElement.dataset.theme = 'dark'; }");
        await Screenshot(page, $"{name}-dark");
        await Axe.FindsNothing(page, $"{path} dark", "color-contrast");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_of_another_host_and_the_browser_has_nothing_to_complain_of()
    {
        var page = await run.Inside.NewPageAsync();
        var asked = new List<string>();
        var complaints = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => complaints.AddRange(message.Type is "error" or "warning"
            ? [$"{message.Location}: {message.Text}"] : []);
        page.PageError += (_, error) => complaints.Add(error);
        foreach (var path in Pages)
        {
            await page.GotoAsync(run.Url + path.Data);
            await ConsoleRun.Lives(page);
        }

        Assert.DoesNotContain(asked, a => !a.StartsWith(run.Url, StringComparison.Ordinal)
            && !a.StartsWith("data:", StringComparison.Ordinal));
        Assert.DoesNotContain(complaints, c => !c.Contains("coverage", StringComparison.Ordinal));
        await page.CloseAsync();
    }

    /// <summary>The terms of the field, as an operator of other systems knows them, in both languages.</summary>
    [Theory]
    [InlineData("en", "/", "Overview|Failure headroom|Recent decisions|Failover active|Heartbeats complete|tolerates loss of")]
    [InlineData("zh", "/", "总览|故障余量|最近决策|故障转移已启用|心跳链路正常|可承受丢失")]
    [InlineData("en", "/config", "Version|how long components may run|must be at least leaseSec")]
    [InlineData("zh", "/config", "版本|组件可运行多久|不小于 leaseSec + killGraceSec|熔断")]
    [InlineData("zh", "/servers/h1", "决策历史|失联时长")]
    [InlineData("zh", "/incidents", "故障|打开")]
    [InlineData("zh", "/alerts", "告警|静默|状况")]
    [InlineData("zh", "/what-if", "假设推演|故障余量|可承受")]
    [InlineData("zh", "/tasks/orders", "数据链路|决策历史")]
    public async Task A_page_says_the_fields_words(string language, string path, string words)
    {
        var page = await run.Open($"/view?language={language}&next={Uri.EscapeDataString(path)}");
        try
        {
            foreach (var word in words.Split('|'))
            {
                await Expect(page.GetByText(word).First).ToBeVisibleAsync();
            }

            await Screenshot(page, $"{(path == "/" ? "overview" : path.Trim('/').Replace('/', '-'))}-{language}");
        }
        finally
        {
            await page.GotoAsync($"{run.Url}/view?language=en&next=/");
            await page.CloseAsync();
        }
    }

    /// <summary>The bench says how long the first paint takes; the page itself waits for little.</summary>
    [Fact]
    public async Task The_first_paint_waits_for_style_sheets_of_the_browser_s_cache_and_for_no_script()
    {
        var page = await run.Open("/");
        await page.GotoAsync(run.Url + "/servers");
        // The theme, the frame, the pieces of pages.
        Assert.Equal(["css 0", "css 0", "css 0"], await WaitedFor(page));

        await page.RouteAsync(new Regex(@"\.js\b"), _ => Task.CompletedTask); // asked for, and never answered
        await page.GotoAsync(run.Url + "/tasks", new() { WaitUntil = WaitUntilState.Commit });
        Assert.Equal(3, (await WaitedFor(page)).Length);
        await Expect(page.Locator("h1").First).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    /// <summary>Files that the first paint waited for, besides the page: each with its bytes from the server, 0 from the cache.</summary>
    private static async Task<string[]> WaitedFor(IPage page)
    {
        await page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
        return await page.EvaluateAsync<string[]>("""
            () => performance.getEntriesByType('resource').filter(r => r.renderBlockingStatus === 'blocking')
                .map(r => `${new URL(r.name).pathname.split('.').pop()} ${r.transferSize}`)
            """);
    }

    [Fact]
    public async Task A_browser_gets_at_most_one_change_a_second()
    {
        var page = await run.Inside.NewPageAsync();
        var received = new List<DateTimeOffset>();
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            // Pings and acknowledgements are a few bytes; a change of the page is more.
            if (frame.Binary?.Length > 100)
            {
                received.Add(TimeProvider.System.GetUtcNow());
            }
        };
        await page.GotoAsync(run.Url + "/servers");
        // The first ones draw the page; from here on each is a look at the fleet.
        await Holdfast.Tests.Eventually.Holds(
            () => Task.FromResult(received.Count > 3 ? null : "changes of the page"), TimeSpan.FromSeconds(40));
        received.Clear();
        var (started, quota) = (TimeProvider.System.GetTimestamp(), 100);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
        {
            // Five changes a second, whatever else the fleet does.
            Assert.Equal(HttpStatusCode.OK, (await run.Api.Patch("/api/v1/hosts/h2",
                new JsonObject { ["quotas"] = new JsonObject { ["others"] = ++quota } })).Status);
            await page.WaitForTimeoutAsync(200);
        }

        var bursts = received.Where((at, i) => i == 0 || at - received[i - 1] > TimeSpan.FromMilliseconds(300)).Count();
        Assert.InRange(bursts, 3, 12);
        await Expect(page.GetByText($"/ {quota}")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_the_menu_opens()
    {
        var page = await run.Open("/");
        await page.SetViewportSizeAsync(390, 844);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth + 1"));
        Assert.False(await page.GetByRole(AriaRole.Link, new() { Name = "Servers" }).IsVisibleAsync());
        await page.Locator(".menu-label").ClickAsync();
        Assert.True(await page.GetByRole(AriaRole.Link, new() { Name = "Servers" }).IsVisibleAsync());
        await Screenshot(page, "phone");
        await page.CloseAsync();
    }

    /// <summary>For the eyes; with HOLDFAST_SCREENSHOTS a folder of one's choice, docs/screenshots for the README's.</summary>
    private static Task<byte[]> Screenshot(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Environment.GetEnvironmentVariable("HOLDFAST_SCREENSHOTS") is { Length: > 0 } given
            ? given : Path.Combine(Here(), "..", "..", "artifacts", "screenshots"), $"{name}.png"),
    });

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
