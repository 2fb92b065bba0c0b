using System.Runtime.CompilerServices;
using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Groups;
using Holdfast.Engine.MySql.Takeovers;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Source;

/// <summary>The settings by which a source is read.</summary>
public sealed record MySqlSourceOptions
{
    /// <summary>The server says that it lives after so much quiet.</summary>
    public TimeSpan AliveEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A server that says nothing for so long is away.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Approximate bytes of a part of a transaction.</summary>
    public int PartBytes { get; init; } = 256 * 1024;

    /// <summary>The reader's own record of the source; null: it has none that would have to fit.</summary>
    public StoredHistory? History { get; init; }
}

/// <summary>A server whose binary log is read.</summary>
/// <param name="server">The server.</param>
/// <param name="reader">The reader of the source.</param>
/// <param name="clock">The clock.</param>
/// <param name="options">Options of reading.</param>
public sealed class MySqlSource(MySqlServer server, string reader, TimeProvider clock, MySqlSourceOptions? options = null) : ISource
{
    private readonly MySqlSourceOptions _options = options ?? new MySqlSourceOptions();
    private readonly PurgeWatch _purges = new(server, clock);

    /// <summary>The place where the log ended before the server's clock was read.</summary>
    private (DateTimeOffset Clock, Position Newest)? _known;

    private volatile GtidTracker? _tracker;

    /// <inheritdoc/>
    public Task<SourceIdentity> Identify(CancellationToken cancel) => Ask(async connection =>
    {
        var mark = await Known(connection, cancel);
        var newest = await Newest(connection, mark, cancel);
        var now = (DateTime)(await connection.First("SELECT UTC_TIMESTAMP(6)", cancel))![0]!;
        var told = new DateTimeOffset(DateTime.SpecifyKind(now, DateTimeKind.Utc));
        _known = (told, newest);
        return new SourceIdentity("mysql", connection.ServerVersion, mark.SystemId, told);
    }, cancel);

    /// <inheritdoc/>
    public Task<SourceRange> Range(CancellationToken cancel) => Ask(async connection =>
    {
        var mark = await Known(connection, cancel);
        var oldest = (await BinlogFiles.All(connection, cancel))[0];
        var begun = await LogTimes.Begun(server, connection, LogPlace.Beginning(mark.Generation, oldest), cancel);
        return new SourceRange(LogPlace.Beginning(mark.Generation, oldest), DateTimeOffset.FromUnixTimeSeconds(begun),
            await Newest(connection, mark, cancel));
    }, cancel);

    /// <inheritdoc/>
    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => Ask(async connection =>
    {
        var generation = (await Known(connection, cancel)).Generation;
        var found = await LogTimes.Before(server, connection, generation, time, cancel);
        // A log that says seconds only cannot tell what of this second was before; what was there when the clock was read was.
        return _known is var (told, newest) && time >= told && LogPlace.Generation(newest) == generation
            ? Position.Later(found ?? newest, newest) : found;
    }, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var sql = await Asked(() => Connections.Open(server, cancel, isPooled: false));
        var mark = await Asked(() => Known(sql, cancel));
        var start = await Asked(() => Begin(sql, mark, after, cancel));
        _tracker = start.Tracker;
        var charsets = await Asked(() => KnownTables.Charsets(sql, cancel));
        await using var stream = await Asked(() => LogStream.Open(server, sql, start.From, reader, _options.AliveEvery, cancel));
        await sql.CloseAsync();
        var groups = new GroupReader(new KnownTables(server, charsets), filter, _options.PartBytes)
        {
            After = start.After,
            IsKnown = name => start.IsKnown(server, name),
            Ended = group => start.Tracker?.Ended(group),
        };
        var found = new List<SourceEvent>();
        var shown = clock.GetTimestamp();
        using var silence = new Silence(_options.SilenceMax, clock, cancel);
        while (true)
        {
            var isAlive = await Asked(() => Step(stream, groups, found, silence, cancel));
            if (found.Count > 0)
            {
                foreach (var each in found)
                {
                    yield return each;
                }

                (shown, isAlive) = (clock.GetTimestamp(), false);
                found.Clear();
            }

            if (groups.IsBetween)
            {
                start.Tracker?.Between(stream.Place.Position);
            }

            if (groups.IsBetween && (isAlive || clock.GetElapsedTime(shown) >= _options.AliveEvery)
                && Position.Later(stream.Place.Position, start.After) is var at)
            {
                shown = clock.GetTimestamp();
                yield return new AliveEvent(at, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10);
            }
        }
    }

