using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Holdfast.Stores.Postgres;

/// <summary>
/// The connections of one process. A call that meets a lost connection, a server that restarts, or one that has become a standby, tries
/// again for a while. A write that may have been committed meanwhile is looked up in the ledger first.
/// </summary>
internal sealed partial class PostgresDatabase : IAsyncDisposable
{
    /// <summary>No attempt begins later than this after the first.</summary>
    internal static readonly TimeSpan TryMax = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan HealthMax = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RoomEvery = TimeSpan.FromSeconds(5);
    private const int RoomBytes = 64 << 10;

    private readonly NpgsqlDataSource _source;
    private readonly string _shown;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _roomAskedAt;

    internal PostgresDatabase(PostgresAddress address, string shown, TimeProvider time, ILoggerFactory logs)
    {
        var builder = new NpgsqlDataSourceBuilder(address.ConnectionString) { Name = "holdfast" };
        // Of several hosts the one that takes writes now: after a failover it is another.
        _source = address.ManyHosts
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
        Schema = address.Schema;
        _shown = shown;
        _time = time;
        _log = logs.CreateLogger("Holdfast.State");
        Ledger = new PostgresLedger(_source, Schema, shown, time, _log);
    }

    internal string Schema { get; }

    internal string Shown => _shown;

    internal PostgresLedger Ledger { get; }

    /// <summary>Waits until the server answers and is one that can be used.</summary>
    internal async Task Ready(CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
                await PostgresSchema.PrepareAll(connection, Schema, _shown, cancel).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is NpgsqlException && PostgresFaults.MayPass(e))
            {
                if (_time.GetElapsedTime(started) > StartMax)
                {
                    throw PostgresFaults.NoAnswer(_shown, StartMax, e);
                }

                if (attempt == 0)
                {
                    LogWaiting(_shown, StartMax.TotalSeconds, e.Message);
                }

                await Task.Delay(PauseMax, _time, cancel).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (e is not PostgresException)
            {
                throw PostgresFaults.Untrusted(_shown, e);
            }
            catch (PostgresException e)
            {
                throw PostgresFaults.Unusable(_shown, $"PostgreSQL {e.SqlState}: {e.MessageText}");
            }
        }
    }

    /// <summary>Table, indexes and documents of a collection, made what the code declares.</summary>
    internal void Prepare(PostgresTable table)
    {
        try
        {
            using var connection = _source.OpenConnection();
            PostgresSchema.Prepare(connection, Schema, _shown, table);
        }
        catch (NpgsqlException e)
        {
            throw e is PostgresException postgres && !PostgresFaults.MayPass(e)
                ? PostgresFaults.Unusable(_shown, $"collection {table.Collection}: PostgreSQL {postgres.SqlState}: {postgres.MessageText}")
                : PostgresFaults.Unavailable(_shown, e);
        }
    }

    internal Task<TResult> Read<TResult>(
        PostgresStatement statement, Func<NpgsqlDataReader, Task<TResult>> read, CancellationToken cancel) =>
        Attempts(
            async (connection, _) =>
            {
                await using var command = statement.On(connection);
                await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
                return await read(rows).ConfigureAwait(false);
            },
            cancel);

    /// <summary>
    /// Runs a write of <see cref="PostgresTable.Noted"/>, and returns how many rows it changed. <paramref name="values"/> stand from $2 on.
    /// </summary>
    internal async Task<long> Write(
        string sql, IReadOnlyList<(object Value, NpgsqlDbType Type)> values, CancellationToken cancel)
    {
        var write = Guid.CreateVersion7(_time.GetUtcNow());
        var statement = new PostgresStatement(sql, [(write, NpgsqlDbType.Uuid), .. values]);
        var changed = await Attempts(
            async (connection, attempt) =>
            {
                if (attempt > 0 && await Ledger.Noted(connection, write, cancel).ConfigureAwait(false) is { } rows)
                {
                    return rows;
                }

                await using var command = statement.On(connection);
                return (long)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
            },
            cancel).ConfigureAwait(false);
        Ledger.Prune();
        return changed;
    }

    /// <summary>Writes and reads a row; null when that went well.</summary>
    internal async Task<string?> CheckHealth(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var timer = _time.CreateTimer(_ => limit.Cancel(), null, HealthMax, Timeout.InfiniteTimeSpan);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(
                $"INSERT INTO \"{Schema}\".holdfast_health (id, asked_at, room) VALUES (1, now(), $1) "
                + "ON CONFLICT (id) DO UPDATE SET asked_at = excluded.asked_at, room = coalesce(excluded.room, holdfast_health.room) "
                + "RETURNING asked_at", connection);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)Room() ?? DBNull.Value });
            await command.ExecuteScalarAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"{_shown}: no answer within {HealthMax.TotalSeconds} s";
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return PostgresFaults.Unavailable(_shown, e).Message;
        }
    }

    /// <summary>
    /// Several pages that cannot be compressed, every few seconds: a disk that is full is noticed where something must grow, and the row
    /// is replaced the next time.
    /// </summary>
    private byte[]? Room()
    {
        var last = Interlocked.Read(ref _roomAskedAt);
        return (last == 0 || _time.GetElapsedTime(last) >= RoomEvery)
            && Interlocked.CompareExchange(ref _roomAskedAt, _time.GetTimestamp(), last) == last
            ? RandomNumberGenerator.GetBytes(RoomBytes) : null;
    }

    /// <summary>Work on one connection, tried once.</summary>
    internal void Once(Action<NpgsqlConnection> work)
    {
        try
        {
            using var connection = _source.OpenConnection();
            work(connection);
        }
        catch (NpgsqlException e)
        {
            throw PostgresFaults.Unavailable(_shown, e);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<TResult> Attempts<TResult>(
        Func<NpgsqlConnection, int, Task<TResult>> work, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var pause = PauseMin;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
                return await work(connection, attempt).ConfigureAwait(false);
            }
            catch (Exception e) when (
                (PostgresFaults.MayPass(e) || PostgresFaults.IsNotedTwice(e)) && _time.GetElapsedTime(started) + pause < TryMax)
            {
                if (e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction })
                {
                    _source.Clear(); // These connections lead to what is a standby now.
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                cancel.ThrowIfCancellationRequested();
                throw PostgresFaults.Unavailable(_shown, e);
            }

            await Task.Delay(pause, _time, cancel).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {Database}, at most {Limit} s: {Why}")]
    private partial void LogWaiting(string database, double limit, string why);
}
