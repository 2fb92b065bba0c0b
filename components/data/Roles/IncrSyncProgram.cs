using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Data.Network;
using Holdfast.Data.Reports;
using Holdfast.Data.Stores;
using Holdfast.IncrSync;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Roles;

/// <summary><c>holdfast-data incr-sync</c>: writes what a Store shows to a sink, each transaction once.</summary>
internal sealed partial class IncrSyncProgram(
    Surroundings surroundings, IncrSyncConfig config, Engines engines, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Another epoch writes: nobody is to start this one again.</summary>
    private const int Stale = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly ILogger<IncrSyncProgram> _logger = logs.CreateLogger<IncrSyncProgram>();
    private readonly Metrics _metrics = new(surroundings.Folder, time, logs.CreateLogger<Metrics>());
    private readonly TaskHealth _health = new();

    internal async Task<int> Run(CancellationToken cancel)
    {
        var tls = WireTls.Load(null, config.Authorities, time, logs.CreateLogger<WireTls>());
        Applier? applier = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // It says how it is from its first moment on: a sink that others hold is waited for, and that must be seen.
        var saying = new StatusLoop(
            surroundings.Folder, () => _health.Of(Volatile.Read(ref applier)?.Figures()), time, LogNotSaid).Run(end.Token);
        var watching = tls.Watch(end.Token);
        var (reporting, measuring) = (Task.CompletedTask, _metrics.Run(() => Volatile.Read(ref applier)?.Figures(), end.Token));
        try
        {
            if (await Opened(cancel) is not var (sink, catalog, skipped))
            {
                return 0;
            }

            _metrics.Know(skipped);
            Unused(skipped);

            await using var held = sink;
            await using var tables = catalog;
            using var http = ApiClient.Make(config.TokenFile, config.Authorities);
            var feed = new StoreFeed(config, surroundings.Task, new Calls(http, tls, time));
            var made = new Applier(new ApplyOptions
            {
                Task = surroundings.Task,
                Epoch = surroundings.Epoch,
                Mark = $"holdfast/{surroundings.Task}",
                Lanes = config.Lanes,
                RowsPerSecond = config.RowsPerSecond,
                BytesPerSecond = config.BytesPerSecond,
                SkipRows = config.SkipRows.ToHashSet(StringComparer.Ordinal),
                LeftOut = _metrics.LeftOut,
                Ddl = config.Ddl?.Policy() ?? Rules.Apply.TableStatements.DdlPolicy.Default,
                Tables = new Engine.Transactions.StreamFilter { Tables = config.Tables },
                Columns = Engines.Columns,
                Passed = _metrics.Passed,
            }, sink, catalog, time);
            Volatile.Write(ref applier, made);
            reporting = Report(made, feed, end.Token);
            return await Apply(made, feed, cancel);
        }
        finally
        {
            await end.CancelAsync();
            await saying;
            await reporting;
            await watching;
            await measuring;
        }
    }

    /// <summary>Null: it is to end.</summary>
    private async Task<(ISink Sink, ICatalog Catalog, IReadOnlyList<SkippedRow> Skipped)?> Opened(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var (sink, catalog) = await engines.Sink(config.Sink, time, cancel);
                try
                {
                    var skipped = await sink.Skipped(surroundings.Task, cancel);
                    _health.Recovers();
                    return (sink, catalog, skipped);
                }
                catch
                {
                    // It is opened again at the next try: what is held by this one would stay.
                    await sink.DisposeAsync();
                    await catalog.DisposeAsync();
                    throw;
                }
            }
            catch (SourceFaultException error) when (error.Fault.IsPassing)
            {
                Waits($"{error.Fault.Code} {error.Fault.Message}. {error.Fault.Workaround}");
                await Task.WhenAny(Task.Delay(RetryDelay, time, cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<int> Apply(Applier applier, StoreFeed feed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var end = await Turn(applier, feed, cancel);
            switch (end)
            {
                case Cancelled:
                    return 0;
                case FencedOff fenced:
                    var past = $"DP-320 Epoch {fenced.Epoch} writes to the sink already; this one is {surroundings.Epoch},"
                        + " and of the past.";
                    _health.Fails(past);
                    LogEnds(past);
                    return Stale;
                case Stopped { Faults: [var first, ..] } stopped when !stopped.Faults.All(f => f.IsPassing):
                    _health.Fails(first.ToString());
                    stopped.Faults.ToList().ForEach(f => LogEnds(f.ToString()));
                    _metrics.Ends(applier.Figures(), stopped.Faults.Select(f => f.Row).FirstOrDefault(r => r is not null),
                        stopped.Faults.Select(f => f.Ddl).FirstOrDefault(d => d is not null));
                    return 1;
                case Stopped { Faults: [var passing, ..] }:
                    Waits($"{passing.Code} {passing.Message}. {passing.Workaround}");
                    break;
                default:
                    LogAgain(end.ToString());
                    break;
            }

            await Task.WhenAny(Task.Delay(RetryDelay, time, cancel));
        }

        return 0;
    }

    private async Task<ApplyEnd> Turn(Applier applier, StoreFeed feed, CancellationToken cancel)
    {
        try
        {
            var start = await applier.Start(Position.Zero, cancel);
            if (start.Refused is { } fenced)
            {
                return fenced;
            }

            // Nothing is at the sink yet: the task begins by time, and again so until its first position is there. Without a time it
            // takes all that the Store has: "now" would be later with each try, and what was committed between them would be lost.
            var isNew = start.After == Position.Zero;
            var seconds = (isNew ? null : start.Time / 1_000_000) ?? surroundings.From?.ToUnixTimeSeconds();
            _health.Runs(start.Source);
            var from = new FeedStart(isNew ? null : start.After, seconds, start.Source, source => Adopt(applier, source, cancel));
            return await applier.Run(Noted(feed.Read(from, cancel)), cancel);
        }
        catch (SourceFaultException error)
        {
            return new Stopped([new(error.Fault.Code, "the sink", error.Fault.Message, error.Fault.Workaround, error.Fault.IsPassing)]);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new Cancelled();
        }
    }

    private async Task<SourceName?> Adopt(Applier applier, SourceName source, CancellationToken cancel)
    {
        var other = await applier.Adopt(source, cancel);
        _health.Runs(other ?? source);
        return other;
    }

    /// <summary>The first event says that the stream is there: what was wrong before is over.</summary>
    private async IAsyncEnumerable<SourceEvent> Noted(IAsyncEnumerable<SourceEvent> events)
    {
        await foreach (var each in events)
        {
            _health.Recovers();
            yield return each;
        }
    }

    /// <summary>A ticket that has left nothing out may be of a row that did not come yet, or be a slip of the pen.</summary>
    private void Unused(IReadOnlyList<SkippedRow> skipped)
    {
        var unused = config.SkipRows.Except(skipped.Select(s => s.Ticket), StringComparer.Ordinal).ToList();
        if (unused.Count > 0)
        {
            LogUnused(string.Join(", ", unused));
        }
    }

    private void Waits(string why)
    {
        if (_health.Waits(why))
        {
            LogWaits(why);
        }
    }

    private async Task Report(Applier applier, StoreFeed feed, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(ReportInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var figures = applier.Figures();
                if (figures.CheckpointSeconds is { } seconds)
                {
                    await feed.Report(figures.Low, seconds, cancel);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The task waits: {Why}")]
    private partial void LogWaits(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tickets of skipRows that no row was left out by so far: {Tickets}")]
    private partial void LogUnused(string tickets);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Why}")]
    private partial void LogEnds(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The stream is read again: {End}")]
    private partial void LogAgain(string end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Why}")]
    private partial void LogNotSaid(string why);
}
