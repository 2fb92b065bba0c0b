using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>The settings by which a sink is written.</summary>
public sealed record MySqlSinkOptions
{
    /// <summary>Time for which a takeover waits for the transactions of older epochs.</summary>
    public TimeSpan HeldMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time before the next look for an outcome that is not known, while the server is away.</summary>
    public TimeSpan AskAgain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The database of all tables of tasks, whatever the source calls its own; null: each is in its own.</summary>
    public string? Database { get; init; }

    /// <summary>Told of each step by its name, for proofs; what it throws is the process's end at that step.</summary>
    public Action<string>? Passing { get; init; }
}

/// <summary>The task, the number, the epoch and the mark of a lane.</summary>
internal sealed record LaneName(string Task, int Lane, long Epoch, string Mark);

/// <summary>A MySQL, MariaDB or OceanBase server that tasks write to.</summary>
public sealed class MySqlSink : ISink
{
    private readonly MySqlServer _server;
    private readonly TimeProvider _time;
    private readonly MySqlSinkOptions _options;

    private MySqlSink(MySqlServer server, TimeProvider time, MySqlSinkOptions options) =>
        (_server, _time, _options) = (server, time, options);

    /// <inheritdoc/>
    public SinkCapabilities Capabilities => new(HasTransactionalDdl: false, HasOriginMarks: false, LanesMax: 64)
        { DdlEngine = "mysql", Database = _options.Database };

    /// <summary>Opens a server, and makes our tables there.</summary>
    /// <exception cref="SourceFaultException">It cannot be used.</exception>
    public static async Task<MySqlSink> Open(
        MySqlServer server, TimeProvider time, MySqlSinkOptions? options = null, CancellationToken cancel = default)
    {
        var sink = new MySqlSink(server, time, options ?? new MySqlSinkOptions());
        return await sink.Ask(async connection =>
        {
            // A user that may write them need not be one that may make them.
            if (await connection.First(
                "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = @p0 AND TABLE_NAME IN "
                + "('hf_fence', 'hf_lane', 'hf_mark', 'hf_task_source', 'hf_skipped', 'hf_ddl')", cancel, Sql.Own) is not [6L])
            {
                foreach (var statement in SinkState.Statements)
                {
                    await connection.Run(statement, cancel);
                }
            }

            return sink;
        }, cancel);
    }

    /// <inheritdoc/>
    public async Task<long?> Fence(string task, long epoch, CancellationToken cancel)
    {
        for (var started = _time.GetTimestamp(); ;)
        {
            try
            {
                return await Work<long?>(async connection =>
                {
                    await using var transaction = await connection.BeginTransactionAsync(cancel);
                    // Lanes hold the row together; whoever changes it waits until the transactions of all of them have ended.
                    await connection.Run($"""
                        INSERT INTO {Sql.Own}.hf_fence(task, epoch) VALUES(@p0, @p1)
                        ON DUPLICATE KEY UPDATE epoch = GREATEST(epoch, VALUES(epoch))
                        """, cancel, task, epoch);
                    var newest = await SinkState.Epoch(connection, task, cancel);
                    await transaction.CommitAsync(cancel);
                    return EpochFence.IsPast(newest, epoch) ? newest : null;
                }, cancel);
            }
            catch (MySqlException error) when (error.Number is Connections.LockWait or Connections.Deadlock
                && _time.GetElapsedTime(started) < _options.HeldMax)
            {
                // The server itself has waited.
            }
            catch (MySqlException error) when (ServerFaults.Of(_server, error) is { } fault)
            {
                throw new SourceFaultException(fault);
            }
        }
    }

    /// <inheritdoc/>
    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => Ask(async connection => CountedRow.Merge(
        await SinkState.Lanes(connection, task, cancel), await SinkState.Source(connection, task, cancel)), cancel);

    /// <inheritdoc/>
    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) => Ask<SourceName?>(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await connection.First($"SELECT epoch FROM {Sql.Own}.hf_fence WHERE task = @p0 FOR UPDATE", cancel, task);
            var known = await SinkState.Source(connection, task, cancel);
            if (known == source || EpochFence.IsPast(await SinkState.Epoch(connection, task, cancel), epoch))
            {
                // A writer of the past says nothing: its lanes are told so.
                return null;
            }

            if (known is not null && (await SinkState.Lanes(connection, task, cancel)).Count > 0)
            {
                return known;
            }

            await SinkState.Write(connection, task, source, cancel);
            await transaction.CommitAsync(cancel);
            return null;
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) => Ask(
        connection => SinkState.Skipped(connection, task, cancel), cancel);

    /// <inheritdoc/>
    public Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) =>
        Task.FromResult<ISinkLane>(new MySqlLane(_server, new LaneName(task, lane, epoch, mark), _time, _options));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> Ask<T>(Func<MySqlConnection, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await Work(work, cancel);
        }
        catch (MySqlException error) when (ServerFaults.Of(_server, error) is { } fault)
        {
            throw new SourceFaultException(fault);
        }
    }

    private async Task<T> Work<T>(Func<MySqlConnection, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await Connections.Open(_server, cancel);
        return await work(connection);
    }
}