    /// <inheritdoc/>
    public async Task Confirm(Position durable, CancellationToken cancel)
    {
        _tracker?.Confirm(durable);
        // The server keeps its log by time, for nobody in particular: all that can be done is to say in time that it will be too late.
        if (_purges.IsDue)
        {
            await Ask(async connection =>
            {
                if ((await Known(connection, cancel)).Generation == LogPlace.Generation(durable))
                {
                    await _purges.Look(connection, durable, cancel);
                }

                return true;
            }, cancel);
        }
    }

    /// <inheritdoc/>
    public Task Beat(ulong? barrier, CancellationToken cancel) => Ask(async connection =>
    {
        await Installation.Beat(connection, reader, barrier, cancel);
        return true;
    }, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Takes events as long as they are at hand and nothing is to be shown; true: the last one was a sign of life.</summary>
    private async Task<bool> Step(
        LogStream stream, GroupReader groups, List<SourceEvent> found, Silence silence, CancellationToken cancel)
    {
        while (true)
        {
            BinlogEvent happened;
            silence.Begin();
            try
            {
                happened = await stream.Next(silence.Token) ?? throw new EndOfStreamException("the server has ended the stream");
            }
            catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture,
                    $"the server has said nothing for {_options.SilenceMax.TotalSeconds:0} s"), error);
            }

            silence.End();
            await groups.Take(happened, stream.Format, stream.Place.Position, found, cancel);
            var isAlive = happened.Kind is EventKind.Heartbeat or EventKind.Heartbeat2;
            if (isAlive || found.Count > 0 || !stream.IsAtHand)
            {
                return isAlive;
            }
        }
    }

    private async Task<Position> Newest(MySqlConnection connection, ServerMark mark, CancellationToken cancel) =>
        await BinlogFiles.Newest(connection, cancel) is var (file, end) ? LogPlace.Of(mark.Generation, file.Number, end)
            : throw new SourceFaultException(SourceFaults.NoLog(server));

    /// <summary>A copy of the source that is known is taken for it, as one that was not read yet: reading proves it first.</summary>
    private async Task<ServerMark> Known(MySqlConnection connection, CancellationToken cancel) =>
        await Installation.Mark(connection, cancel)
        ?? (_options.History?.SystemId() is { } known && await Installation.IsCopy(connection, known, cancel) ? new ServerMark(known, 0)
            : throw new SourceFaultException(SourceFaults.NotInstalled(server)));

    private async Task<LogStart> Begin(MySqlConnection sql, ServerMark mark, Position after, CancellationToken cancel)
    {
        if (_options.History is { } history && (sql.IsMaria() || mark.Generation == 0))
        {
            return await new Resumption(server, sql, history, clock).Find(mark, after, cancel);
        }

        return LogPlace.Generation(after) == mark.Generation
            ? new LogStart(after, after, new Dictionary<uint, Gtid>(), null)
            : throw new SourceFaultException(SourceFaults.Generation(server, after));
    }

    private Task<T> Asked<T>(Func<Task<T>> work) => ServerFaults.Guard(server, work);

    private Task<T> Ask<T>(Func<MySqlConnection, Task<T>> question, CancellationToken cancel) => Asked(async () =>
    {
        await using var connection = await Connections.Open(server, cancel);
        return await question(connection);
    });
}
