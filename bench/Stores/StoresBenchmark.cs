using System.Collections.Concurrent;
using Holdfast.Bench.Scheduler;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Http;
using Holdfast.Platform.State.Sqlite;
using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager;
using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Pass;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Stores;

/// <summary>Measures how long a pass of the store manager takes, and how soon a consumer knows its Store.</summary>
internal static class StoresBenchmark
{
    private const int Count = StoreScene.Count;
    private const int PerSecond = 2_000;
    private const double GoalPassMs = 200;
    private const double GoalResolveMs = 5;
    private const double LinearMax = 3;

    /// <summary>Nothing is cleared: what is measured stays what it was.</summary>
    private static readonly HaConfig Config =
        new() { Enable = true, RefetchMode = RefetchMode.Computed, ClearAbnormalResourceHours = 1_000_000 };

    internal static async Task<bool> Passes()
    {
        var small = await Pass(Count / 10);
        var (decide, pass, first, cpu) = await Pass(Count);
        var peer = LookUps();
        Print.Line("CPU of a pass, all threads", $"{cpu:0} ms");
        Print.Line("as many look-ups in a ConcurrentDictionary", $"{peer:0.0} ms; a pass is {pass / peer:0.0} times as long");
        Print.Line("first pass of a life, with reading the state", $"{first:0} ms");
        Print.Line("views and decisions alone", $"{decide:0.0} ms, {decide * 1e6 / Count:0} ns a subtopic");
        var reached = Print.Goal($"pass, {Count:#,0} subtopics x 5 Stores x 20 consumers", pass, "ms", GoalPassMs, atLeast: false);
        return Print.Goal("ms a subtopic, against a tenth of them", pass / small.Pass / 10, "times", LinearMax, atLeast: false) & reached;
    }

    /// <summary>The peer: to look up each Store and each consumer once, and nothing else.</summary>
    private static double LookUps()
    {
        const int Keys = Count * (StoreScene.StoresEach + StoreScene.ConsumersEach);
        string[] keys = [.. Enumerable.Range(0, Keys).Select(n => $"consumer-{n:d7}")];
        var map = new ConcurrentDictionary<string, object>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            map[key] = key;
        }

        return Timing.Median(() => GC.KeepAlive(keys.Count(map.ContainsKey)));
    }

    private static async Task<(double Decide, double Pass, double First, double Cpu)> Pass(int subtopics)
    {
        using var directory = new TempDirectory();
        var settings = new Settings { DataDirectory = directory.Location, Profile = Profile.Standard };
        var collection = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(settings)
            .AddSingleton<IBus>(RecordingBus.Create().Bus).AddSingleton<MessagePublisher>().AddSqliteState(directory.Location);
        new StoreManagerModule().AddServices(collection, settings);
        await using var services = collection.BuildServiceProvider();
        await Prepare(services, subtopics);
        var (loop, hosts, views) = (services.GetRequiredService<StoreLoop>(), services.GetRequiredService<HostsHeard>(),
            services.GetRequiredService<SubtopicViews>());
        var passes = new List<double>();
        var cpu = new List<double>();
        using var self = Process.GetCurrentProcess();
        for (var round = 1; round <= Timing.Repeats + 2; round++)
        {
            Hear(hosts, subtopics, round, lists: round == 1);
            self.Refresh();
            var (from, before) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
            await loop.Once();
            self.Refresh();
            cpu.Add((self.TotalProcessorTime - before).TotalMilliseconds);
            passes.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        var decide = Timing.Median(() =>
        {
            var (terms, moment) = (views.Terms(), hosts.Moment());
            StoreDecider.Decide(
                views.Mine(terms, moment), terms.For, region => hosts.Candidates(region, views.StoresByHost()), moment.Now);
        });
        return (decide, Timing.Middle(passes.Skip(2)), passes[0], Timing.Middle(cpu.Skip(2)));
    }

    internal static async Task<bool> Resolve()
    {
        using var directory = new TempDirectory();
        var settings = new Settings { Port = 0, DataDirectory = directory.Location, Profile = Profile.Standard };
        await using var app = HoldfastHost.Build(settings, [new StoreManagerModule()], TokenAuth.Load(directory.Location).Value!);
        await Prepare(app.Services, Count);
        var hosts = app.Services.GetRequiredService<HostsHeard>();
        Hear(hosts, Count, 1, lists: true);
        await app.StartAsync();
        var server = new Uri(app.Urls.Single());
        using var http = new HttpClient { BaseAddress = server };
        while (!(await http.GetAsync(StoreScene.ResolvePath(0))).IsSuccessStatusCode)
        {
            await Task.Delay(100);
        }

        var sequence = 2;
        await using var beats = new Timer(_ => Hear(hosts, Count, ++sequence, lists: false), null, 1000, 3000);
        using var self = Process.GetCurrentProcess();
        var (from, cpu) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
        var (paused, allocated) = (GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
        var answers = await SteadyLoad.Run(server, PerSecond, "/health/live", "{n}");
        var (bare, resolve) = (answers[0], answers[1]);
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        self.Refresh();
        Print.Line("a second of it",
            $"""
            {(self.TotalProcessorTime - cpu).TotalSeconds / seconds:0.00} cores, {(GC.GetTotalPauseDuration() - paused)
                .TotalMilliseconds / seconds:0.0} ms of GC pauses, {(GC.GetTotalAllocatedBytes() - allocated) / seconds / (1 << 20):0} MiB
            """);
        await app.StopAsync();
        Print.Line("resolve without HTTP", $"{Alone(app.Services):0.0} µs");
        Print.Line("bare Kestrel (/health/live) at 2,000/s", 
            $"p50 {bare.P50:0.00} ms, p99 {bare.P99:0.00}, worst {bare.WorstP99:0.0} ms, {bare.Failed} failed");
        Print.Line("resolve at 2,000/s, passes running beside it",
            $"p50 {resolve.P50:0.00} ms, p99 {resolve.P99:0.00}, worst {resolve.WorstP99:0.0} ms, {resolve.Failed} failed");
        Print.Line("p99 of resolve to that of bare Kestrel", $"{resolve.P99 / bare.P99:0.0} times");
        return Print.Goal("resolve, p99", resolve.P99, "ms", GoalResolveMs, atLeast: false) & resolve.Failed == 0;
    }

    private static double Alone(IServiceProvider services)
    {
        var (views, hosts, subtopics) = (services.GetRequiredService<SubtopicViews>(), services.GetRequiredService<HostsHeard>(),
            services.GetRequiredService<Subtopics>());
        var ms = Timing.Median(() =>
        {
            for (var n = 0; n < Count; n++)
            {
                var document = subtopics.Cache.Find(StoreScene.Subtopic((int)(n * 7919L % Count)))!;
                GC.KeepAlive(Resolving.Best(views.StoresAt(document, hosts.Moment()), StoreScene.Begin + 80_000, null));
            }
        });
        return ms * 1000 / Count;
    }

    private static async Task Prepare(IServiceProvider services, int subtopics)
    {
        await StoreScene.Write(services, subtopics);
        await services.GetRequiredService<HaConfigHeard>().Take(
            new HaConfigChanged { Version = 1, Config = Config, At = DateTimeOffset.UnixEpoch }, default);
    }

    private static void Hear(HostsHeard hosts, int subtopics, long sequence, bool lists)
    {
        foreach (var batch in StoreScene.Batches(subtopics, sequence, lists))
        {
            hosts.Hear(batch);
        }
    }
}
