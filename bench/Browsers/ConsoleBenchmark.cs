using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Scheduler;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Playwright;

namespace Holdfast.Bench.Browsers;

/// <summary>
/// A run with a large fleet in it, and many browsers that watch: Debian's Chromium, one page and one connection each. Browsers,
/// services and the fleet's reports share the machine's cores.
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

    /// <summary>What stands in an answer of a few bytes is no change of the page.</summary>
    private const int ChangeBytesMin = 100;

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
            new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var session = await LogIn(browser, data, address);
        await Task.Delay(TimeSpan.FromSeconds(10));
        Print.Line("RSS of the run before anybody watches", $"{ProcFigures.Mebibytes(run.Id, "VmRSS"):0} MiB");

        var watching = new List<Watcher>();
        for (var n = 0; n < Browsers; n++)
        {
            watching.Add(await Watcher.Open(browser, session, new Uri(address, Pages[n % Pages.Length])));
        }

        foreach (var watcher in watching)
        {
            watcher.Forget();
        }

        var cpu = new CpuShares([("run", run.Id)]);
        await Task.Delay(Watched);
        cpu.Print();
        Print.Line($"RSS of the run with {Browsers} browsers", $"{ProcFigures.Mebibytes(run.Id, "VmRSS"):0} MiB");
        List<double> changes = [.. watching.Select(w => w.Bursts / Watched.TotalSeconds).Order()];
        Print.Line("changes a second, least and median browser", $"{changes[0]:0.00}, {Print.Percentile(changes, 0.5):0.00}");
        var reached = Print.Goal("changes a second to a browser, most", changes[^1], "/s", ChangesGoal, atLeast: false);

        List<double> paints = [.. (await FirstPaints(browser, session, address)).Order()];
        reached &= Print.Goal("first paint of another page, worst of five", paints[^1], "ms", PaintGoalMs, atLeast: false);
        List<double> updates = [.. (await Updates(browser, session, address)).Order()];
        Print.Line("a filter typed until its row is drawn, p95", $"{Print.Percentile(updates, 0.95):0} ms");
        return reached & Print.Goal("a filter typed until its row is drawn, p50", Print.Percentile(updates, 0.5), "ms",
            UpdateGoalMs, atLeast: false);
    }

    /// <summary>Every host reports once a second, its components in every fifth round.</summary>
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
            foreach (var batch in FleetScene.Batches(Hosts, round, hostsPerBatch: 2_000, lists: round % 5 == 0))
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
            await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { StorageState = session });
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(address, path).ToString());
            await page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
            paints.Add(await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"));
        }

        return paints;
    }

    /// <summary>On the browser's own clock: from the key to the picture with the host that was asked for.</summary>
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
        await using var watcher = await Watcher.Open(browser, session, new Uri(address, "/servers"));
        var times = new List<double>();
        for (var n = 0; n < Questions; n++)
        {
            times.Add(await watcher.Page.EvaluateAsync<double>(Ask, FleetScene.HostName(Hosts - 1 - (n * 37))));
        }

        return times;
    }

    /// <summary>A browser's connection, and when something new came over it.</summary>
    private sealed class Watcher(IBrowserContext context, IPage page) : IAsyncDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
        private readonly Lock _lock = new();
        private long _last;

        internal IPage Page => page;

        internal int Bursts { get; private set; }

        internal static async Task<Watcher> Open(IBrowser browser, string session, Uri address)
        {
            var context = await browser.NewContextAsync(new BrowserNewContextOptions { StorageState = session });
            var watcher = new Watcher(context, await context.NewPageAsync());
            watcher.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => watcher.Take(frame.Binary?.Length ?? 0);
            var connected = watcher.Page.WaitForWebSocketAsync();
            await watcher.Page.GotoAsync(address.ToString());
            await connected;
            await watcher.Page.WaitForFunctionAsync("() => window.Blazor && Blazor._internal.domWrapper !== undefined");
            await Task.Delay(500);
            return watcher;
        }

        internal void Forget()
        {
            lock (_lock)
            {
                Bursts = 0;
            }
        }

        private void Take(int bytes)
        {
            if (bytes < ChangeBytesMin)
            {
                return;
            }

            lock (_lock)
            {
                Bursts += Stopwatch.GetElapsedTime(_last) > Pause ? 1 : 0;
                _last = Stopwatch.GetTimestamp();
            }
        }

        public async ValueTask DisposeAsync() => await context.DisposeAsync();
    }
}
