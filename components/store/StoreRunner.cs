using System.Net;
using System.Net.Sockets;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.StoreWire.Server;
using Microsoft.Extensions.Logging;

namespace Holdfast.Store;

/// <summary>
/// Reads a source into a log and shows the log to consumers. What is shown and confirmed is on the disk. When the disk or the source
/// fails it stops reading, goes on showing what it has, and tries again: the source keeps what was not read.
/// </summary>
public sealed partial class StoreRunner(ISource source, StoreOptions options, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>A piece that is packed and written longer than another thread takes to begin.</summary>
    private const int LargeBytes = 64 << 10;

    private readonly ILogger<StoreRunner> _logger = logs.CreateLogger<StoreRunner>();
    private readonly SourceClock _clock = new();
    private readonly Retry _retry = new(options, time, logs.CreateLogger<StoreRunner>());
    private volatile StoreLog? _log;
    private volatile ServedLog? _served;
    private volatile IPEndPoint? _endpoint;
    private readonly Barriers _barriers = new();
    private long _lagTicks = -1;

    /// <summary>Its figures now.</summary>
    public StoreFigures Figures => new(_retry.Fault, _endpoint, _log?.Range, _served?.Connected ?? [],
        Interlocked.Read(ref _lagTicks) is var lag and >= 0 ? TimeSpan.FromTicks(lag) : null)
    {
        Barrier = _log is { } log ? _barriers.UpTo(log.Durable) : null,
        Term = _log?.Term,
        SystemId = _served?.SystemId,
    };

    /// <summary>Collects until it is cancelled.</summary>
    /// <returns>Null: it was cancelled; else why it cannot go on.</returns>
    public async Task<StoreFault?> Run(CancellationToken cancel)
    {
        try
        {
            // The log on the disk is served also while the source is away: that may be when it is needed most.
            var logOptions = StoreLog.SourceOf(options.Folder).Source is var (kind, systemId)
                ? LogOf(kind, systemId, LogStart.Everything, [])
                : await New(cancel);
            using var log = await _retry.Until(() => Task.FromResult(Opened(options.OpenLog(logOptions))), cancel);
            (_log, _served) = (log, new ServedLog(log, options.Name, logOptions));
            await using var server = await _retry.Until(() => Task.FromResult(Listening(_served)), cancel);
            _endpoint = server.Endpoint;
            LogServes(options.Name, server.Endpoint, log.Range.After, log.Range.Last);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var (collecting, confirming) = (Collect(log, done.Token),
                new Confirmation(source, options, time, _logger).Run(log, done.Token));
            try
            {
                // A source that is never told keeps all that it has: whichever of the two fails ends the other.
                await await Task.WhenAny(collecting, confirming);
            }
            finally
            {
                await done.CancelAsync();
                // The first end is the one that is told; the log is closed once nobody writes it.
                await Task.WhenAny(Task.WhenAll(collecting, confirming));
                log.Flush();
            }

            return null;
        }
        catch (StoreFaultException error)
        {
            _retry.Fault = error.Fault;
            return error.Fault;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>See <see cref="LogNames.After"/>; null also while there is no log.</summary>
    public IEnumerable<(Position Position, string? Name)>? Names(Position? after) => _log is { } log ? LogNames.After(log, after) : null;

    private async Task<LogOptions> New(CancellationToken cancel)
    {
        var identity = await _retry.Until(() => source.Identify(cancel), cancel);
        return LogOf(identity.Kind, identity.SystemId, await _retry.Until(() => Start(identity, cancel), cancel), identity.Terms);
    }

    /// <param name="kind">The source's engine.</param>
    /// <param name="systemId">The source.</param>
    /// <param name="start">Of a new log; one that is there goes on where it ended.</param>
    /// <param name="terms">Of a new log.</param>
    private LogOptions LogOf(string kind, string systemId, LogStart start, IReadOnlyList<Term> terms) => new()
    {
        Folder = options.Folder,
        SourceKind = kind,
        SystemId = systemId,
        Subtopic = options.Subtopic,
        KeepFor = options.KeepFor,
        QuotaBytes = options.QuotaBytes,
        Start = start,
        Terms = terms,
        ForgetAfter = options.ForgetAfter,
        Forgot = LogForgotten,
        Lost = loss => LogLost(StoreFault.Of(loss.Fault).ToString()),
        Time = time,
    };

    private async Task<LogStart> Start(SourceIdentity identity, CancellationToken cancel)
    {
        var from = options.From ?? identity.Clock;
        return StartRule.Of(await source.At(from, cancel), Microseconds(from), options.Needed, identity,
            await source.Range(cancel));
    }

    private async Task Collect(StoreLog log, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await Recognise(log, cancel);
                await Take(log, source.Read(log.Resume(), options.Filter, cancel), cancel);
                cancel.ThrowIfCancellationRequested();
            }
            catch (SourceFaultException error) when (error.Fault.IsPassing)
            {
                await _retry.Wait(StoreFault.Of(error.Fault), cancel);
            }
            catch (SourceFaultException error)
            {
                throw new StoreFaultException(StoreFault.Of(error.Fault));
            }
        }
    }

    /// <summary>Takes all that is shown, in its order. A large piece is packed and written while the next one is read.</summary>
    private async Task Take(StoreLog log, IAsyncEnumerable<SourceEvent> shown, CancellationToken cancel)
    {
        var taking = Task.CompletedTask;
        try
        {
            await foreach (var happened in shown)
            {
                await taking;
                taking = happened is TransactionEvent { Part.Changes.Length: >= LargeBytes }
                    ? Task.Run(() => Append(log, happened, cancel), cancel)
                    : Append(log, happened, cancel);
            }
        }
        finally
        {
            // Nothing is under way when the source is read again after what the log has.
            await taking;
        }
    }

    /// <summary>The source may be another one since the log was begun, or since the stream broke off.</summary>
    private async Task Recognise(StoreLog log, CancellationToken cancel)
    {
        var identity = await source.Identify(cancel);
        if (log.RefusalOf(identity.Kind, identity.SystemId) is { } refusal)
        {
            throw new StoreFaultException(StoreFault.Of(refusal));
        }

        _served!.Through = identity.Through;
    }

    private async Task Append(StoreLog log, SourceEvent happened, CancellationToken cancel)
    {
        while (log.Append(happened) is { } refused)
        {
            var fault = StoreFault.Of(refused);
            if (!fault.IsPassing)
            {
                throw new StoreFaultException(fault);
            }

            await _retry.Wait(fault, cancel);
        }

        if (happened is TransactionEvent { Part: { IsLast: true, CommitTime: var committed } part })
        {
            _barriers.Read(part);
            var age = Microseconds(time.GetUtcNow()) - committed;
            Interlocked.Exchange(ref _lagTicks, Math.Max(0, age) * TimeSpan.TicksPerMicrosecond);
            if (_clock.Look(TimeSpan.FromMicroseconds(age)) is { } changed)
            {
                LogClock(changed);
            }
        }

        _retry.Fault = log.Fault is { } writing ? StoreFault.Of(writing) : null;
    }

    private StoreServer Listening(ServedLog served)
    {
        try
        {
            return StoreServer.Start(options.Serve, served, logs.CreateLogger<StoreServer>());
        }
        catch (SocketException error)
        {
            throw new StoreFaultException(new StoreFault("DP-344", $"The Store cannot listen at {options.Serve.Listen}: {error.Message}.",
                "Free the port, or give another address that this host has; the Store tries again.", IsPassing: true));
        }
    }

    private static StoreLog Opened(Outcome<StoreLog> opened) => opened.IsDone
        ? opened.Value : throw new StoreFaultException(StoreFault.Of(opened.Fault));

    private static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} serves at {Endpoint} what is after {After}, up to {Last} now")]
    private partial void LogServes(string store, IPEndPoint endpoint, Position after, Position last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    private partial void LogClock(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    private partial void LogLost(string what);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Task} was not heard for as long as consumers are remembered: what it needs after {Checkpoint} is kept no longer")]
    private partial void LogForgotten(string task, Position checkpoint);
}
