using System.Net.Http.Json;
using Holdfast.HaScheduler;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Scheduler;

/// <summary>
/// Measures the memory of ./run's process, of one process for all services with a large fleet, and of the scheduler's own process then.
/// That one hears over RabbitMQ, and judges once a second.
/// </summary>
internal static class MemoryBenchmark
{
    private const double GoalMebibytes = 500;
    private const double SingleProcessGoalMebibytes = 700;
    private const double DemonstrationGoalMebibytes = 200;
    private const int Hosts = 10_000;
    private const int Rounds = 20;

    internal static async Task<bool> Run()
    {
        var reached = await Demonstration();
        reached &= await SingleProcess();
        return await Scheduler() && reached;
    }

    /// <summary>All services and the console of ./run, half a minute after they are ready; its fleet's processes are apart.</summary>
    private static async Task<bool> Demonstration()
    {
        await using var services = new RunningServices();
        var (run, _) = await services.StartDemonstration(Directory.CreateDirectory(Path.Combine(services.Data, "run")).FullName);
        await Task.Delay(TimeSpan.FromSeconds(30));
        return Print.Goal("RSS of ./run's process with its fleet", ProcFigures.Mebibytes(run.Id, "VmRSS"), "MiB",
            DemonstrationGoalMebibytes, atLeast: false);
    }

    /// <summary>All services and the console in one process, with the whole fleet in it.</summary>
    private static async Task<bool> SingleProcess()
    {
        await using var services = new RunningServices();
        await services.StartBroker();
        var data = Directory.CreateDirectory(Path.Combine(services.Data, "run")).FullName;
        await Seed(data);
        var (run, _) = await services.StartAll(data);
        var most = await Feed(services.Broker, run.Id);
        Print.Line("most RSS ever of that process, VmHWM", $"{ProcFigures.Mebibytes(run.Id, "VmHWM"):0} MiB");
        return Print.Goal("RSS of one process for all, 10,000 hosts", most, "MiB", SingleProcessGoalMebibytes, atLeast: false);
    }

    private static async Task<bool> Scheduler()
    {
        await using var services = new RunningServices();
        await services.StartBroker();
        await Seed(services.Data);
        var (scheduler, address) = await services.StartService("ha-scheduler");
        Print.Line("RSS after reading its state", $"{ProcFigures.Mebibytes(scheduler.Id, "VmRSS"):0} MiB");
        using var end = new CancellationTokenSource();
        var asking = LongestAnswer(address, end.Token);
        var most = await Feed(services.Broker, scheduler.Id);
        await end.CancelAsync();
        Print.Line("longest GET meanwhile, pauses included", $"{await asking:0} ms");
        Print.Line("components that it knows of the last host", $"{await ComponentsOfLast(address)}");
        Print.Line("most RSS ever, VmHWM", $"{ProcFigures.Mebibytes(scheduler.Id, "VmHWM"):0} MiB");
        return Print.Goal("RSS with 10,000 hosts, 100,000 components", most, "MiB", GoalMebibytes, atLeast: false);
    }

    /// <summary>10,000 hosts and 100,000 components, as an earlier life left them.</summary>
    internal static async Task Seed(string data)
    {
        var settings = new Settings { DataDirectory = data };
        var collection = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSqliteState(data);
        new HaSchedulerModule().AddServices(collection, settings);
        await using var services = collection.BuildServiceProvider();
        await SeededState.Write(services, Hosts);
    }

    /// <summary>Every host reports once a second, its components once in ten; the most RSS that was seen.</summary>
    private static async Task<double> Feed(Uri broker, int scheduler)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ConfigureJsonSerializerOptions(BusRegistration.Wire);
        });
        await bus.StartAsync();
        var most = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var batch in FleetScene.Batches(Hosts, round, hostsPerBatch: 2_000, lists: FleetScene.Refreshed(round)))
            {
                await bus.Publish(batch);
            }

            await Task.Delay(1_000);
            most = Math.Max(most, ProcFigures.Mebibytes(scheduler, "VmRSS"));
        }

        await bus.StopAsync();
        return most;
    }

    private static async Task<double> LongestAnswer(Uri scheduler, CancellationToken end)
    {
        using var http = new HttpClient();
        var longest = 0.0;
        while (!end.IsCancellationRequested)
        {
            var from = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(scheduler, "/health/live"), CancellationToken.None);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            await Task.Delay(20, CancellationToken.None);
        }

        return longest;
    }

    private static async Task<int> ComponentsOfLast(Uri scheduler)
    {
        using var http = new HttpClient();
        var view = await http.GetFromJsonAsync<JsonElement>(new Uri(scheduler, $"/api/v1/hosts/{FleetScene.HostName(Hosts - 1)}"));
        return view.GetProperty("components").GetArrayLength();
    }
}
