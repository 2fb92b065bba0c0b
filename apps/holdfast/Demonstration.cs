using System.Net;
using System.Net.Http.Headers;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.App.Shop;
using Holdfast.Engine.Seams;
using Holdfast.Platform.Tls;
using Microsoft.Data.Sqlite;

namespace Holdfast.App;

/// <summary>
/// Starts what a run has around its services once they serve: local fleet, sample tasks, their workload; and says so in lines.
/// </summary>
/// <param name="shop">The sample shop instead of the small tasks; null: those.</param>
/// <param name="isBehindGateway">Another process serves, with the same certificate.</param>
internal sealed class Demonstration(
    Settings settings, bool withFleet, bool withTasks, bool isBehindGateway, ShopDemo? shop, Children children, TimeProvider time)
{
    private static readonly TimeSpan WorkloadGrace = TimeSpan.FromSeconds(2);

    /// <summary>Its end takes no longer, whatever its processes do.</summary>
    internal TimeSpan StopMax => WorkloadGrace + LocalFleet.StopGrace + (shop is null ? TimeSpan.Zero : ShopDemo.StopMax);

    private bool _isFleetStarted;
    private readonly LocalFleet _fleet = new(settings.DataDirectory, children, time);
    private Task _watch = Task.CompletedTask;
    private PartKeeper? _workload;
    private Task _working = Task.CompletedTask;

    /// <summary>Returns once everything is under way, or the run is told to stop.</summary>
    internal async Task Start(Uri server, CancellationToken stopping)
    {
        server = IPAddress.TryParse(server.Host, out var bound)
            && (bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(server) { Host = "127.0.0.1" }.Uri
            : server;
        var tls = TlsFiles.Load(settings, time);
        using var http = new HttpClient((tls.Value ?? TlsFiles.None).Handler(toItself: !isBehindGateway))
        {
            BaseAddress = server, Timeout = TimeSpan.FromSeconds(10),
        };
        shop?.Begin(stopping);
        StartFleet(server);
        if (!await new ReadyWait(http, settings.DataDirectory, time).IsReady(stopping))
        {
            return;
        }

        new RunRecord(ProcessMark.Of(Environment.ProcessId)!, Address(server), settings.TlsAuthorities)
            .Write(settings.DataDirectory);
        if (withFleet)
        {
            await ShowTasks(http, server, stopping);

            _watch = _fleet.Watch(server, Console.Out.WriteLine, stopping);
        }

        Console.WriteLine($"ready {Address(server)}");
        SayWhatToTry(server);
    }

    /// <summary>
    /// Starts the fleet before everything is ready. The scheduler counts a host's silence from the moment at which it can hear. A fleet
    /// that is started only when all is ready would be silent for as long as the slowest service and a supervisor need to start.
    /// </summary>
    internal void StartFleet(Uri server)
    {
        if (withFleet && !_isFleetStarted)
        {
            _isFleetStarted = true;
            _fleet.StartAll(server, settings.TlsAuthorities);
        }
    }

    /// <summary>The workload first, then supervisors: they end in peace while the services still answer.</summary>
    internal async Task Stop()
    {
        RunRecord.Remove(settings.DataDirectory);
        await _watch;
        await Task.WhenAll(_workload?.Stop(WorkloadGrace) ?? Task.CompletedTask, shop?.StopLoad() ?? Task.CompletedTask);
        await _working;
        await _fleet.Stop();
        await (shop?.StopServers() ?? Task.CompletedTask);
    }

    private async Task ShowTasks(HttpClient http, Uri server, CancellationToken stopping)
    {
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Token.Read(settings.DataDirectory));
        var api = new JsonObject
        {
            ["api"] = server.ToString(),
            ["tokenFile"] = Token.FileFor(settings.DataDirectory),
            ["authorities"] = settings.TlsAuthorities is { } authorities ? Path.GetFullPath(authorities) : null,
        };
        SampleTasks Tasks(IReadOnlyList<DemoTask> all) => new(all, http, settings.DataDirectory, api, time);
        if (withTasks)
        {
            await CreateSampleTasks(Tasks(SampleTask.All), http, stopping);
        }

        if (shop is not null && await shop.Serve(http, withTasks ? Tasks : null, stopping) is { } fault)
        {
            await Console.Error.WriteLineAsync($"{fault.Code} {fault.Title}: {fault.Detail}\n  What to do: {fault.Workaround}");
        }
        else if (shop is null && ShopTask.In(settings.DataDirectory).Count > 0)
        {
            Console.WriteLine("  the sample shop of this directory stays closed, and its tasks wait for its servers: --demo shop opens it");
        }
    }

    /// <summary>With the shop only those that are there from a run before go on.</summary>
    private async Task CreateSampleTasks(SampleTasks samples, HttpClient http, CancellationToken stopping)
    {
        var made = new Dictionary<string, long>(StringComparer.Ordinal);
        if (await samples.CreateAll(Make, stopping) is { } fault && !stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"The sample tasks are not complete; the next run tries again. {fault}");
        }

        if (samples.Others.Count > 0)
        {
            Console.WriteLine($"  {string.Join(", ", samples.Others)}: made by an older version, and left as they are; "
                + "delete them (holdfast tasks delete ID), and the next run makes those that move rows");
        }

        var busy = SampleTask.All.Where(t => t.IsBusy && t.IsIn(settings.DataDirectory)).ToList();
        if (busy.Count == 0 || stopping.IsCancellationRequested)
        {
            return;
        }

        await ForgetStores(http, busy, stopping);
        var spec = new ChildSpec(WorkloadCommand.Name,
            [.. Children.CommandOf("", "holdfast"), WorkloadCommand.Name, .. busy.Select(t => t.Source(settings.DataDirectory))],
            Path.Combine(settings.DataDirectory, "logs", $"{WorkloadCommand.Name}.log"));
        _workload = new PartKeeper(new Part(spec, TimeSpan.Zero, _ => Task.FromResult(true)), children, time);
        _working = _workload.Keep(stopping);

        // A deleted task of this name has left things that are not this task's; this run's are.
        async Task<long?> Make(DemoTask task, CancellationToken cancel)
        {
            if (shop is not null)
            {
                return null;
            }

            if (!made.TryGetValue(task.Id, out var start))
            {
                made[task.Id] = start = await ((SampleTask)task).Make(settings.DataDirectory, time, cancel);
            }

            return start;
        }
    }

    private async Task ForgetStores(HttpClient http, List<SampleTask> busy, CancellationToken stopping)
    {
        try
        {
            if (await SampleTasks.Stores(http, stopping) is { } known)
            {
                foreach (var task in busy)
                {
                    await task.Forget(settings.DataDirectory, known, stopping);
                }
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or SourceFaultException
            or SqliteException or IOException)
        {
            if (!stopping.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"Stores that are gone were not forgotten; the next run tries again. {error.Message}");
            }
        }
    }

    private static string Address(Uri server) => server.ToString().TrimEnd('/');

    private void SayWhatToTry(Uri server)
    {
        var url = Address(server);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, settings.DataDirectory);
        var data = relative.StartsWith("..", StringComparison.Ordinal) ? settings.DataDirectory : relative;
        var given = data == "data" ? "" : $" --data {data}";
        var seconds = settings.Profile.Ha.CheckHostDownIntervalSec.ToString(CultureInfo.InvariantCulture);
        if (withFleet)
        {
            Console.WriteLine($"""
                  kill a host:    kill -9 $(jq -r .pid {data}/fleet/h1.json)     or  ./holdfast kill h1{given}
                  see it move:    ./holdfast watch{given}     (a verdict takes {seconds} s)
                  bring it back:  ./holdfast start h1{given}
                """);
        }

        var metrics = isBehindGateway ? "" : $"metrics {url}/metrics   ";
        Console.WriteLine($"""
              hosts {url}/api/v1/hosts   components {url}/api/v1/components   alerts {url}/api/v1/alerts
              {metrics}API {url}/openapi/v1.json   token {data}/token   logs {data}/logs   Ctrl-C ends everything
            """);
    }
}
