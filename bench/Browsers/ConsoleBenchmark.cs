using Holdfast.Bench.Scheduler;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Playwright;

namespace Holdfast.Bench.Browsers;

/// <summary>
/// A run with a large fleet in it, and many pages that watch, with a connection each: Debian's Chromium. The pages share a
/// cache and a process or two, as tabs do; those whose first paint and filter are measured are browsers of their own. All
/// of them, the services and the fleet's reports share the machine's cores.
/// </summary>
internal static class ConsoleBenchmark
{
    private const int Hosts = 10_000;
    private static readonly int Browsers = int.Parse(
        Environment.GetEnvironmentVariable("HOLDFAST_BENCH_BROWSERS") ?? "50", CultureInfo.InvariantCulture);
    private const int Questions = 40;
    private const double PaintGoalMs = 1_000;
    private const double UpdateGoalMs = 100;
    private const double ChangesGoal = 1.05;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);
    private static readonly string[] Pages = ["/", "/servers", "/components", "/tasks", "/alerts"];

    internal static async Task<bool> Run()
    {
        await using var services = new RunningServices();
        await services.StartBroker();
        var data = Directory.CreateDirectory(Path.Combine(services.Data, "run")).FullName;
        await MemoryBenchmark.Seed(data);
        var (run, address) = await services.StartAll(data);
        using var end = new CancellationTokenSource();
        var reporting = Report(services.Broker, end.Token);
        var reached = await Watch(data, address, run);
        await end.CancelAsync();
        await reporting;
        return reached;
    }

    private static async Task<bool> Watch(string data, Uri address, Process run)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--renderer-process-limit=2"] });
        var session = await LogIn(browser, data, address);
        await Task.Delay(TimeSpan.FromSeconds(10));
        Print.Line("RSS of the run before anybody watches", $"{ProcFigures.Mebibytes(run.Id, "VmRSS"):0} MiB");

        var watching = new List<Watcher>();
        await using var tabs = await Visitor(browser, session);
        for (var n = 0; n < Browsers; n++)
        {
            watching.Add(await Watcher.Open(tabs, new Uri(address, Pages[n % Pages.Length])));
        }

        foreach (var watcher in watching)
        {
            watcher.Forget();
        }

        var cpu = new CpuShares([("run", run.Id)]);
        await Answers.Watch(address, Watched);
        cpu.Print();
        Print.Line($"RSS of the run with {Browsers} browsers", $"{ProcFigures.Mebibytes(run.Id, "VmRSS"):0} MiB");
        List<double> changes = [.. watching.Select(w => w.Rate).Order()];
        Print.Line("changes a second, least and median browser", $"{changes[0]:0.00}, {Print.Percentile(changes, 0.5):0.00}");
        var reached = Print.Goal("changes a second to a browser, most", changes[^1], "/s", ChangesGoal, atLeast: false);

        List<double> paints = [.. (await FirstPaints(browser, session, address)).Order()];
        reached &= Print.Goal("first paint of another page, worst of five", paints[^1], "ms", PaintGoalMs, atLeast: false);
        List<double> updates = [.. (await Updates(browser, session, address)).Order()];
        await Shots(browser, session, address);
        Print.Line("a filter typed until its row is drawn, p95", $"{Print.Percentile(updates, 0.95):0} ms");
        return reached & Print.Goal("a filter typed until its row is drawn, p50", Print.Percentile(updates, 0.5), "ms",
            UpdateGoalMs, atLeast: false);
    }

    /// <summary>Every host reports once a second, its components once in ten.</summary>
    private static async Task Report(Uri broker, CancellationToken end)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ConfigureJsonSerializerOptions(BusRegistration.Wire);
        });
        await bus.StartAsync(CancellationToken.None);
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            var from = Stopwatch.GetTimestamp();
            foreach (var batch in FleetScene.Batches(Hosts, round, hostsPerBatch: 2_000, lists: FleetScene.Refreshed(round)))
            {
                await bus.Publish(batch, CancellationToken.None);
            }

            var rest = TimeSpan.FromSeconds(1) - Stopwatch.GetElapsedTime(from);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, CancellationToken.None);
        }

        await bus.StopAsync(CancellationToken.None);
    }

    /// <summary>The first administrator's session, for all browsers.</summary>
    private static async Task<string> LogIn(IBrowser browser, string data, Uri address)
    {
        var link = (await File.ReadAllTextAsync(Path.Combine(data, "console", "first-administrator"))).Trim();
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(address, link).ToString());
        await page.FillAsync("#password", "correct horse 9");
        await page.FillAsync("#again", "correct horse 9");
        await page.ClickAsync("main button[type=submit]");
        await page.WaitForURLAsync(address.ToString());
        return await context.StorageStateAsync();
    }

    private static async Task<List<double>> FirstPaints(IBrowser browser, string session, Uri address)
    {
        var paints = new List<double>();
        foreach (var path in Pages)
        {
            await using var context = await Visitor(browser, session);
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(address, path).ToString());
            await page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
            paints.Add(await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"));
        }

        return paints;
    }

    /// <summary>Times on the browser's own clock: from the key to the picture with the host that was asked for.</summary>
    private static async Task<List<double>> Updates(IBrowser browser, string session, Uri address)
    {
        const string Ask = """
            host => new Promise((done, failed) => {
                const field = document.querySelector('input[type=search]'), from = performance.now();
                const seen = () => {
                    const rows = document.querySelectorAll('tbody td.name');
                    return rows.length === 1 && rows[0].innerText.trim() === host;
                };
                const watch = new MutationObserver(() => {
                    if (!seen()) return;
                    watch.disconnect();
                    requestAnimationFrame(() => done(performance.now() - from));
                });
                watch.observe(document.body, { subtree: true, childList: true, characterData: true });
                setTimeout(() => { watch.disconnect(); failed(new Error(host + ' did not come')); }, 20000);
                field.value = host; field.dispatchEvent(new Event('input', { bubbles: true }));
            })
            """;
        await using var context = await Visitor(browser, session);
        var watcher = await Watcher.Open(context, new Uri(address, "/servers"));
        // The page hears nothing that is typed before it is alive.
        await watcher.Page.WaitForSelectorAsync("tbody td.name");
        var times = new List<double>();
        for (var n = 0; n < Questions; n++)
        {
            times.Add(await watcher.Page.EvaluateAsync<double>(Ask, FleetScene.HostName(Hosts - 1 - (n * 37))));
        }

        return times;
    }

    private static Task<IBrowserContext> Visitor(IBrowser browser, string session) =>
        browser.NewContextAsync(new BrowserNewContextOptions { StorageState = session });

    /// <summary>Takes pictures, when HOLDFAST_SCREENSHOTS names a folder: pages of a large fleet, wide and on a phone.</summary>
    private static async Task Shots(IBrowser browser, string session, Uri address)
    {
        if (Environment.GetEnvironmentVariable("HOLDFAST_SCREENSHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        await using var context = await Visitor(browser, session);
        foreach (var (name, width) in (IEnumerable<(string, int)>)[("wide", 1280), ("phone", 390)])
        {
            foreach (var path in (IEnumerable<string>)["/", "/servers", "/components", "/what-if"])
            {
                var watcher = await Watcher.Open(context, new Uri(address, path));
                await watcher.Page.SetViewportSizeAsync(width, 844);
                await Task.Delay(TimeSpan.FromSeconds(2));
                var file = Path.Combine(folder, $"large{path.Replace('/', '-')}-{name}.png");
                await watcher.Page.ScreenshotAsync(new PageScreenshotOptions { Path = file, FullPage = path != "/servers" });
                await watcher.Page.CloseAsync();
            }
        }
    }
}
