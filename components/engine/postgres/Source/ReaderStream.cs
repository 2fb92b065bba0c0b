using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;
using NpgsqlTypes;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// The server's log as it comes. What is confirmed is told the server by the driver's own timer, whether or not anybody reads, so a
/// reader that waits for its disk is not taken for dead.
/// </summary>
internal sealed class ReaderStream : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    /// <summary>More messages than these between two waits: they come faster than one by one.</summary>
    private const int Many = 16;

    private static readonly TimeSpan MoreComes = TimeSpan.FromMilliseconds(2);

    private readonly LogicalReplicationConnection _connection;
    private readonly WakeThreshold? _threshold;
    private readonly IAsyncEnumerator<XLogDataMessage> _messages;
    private readonly CancellationTokenSource _end;
    private byte[] _buffer = new byte[8192];
    private ValueTask<bool>? _next;
    private Task<bool>? _awaited;
    private Task? _quiet;

    /// <summary>Messages that were read since the last wait.</summary>
    private int _taken;

    private ReaderStream(LogicalReplicationConnection connection, WakeThreshold? threshold, IAsyncEnumerator<XLogDataMessage> messages,
        CancellationTokenSource end) =>
        (_connection, _threshold, _messages, _end) = (connection, threshold, messages, end);

    /// <summary>All that was committed before this was received, or is nothing that is published.</summary>
    internal ulong Received => (ulong)_connection.LastReceivedLsn;

    /// <summary>It can be woken for many messages at once; else it is woken for each.</summary>
    internal bool HasThreshold => _threshold is not null;

    /// <summary>Begins to read.</summary>
    /// <param name="database">The database.</param>
    /// <param name="control">Another session there.</param>
    /// <param name="slot">The reader's slot.</param>
    /// <param name="from">Commits from here on.</param>
    /// <param name="cancel">Ends the stream.</param>
    internal static async Task<ReaderStream> Start(
        PostgresDatabase database, Session control, string slot, ulong from, CancellationToken cancel)
    {
        var way = new NpgsqlConnectionStringBuilder(database.ConnectionString("reading the log")) { ReadBufferSize = BufferBytes };
        var connection = new LogicalReplicationConnection(way.ConnectionString)
        {
            WalReceiverStatusInterval = TimeSpan.FromSeconds(2),
            WalReceiverTimeout = TimeSpan.FromMinutes(2),
        };
        var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            await connection.Open(cancel).ConfigureAwait(false);
            // Nothing is confirmed but what the reader says: until then the place from which it reads.
            connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(from - 1));
            var place = new NpgsqlLogSequenceNumber(from);
            var messages = connection.StartLogicalReplication(new PgOutputReplicationSlot(slot), end.Token, place,
            [
                new("proto_version", "1"),
                new("publication_names", $"\"{CaptureNames.Publication}\""),
                new("messages", "true"),
            ], false).GetAsyncEnumerator(end.Token);
            var threshold = await Threshold(database, control, connection, cancel).ConfigureAwait(false);
            return new ReaderStream(connection, threshold, messages, end);
        }
        catch
        {
            end.Dispose();
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The reader has all up to here on its disk.</summary>
    internal void Confirm(ulong durable) => _connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(durable));

    /// <summary>Waits for a message, for a limited time; true: one has come, and is read next.</summary>
    internal async ValueTask<bool> Comes(TimeSpan within, TimeProvider time, CancellationToken cancel)
    {
        if (IsAtHand)
        {
            return true;
        }

        if (_taken > Many)
        {
            await LetCome(time, cancel).ConfigureAwait(false);
            if (IsAtHand)
            {
                return true;
            }
        }

        _taken = 0;
        // Where the server is the slower one, each message is waited for: a timer and a token for each would cost more than the message.
        var (awaited, began) = (Awaited(), time.GetTimestamp());
        while (true)
        {
            _quiet = _quiet is { IsCompleted: false } ? _quiet : Task.Delay(within, time, cancel);
            await Task.WhenAny(awaited, _quiet).ConfigureAwait(false);
            if (awaited.IsCompleted)
            {
                return true;
            }

            cancel.ThrowIfCancellationRequested();
            if (within - time.GetElapsedTime(began) is var rest && rest <= TimeSpan.Zero)
            {
                return false;
            }

            _quiet = Task.Delay(rest, time, cancel);
        }
    }

    /// <summary>Lets more messages come for a moment, so that the reader is not woken for each.</summary>
    internal async Task LetCome(TimeProvider time, CancellationToken cancel)
    {
        _taken = 0;
        _threshold?.Set(BufferBytes);
        try
        {
            await Task.Delay(MoreComes, time, cancel).ConfigureAwait(false);
        }
        finally
        {
            _threshold?.Set(1);
        }
    }

#pragma warning disable CA2012 // kept until it is awaited, once: whoever awaits it takes it out of its field
    /// <summary>A message, or the end of the stream, has come already.</summary>
    internal bool IsAtHand => _awaited is { } awaited ? awaited.IsCompleted : (_next ??= _messages.MoveNextAsync()).IsCompleted;

    /// <summary>The next message; its bytes are good until the one after.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> Next(CancellationToken cancel)
    {
        var isThere = IsAtHand && _awaited is null && _next is { } next ? await next.ConfigureAwait(false)
            : await Awaited().ConfigureAwait(false);
        (_next, _awaited) = (null, null);
        _taken++;
        if (!isThere)
        {
            throw new NpgsqlException("the server has ended the stream");
        }

        var data = _messages.Current.Data;
        var length = checked((int)data.Length);
        if (_buffer.Length < length || _buffer.Length > 1 << 20 && length < 1 << 16)
        {
            _buffer = new byte[Math.Max(8192, length)];
        }

        await data.ReadExactlyAsync(_buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
        return _buffer.AsMemory(0, length);
    }

    /// <summary>The wait for the next message, which more than one may look at.</summary>
    private Task<bool> Awaited()
    {
        _awaited ??= (_next ?? _messages.MoveNextAsync()).AsTask();
        _next = null;
        return _awaited;
    }
#pragma warning restore CA2012

    public async ValueTask DisposeAsync()
    {
        // The driver reads on until the stream has ended, and nobody else may then: whoever waits for a message ends first.
        await _end.CancelAsync().ConfigureAwait(false);
        if (_next is not null || _awaited is not null)
        {
            var left = Awaited();
            await Task.WhenAny(left).ConfigureAwait(false);
            _ = left.Exception;
        }

        _threshold?.Dispose();
        await _connection.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    /// <summary>The driver hides its socket; the server says from which port it was called.</summary>
    private static async Task<WakeThreshold?> Threshold(
        PostgresDatabase database, Session control, LogicalReplicationConnection connection, CancellationToken cancel) =>
        int.TryParse(await control.One("SELECT client_port FROM pg_stat_activity WHERE pid = $1", cancel, connection.ProcessID)
            .ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? WakeThreshold.Find(port, database.Port) : null;
}
