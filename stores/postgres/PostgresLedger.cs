using Microsoft.Extensions.Logging;

namespace Holdfast.Stores.Postgres;

/// <summary>
/// The writes that were committed, each with how many rows it changed: a call that has lost its answer finds it here. What is old is
/// deleted now and then.
/// </summary>
internal sealed partial class PostgresLedger(NpgsqlDataSource source, string schema, string shown, TimeProvider time, ILogger logger)
{
    /// <summary>Nobody asks the ledger longer than <see cref="PostgresDatabase.TryMax"/> after a write.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private long _prunedAt = time.GetTimestamp();

    /// <summary>Rows that a write changed; null: it was not committed.</summary>
    internal async Task<long?> Noted(NpgsqlConnection connection, Guid write, CancellationToken cancel)
    {
        var asked = new PostgresStatement(
            $"SELECT rows FROM \"{schema}\".holdfast_writes WHERE id = $1", [(write, NpgsqlDbType.Uuid)]);
        await using var command = asked.On(connection);
        return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) as long?;
    }

    /// <summary>Deletes old lines now and then, beside the callers; the server's clock, which is one for all, says what is old.</summary>
    internal void Prune()
    {
        var last = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(last) < Kept / 10
            || Interlocked.CompareExchange(ref _prunedAt, time.GetTimestamp(), last) != last)
        {
            return;
        }

        _ = Task.Run(DeleteOld, CancellationToken.None);
    }

    internal async Task DeleteOld()
    {
        try
        {
            var old = new PostgresStatement(
                $"DELETE FROM \"{schema}\".holdfast_writes WHERE at < now() - $1", [(Kept, NpgsqlDbType.Interval)]);
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None).ConfigureAwait(false);
            await using var command = old.On(connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
        {
            LogNotPruned(shown, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Database}: old lines of the ledger stay for now: {Why}")]
    private partial void LogNotPruned(string database, string why);
}
