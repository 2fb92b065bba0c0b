using Holdfast.App.Processes;
using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Every service a process of its own.</summary>
public sealed class SeparateConsoleRun : ConsoleRun
{
    private protected override IReadOnlyList<string> More => ["--services"];

    /// <summary>A stopped process does not hear that it is to end.</summary>
    public override async ValueTask DisposeAsync()
    {
        foreach (var process in Proc.Naming(Data))
        {
            process.Send(Signal.Cont);
        }

        await base.DisposeAsync();
    }

    internal ProcessMark The(string program) => Proc.Naming(Data).Single(p =>
        Proc.Describe([p]).Contains(program + ".dll", StringComparison.Ordinal)
        || Proc.Describe([p]).Contains(program + " ", StringComparison.Ordinal));
}

/// <summary>A service that does not answer is shown as such, and the rest goes on.</summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class ServiceDownTests(SeparateConsoleRun run) : IClassFixture<SeparateConsoleRun>
{
    [Fact]
    public async Task While_alerting_hangs_the_page_says_so_and_goes_on_showing_the_fleet()
    {
        var page = await run.Open("/");
        await Expect(page.Locator(".dot")).ToHaveCountAsync(3);
        var alerting = run.The("holdfast-alerting");
        alerting.Send(Signal.Stop);
        try
        {
            await Expect(page.Locator(".note.bad").GetByText("/api/v1/alerts").First).ToBeVisibleAsync();
            await Expect(page.Locator(".verdict")).ToContainTextAsync("Not everything answers");

            await run.Kill("h3");
            await Expect(page.Locator(".dot.Down[href='/servers/h3']")).ToBeVisibleAsync();
            var servers = await run.Open("/servers/h3");
            await Expect(servers.GetByText("local / b")).ToBeVisibleAsync();
            var alerts = await run.Open("/alerts");
            await Expect(alerts.Locator(".note.bad")).ToContainTextAsync("CO-301");
        }
        finally
        {
            alerting.Send(Signal.Cont);
        }

        await Expect(page.Locator(".note.bad").GetByText("/api/v1/alerts")).ToHaveCountAsync(0);
        await run.Revive();
    }

    /// <summary>The console, which would say that the page is old, is the one that hangs: the browser says it.</summary>
    [Fact]
    public Task While_the_console_hangs_the_page_is_grey_and_says_how_old_it_is() =>
        IsGrey("holdfast-console", "zh", "秒没有更新", "截至 ");

    [Fact]
    [Trait("Category", "long")]
    public Task So_it_is_while_the_scheduler_hangs() => IsGrey("holdfast-ha-scheduler", "en", "No update for ", "As of ");

    private async Task IsGrey(string program, string language, string old, string fresh)
    {
        var page = await run.Open($"/view?language={language}&next=/servers");
        await Expect(page.Locator("hf-fresh")).ToContainTextAsync(fresh);
        var hanging = run.The(program);
        hanging.Send(Signal.Stop);
        try
        {
            await Expect(page.Locator("hf-fresh")).ToContainTextAsync(old);
            await Expect(page.Locator("body.old")).ToHaveCountAsync(1);
        }
        finally
        {
            hanging.Send(Signal.Cont);
        }

        await Expect(page.Locator("hf-fresh")).ToContainTextAsync(fresh);
        await Expect(page.Locator("body.old")).ToHaveCountAsync(0);
        await page.GotoAsync(run.Url + "/view?language=en&next=/servers");
        await page.CloseAsync();
        await run.Revive();
    }

    [Fact]
    public async Task A_page_that_never_came_to_life_is_loaded_again_once_the_console_answers()
    {
        var page = await run.Inside.NewPageAsync();
        await page.RouteWebSocketAsync("**/_blazor**", _ => { }); // taken, and never answered
        await page.GotoAsync(run.Url + "/servers");
        await page.EvaluateAsync("window.firstLife = true");
        await page.WaitForFunctionAsync("() => !window.firstLife", null);
        await page.CloseAsync();
    }

    [Fact]
    public async Task While_no_host_is_heard_a_list_says_as_of_when_it_is()
    {
        var page = await run.Open("/tasks");
        var old = page.Locator(".note.bad").GetByText("no host's report was heard since");
        await Expect(old).ToHaveCountAsync(0);
        var heartbeat = run.The("holdfast-heartbeat");
        heartbeat.Send(Signal.Stop);
        try
        {
            await Expect(old).ToBeVisibleAsync();
        }
        finally
        {
            heartbeat.Send(Signal.Cont);
        }

        await Expect(old).ToHaveCountAsync(0);
        await run.Revive();
    }
}
