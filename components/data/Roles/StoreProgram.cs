using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Data.Network;
using Holdfast.Data.Reports;
using Holdfast.Data.Stores;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Contract;
using Holdfast.Store;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Roles;

/// <summary><c>holdfast-data store</c>: collects a source's log and shows it.</summary>
internal sealed class StoreProgram(
    Surroundings surroundings, StoreConfig config, HoldfastPart? own, Engines engines, TimeProvider time, ILoggerFactory logs)
{
    internal async Task<int> Run(CancellationToken cancel)
    {
        var filter = new StreamFilter { Tables = config.Tables };
        var log = Path.Combine(surroundings.Folder, "log");
        var tls = WireTls.Load(config.Tls, config.Authorities, time, logs.CreateLogger<WireTls>());
        var serve = Listening.Of(config, own, tls);
        using var http = ApiClient.Make(config.TokenFile, config.Authorities);
        StoreRunner? runner = null;
        var calls = new StoreCalls(surroundings.Component, End, after => runner?.Names(after), new Calls(http, tls, time));
        await using var source = engines.Source(config, log, filter, calls);
        runner = new StoreRunner(source, new StoreOptions
        {
            Name = surroundings.Component,
            Subtopic = config.Subtopic,
            Folder = log,
            // A relay takes all that the other Store has, unless it is told from when on.
            From = surroundings.From ?? (config.Source.Kind == "relay" ? DateTimeOffset.UnixEpoch : null),
            Needed = surroundings.Needed,
            Filter = filter,
            KeepFor = TimeSpan.FromHours(config.KeepHours),
            ForgetAfter = TimeSpan.FromHours(config.ForgetConsumersHours),
            QuotaBytes = config.QuotaBytes,
            OpenLog = engines.Log,
            Serve = serve,
        }, time, logs);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var logger = logs.CreateLogger<StoreProgram>();
        var saying = new StatusLoop(surroundings.Folder, () => StatusOf(runner.Figures), time,
            why => logger.LogWarning("{Why}", why)).Run(end.Token);
        var watching = tls.Watch(end.Token);
        var measuring = new StoreMetrics(time, logs.CreateLogger<StoreMetrics>()).Run(() => runner.Figures, end.Token);
        var retention = config.Api is { } api && Engines.Forgets(config.Source) is { } forget ? new ReaderRetention(surroundings.Component,
            config.Subtopic, new RemovedStores(api, http), forget, time, logs.CreateLogger<ReaderRetention>()) : null;
        var keeping = retention?.Run(end.Token) ?? Task.CompletedTask;
        var fault = await runner.Run(cancel);
        await end.CancelAsync();
        await keeping;
        if (fault is null && retention is not null)
        {
            await retention.Leave();
        }

        await watching;
        await measuring;
        await saying;
        return fault is null ? 0 : 1;

        long End() => Status.Seconds(runner?.Figures.Range?.LastTime) ?? (surroundings.From ?? time.GetUtcNow()).ToUnixTimeSeconds();
    }

    internal static Status StatusOf(StoreFigures figures) => new()
    {
        State = figures.Fault is not null ? "Abnormal" : figures.Endpoint is null ? "Starting" : "Running",
        Begin = FirstSecond(figures.Range),
        End = Status.Seconds(figures.Range?.LastTime) is { } end && end >= (FirstSecond(figures.Range) ?? end) ? end : null,
        PositionBegin = figures.Range?.After.ToString(),
        PositionEnd = figures.Range?.Last.ToString(),
        Bytes = figures.Range?.Bytes,
        Endpoint = figures.Endpoint?.ToString(),
        SourceLagMs = (long?)figures.SourceLag?.TotalMilliseconds,
        Barrier = Status.Number(figures.Barrier),
        Term = Status.Number(figures.Term),
        SystemId = figures.SystemId,
        Consumers = [.. figures.Consumers.Select(c => new StatusConsumer(c.Task, c.Seconds, c.Applied.ToString()))],
        Error = figures.Fault?.ToString(),
    };

    /// <summary>
    /// The second from which on a reader that knows only a time is served: everything that was committed in it or later is there. The
    /// second in which the log begins is not whole.
    /// </summary>
    private static long? FirstSecond(LogRange? range) => Status.Seconds(range?.AfterTime) + 1;
}
