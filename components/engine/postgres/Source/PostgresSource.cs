using System.Runtime.CompilerServices;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>A PostgreSQL database whose changes are captured (<see cref="PostgresCapture"/>).</summary>
/// <param name="database">The database.</param>
/// <param name="reader">The reader: the server's log is kept until it has confirmed it. Empty: it only asks.</param>
/// <param name="clock">The clock.</param>
/// <param name="options">Options of reading.</param>
public sealed class PostgresSource(
    PostgresDatabase database, string reader, TimeProvider clock, PostgresSourceOptions? options = null) : ISource
{
    private const string Purpose = "source";

    /// <summary>After this many waits in a row without a sign of life, the source commits something itself.</summary>
    private const int BehindMax = 4;

    private readonly PostgresSourceOptions _options = options ?? new PostgresSourceOptions();
    private readonly Retention _retention = new(database, clock, (options ?? new PostgresSourceOptions()).Keep);
    private volatile ReaderStream? _stream;
    private (DateTimeOffset Clock, Position Newest)? _identified;

    /// <inheritdoc/>
    public Task<SourceIdentity> Identify(CancellationToken cancel) => Ask(async session =>
    {
        var server = await ServerIdentity.Read(session, cancel).ConfigureAwait(false);
        _identified = (server.Clock, server.Newest);
        return new SourceIdentity("postgres", server.Version, server.SystemId, server.Clock);
    }, cancel);

    /// <inheritdoc/>
    public Task<SourceRange> Range(CancellationToken cancel) => Ask(async session =>
    {
        var server = await ServerIdentity.Read(session, cancel).ConfigureAwait(false);
        if (server.Flushed < server.Insert)
        {
            // A commit that did not wait for the disk is shown to readers of the log once it is there: this one waits.
            await Beat(session, null, cancel).ConfigureAwait(false);
        }

        ulong?[] kept =
        [
            (await SlotState.Read(session, CaptureNames.Retainer(server.DatabaseOid), cancel).ConfigureAwait(false))?.Oldest,
            (await SlotState.Read(session, CaptureNames.Slot(server.DatabaseOid, reader), cancel).ConfigureAwait(false))?.Oldest,
        ];
        return kept.Min() is { } oldest
            ? new SourceRange(new Position(server.Timeline, oldest), null, server.Newest)
            : throw new SourceFaultException(CaptureFaults.NotInstalled(database));
    }, cancel);

    /// <inheritdoc/>
    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => _identified is var (asked, newest) && asked == time
        // All that had been committed when the server's clock said so was committed before.
        ? Task.FromResult<Position?>(newest)
        : Ask(session => TimeSearch.At(session, database, time, cancel), cancel);

    /// <inheritdoc/>
    public async Task Confirm(Position durable, CancellationToken cancel)
    {
        _stream?.Confirm(durable.Minor);
        await _retention.Tend(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task Beat(ulong? barrier, CancellationToken cancel) => Ask(session => Beat(session, barrier, cancel), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var control = await Guarded(() => Session.Open(database, Purpose, cancel), cancel).ConfigureAwait(false);
        var (server, slot) = await Guarded(() => Prepared(control, after, cancel), cancel).ConfigureAwait(false);
        await using var stream = await Guarded(
            () => ReaderStream.Start(database, control, slot, after.Minor + 1, cancel), cancel).ConfigureAwait(false);
        var transactions = new TransactionReader(control, filter, server.Timeline, _options.PartBytes,
            await Guarded(() => DdlCapture.Key(control, cancel), cancel).ConfigureAwait(false));
        _stream = stream;
        try
        {
            var (at, behind) = (after, 0);
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                if (!await stream.Comes(_options.AliveEvery, clock, cancel).ConfigureAwait(false) && !transactions.IsWithin)
                {
                    if (await Guarded(() => Alive(control, stream, server, at, cancel), cancel).ConfigureAwait(false) is { } alive)
                    {
                        (at, behind) = (alive.Position, 0);
                        yield return alive;
                    }
                    else if (++behind % BehindMax == 0)
                    {
                        // The server has half of a record on its disk, and would let the other half wait: a commit takes it there.
                        await Guarded(() => Beat(control, null, cancel), cancel).ConfigureAwait(false);
                    }

                    continue;
                }

                var events = await Guarded(() => Gathered(stream, transactions, cancel), cancel).ConfigureAwait(false);
                foreach (var each in events)
                {
                    at = each switch
                    {
                        TransactionEvent { Part: { IsLast: true, Position: var position } } => position,
                        AliveEvent { Position: var position } => position,
                        _ => at,
                    };
                    yield return each;
                }
            }
        }
        finally
        {
            _stream = null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Takes messages as long as they are at hand and make nothing known: most are one row of a transaction. The server sends each by
    /// itself; to be woken for each costs several times what reading it does, so more of a transaction is let come for a moment.
    /// </summary>
    private async Task<IReadOnlyList<SourceEvent>> Gathered(
        ReaderStream stream, TransactionReader transactions, CancellationToken cancel)
    {
        while (true)
        {
            var events = await transactions.Take(await stream.Next(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            if (events.Count > 0)
            {
                return events;
            }

            if (!stream.IsAtHand && transactions.IsWithin)
            {
                await stream.LetCome(clock, cancel).ConfigureAwait(false);
            }

            if (!stream.IsAtHand)
            {
                return events;
            }

            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// A sign of life: what was on the server's disk when its clock said so has come. It is asked, since a connection that hangs would be
    /// silent too; and it waits while more is on its way.
    /// </summary>
    private static async Task<AliveEvent?> Alive(
        Session control, ReaderStream stream, ServerIdentity server, Position at, CancellationToken cancel)
    {
        var now = await ServerIdentity.Read(control, cancel).ConfigureAwait(false);
        if (now.Timeline != server.Timeline)
        {
            throw new NpgsqlException("the server's timeline has changed");
        }

        var received = stream.Received;
        return received < Lsn.End(now.Flushed) || received == 0 ? null : new AliveEvent(
            Position.Later(at, new Position(server.Timeline, received - 1)),
            (now.Clock - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Compares where the reader goes on with what the server has, and gives it a slot.</summary>
    private async Task<(ServerIdentity Server, string Slot)> Prepared(Session control, Position after, CancellationToken cancel)
    {
        await Writes(control, cancel).ConfigureAwait(false);
        var server = await ServerIdentity.Read(control, cancel).ConfigureAwait(false);
        if (!await CaptureChecks.IsPublication(control, cancel).ConfigureAwait(false))
        {
            throw new SourceFaultException(CaptureFaults.NotInstalled(database));
        }

        if (after.Major != server.Timeline)
        {
            await Histories.Check(database, after, server, cancel).ConfigureAwait(false);
        }
        else if (after > server.Newest)
        {
            throw new SourceFaultException(CaptureFaults.Unknown(after, server.Newest));
        }

        return (server, await Slots.For(
            control, database, server, reader, after, _options.SlotWait, clock, cancel).ConfigureAwait(false));
    }

    private Task<T> Ask<T>(Func<Session, Task<T>> question, CancellationToken cancel) => Session.Alone(database, Purpose, async session =>
    {
        await Writes(session, cancel).ConfigureAwait(false);
        return await question(session).ConfigureAwait(false);
    }, cancel);

    /// <exception cref="SourceFaultException">It is a standby: its log is another server's.</exception>
    private async Task Writes(Session session, CancellationToken cancel)
    {
        if (await session.One("SELECT pg_is_in_recovery()", cancel).ConfigureAwait(false) == "t")
        {
            throw new SourceFaultException(CaptureFaults.Standby(database));
        }
    }

    private static Task<int> Beat(Session session, ulong? barrier, CancellationToken cancel) => session.Run(
        "SELECT pg_logical_emit_message(true, $1, $2)", cancel, barrier is null ? CaptureNames.Beat : CaptureNames.Barrier,
        barrier?.ToString(CultureInfo.InvariantCulture) ?? "");

    private Task<bool> IsLost(CancellationToken cancel) => Session.Alone(database, Purpose, async session => (await SlotState.Read(
        session, CaptureNames.Slot(await CaptureChecks.DatabaseOid(session, cancel).ConfigureAwait(false), reader), cancel)
        .ConfigureAwait(false)) is { IsLost: true }, cancel);

    private async Task<T> Guarded<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is Failure.NotNow)
        {
            throw new SourceFaultException(await IsLost(cancel).ConfigureAwait(false)
                ? CaptureFaults.Lost(reader, Failure.Words(error)) : Failure.Of(database, error));
        }
        catch (PostgresException error) when (error.SqlState is "42704")
        {
            throw new SourceFaultException(CaptureFaults.NotInstalled(database));
        }
        catch (PostgresException error) when (error.SqlState is Failure.ObjectInUse)
        {
            throw new SourceFaultException(CaptureFaults.Busy(reader));
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            throw new SourceFaultException(Failure.Of(database, error));
        }
    }
}
