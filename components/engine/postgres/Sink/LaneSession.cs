using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>A lane's connection.</summary>
internal sealed class LaneSession : IAsyncDisposable
{
    /// <summary>Prefix of the message by which a reader of this database's own log knows who wrote a transaction.</summary>
    internal const string MarkPrefix = "holdfast.mark";

    private readonly LaneName _name;
    private readonly TimeProvider _time;
    private readonly bool _hasOrigin;

    private LaneSession(
        Session connection, LaneName name, PostgresDatabase database, (bool IsReplica, bool HasOrigin) may, TimeProvider time)
    {
        (Connection, _name, _time, _hasOrigin) = (connection, name, time, may.HasOrigin);
        var isReplica = may.IsReplica;
        Rows = new RowApplier(database, connection, new SinkTables(connection, isReplica, time), isReplica);
    }

    internal Session Connection { get; }

    internal RowApplier Rows { get; }

    internal static async Task<LaneSession> Open(
        PostgresDatabase database, LaneName name, TimeProvider time, PostgresSinkOptions options, CancellationToken cancel)
    {
        var session = await Session.Open(database, $"lane {name.Lane} of {name.Task}", cancel, isWriting: true).ConfigureAwait(false);
        try
        {
            await session.Run($"SET lock_timeout = {(long)options.LockWait.TotalMilliseconds}", cancel).ConfigureAwait(false);
            var isReplica = await Replica(session, cancel).ConfigureAwait(false);
            return new LaneSession(
                session, name, database, (isReplica, await LaneOrigin.Set(session, name, cancel).ConfigureAwait(false)), time);
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Begins a transaction: takes the lane's own lock and a share of the task's. Then it reads the fence and the lane's row under these
    /// locks, and writes the mark before any row.
    /// </summary>
    internal async Task<(long? Fence, CountedRow Row)> Begin(CancellationToken cancel)
    {
        Rows.Begin();
        await using var batch = new NpgsqlBatch(Connection.Connection);
        Add(batch, "BEGIN");
        Add(batch, "SELECT pg_advisory_xact_lock($1)::text, pg_advisory_xact_lock_shared($2)::text",
            SinkSchema.LaneLock(_name.Task, _name.Lane), SinkSchema.FenceLock(_name.Task));
        Add(batch, $"SELECT (SELECT epoch FROM {SinkSchema.Fence} WHERE task = $1)::text, l.count::text, l.epoch::text, l.low_major::text,"
            + $" l.low_minor::text, l.source_time::text, encode(l.done, 'hex') FROM (SELECT 1) AS one LEFT JOIN {SinkSchema.Lane} l"
            + " ON l.task = $1 AND l.lane = $2", _name.Task, _name.Lane);
        Add(batch, "SELECT pg_logical_emit_message(true, $1, $2)::text", MarkPrefix, _name.Mark);
        if (_hasOrigin)
        {
            Add(batch, LaneOrigin.Transaction);
        }

        Add(batch, "SET CONSTRAINTS ALL DEFERRED");
        Add(batch, RowApplier.Savepoint);
        await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        await reader.ReadAsync(cancel).ConfigureAwait(false);
        var row = Session.Row(reader);
        while (await reader.NextResultAsync(cancel).ConfigureAwait(false))
        {
            // To the end: an error of a later statement is told there.
        }

        return (row[0] is null ? null : SinkSchema.Number(row[0]), row[1] is null ? CountedRow.None : SinkSchema.Read(row, 1));
    }

    /// <summary>
    /// Checks the deferred constraints, writes the lane's row and the names of rows that were left out, and commits. All is one message, of
    /// which nothing takes effect after something has failed.
    /// </summary>
    internal async Task Commit(CountedRow progress, IEnumerable<SkippedRow> skipped, CancellationToken cancel)
    {
        var row = progress.Row;
        await using var batch = new NpgsqlBatch(Connection.Connection);
        Add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
        Add(batch, $"INSERT INTO {SinkSchema.Lane}(task, lane, epoch, count, low_major, low_minor, source_time, done)"
            + " VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (task, lane) DO UPDATE SET epoch = excluded.epoch,"
            + " count = excluded.count, low_major = excluded.low_major,"
            + " low_minor = excluded.low_minor, source_time = excluded.source_time, done = excluded.done",
            _name.Task, _name.Lane, row.Epoch, progress.Count, (long)row.Low.Major, (long)row.Low.Minor, row.SourceTime,
            progress.DoneBytes());
        foreach (var each in skipped)
        {
            Add(batch, $"INSERT INTO {SinkSchema.Skipped}(task, ticket, position, table_name, row_key, code, why, time)"
                + " VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (task, ticket)"
                + " DO UPDATE SET code = excluded.code, why = excluded.why, time = excluded.time", _name.Task, each.Ticket,
                each.Position.ToString(), each.Table, each.Key, each.Code, each.Why,
                (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        }

        Add(batch, "COMMIT");
        await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A change of tables is a part of the transaction here: done with its progress, or not at all.</summary>
    internal async Task Change(SinkDdl ddl, CancellationToken cancel)
    {
        if (ddl.Run.Count > 0)
        {
            // A table is not changed while checks of its rows wait. Types and functions are found where the table is.
            await Connection.Run("SET CONSTRAINTS ALL IMMEDIATE", cancel).ConfigureAwait(false);
            var path = await Connection.One("SELECT current_setting('search_path')", cancel).ConfigureAwait(false);
            if (ddl.Schema.Length > 0)
            {
                await Connection.Run("SELECT set_config('search_path', $1, true)", cancel,
                    string.IsNullOrEmpty(path) ? Sql.Name(ddl.Schema) : $"{Sql.Name(ddl.Schema)}, {path}")
                    .ConfigureAwait(false);
            }

            foreach (var run in ddl.Run)
            {
                await Connection.Run(run.Sql, cancel).ConfigureAwait(false);
            }

            await Connection.Run("SELECT set_config('search_path', $1, true)", cancel, path).ConfigureAwait(false);
            await Connection.Run("SET CONSTRAINTS ALL DEFERRED", cancel).ConfigureAwait(false);
            Rows.Forget();
        }

        await Connection.Run($"INSERT INTO {SinkSchema.Ddl}(task, ticket, position, statement, outcome, run, epoch, time)"
            + " VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (task, ticket) DO UPDATE SET outcome = excluded.outcome,"
            + " run = excluded.run, epoch = excluded.epoch, time = excluded.time", cancel, _name.Task, ddl.Ticket,
            ddl.Position.ToString(), ddl.Statement, ddl.Outcome.ToString(), string.Join(";\n", ddl.Run.Select(r => r.Sql)), _name.Epoch,
            (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>The source's rows say what its foreign keys and triggers did; where the role may say so, they do not do it again.</summary>
    private static async Task<bool> Replica(Session session, CancellationToken cancel)
    {
        try
        {
            await session.Run("SET session_replication_role = replica", cancel).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException error) when (error.SqlState == "42501")
        {
            return false;
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(values.Select(Session.Parameter).ToArray());
        batch.BatchCommands.Add(command);
    }
}
