using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>The settings by which a sink is used.</summary>
public sealed record PostgresSinkOptions
{
    /// <summary>
    /// Time for which a takeover waits for a transaction of the epoch before; a task's own ones are shorter. Then the server ends that
    /// session: its process may have been stopped for good.
    /// </summary>
    public TimeSpan TakeoverWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A statement that waits so long for a lock of others gives up, and is tried again.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told before and after each step of a transaction, by its name; for tests that end a process there.</summary>
    internal Action<string>? Passing { get; init; }
}

/// <summary>A PostgreSQL database as a sink. Fence and progress are tables in the schema <c>holdfast</c>.</summary>
public sealed class PostgresSink : ISink
{
    private const int LanesMax = 64;
    private readonly PostgresDatabase _database;
    private readonly TimeProvider _time;
    private readonly PostgresSinkOptions _options;

    private PostgresSink(PostgresDatabase database, TimeProvider time, PostgresSinkOptions options) =>
        (_database, _time, _options) = (database, time, options);

    /// <inheritdoc/>
    public SinkCapabilities Capabilities { get; } = new(HasTransactionalDdl: true, HasOriginMarks: true, LanesMax)
        { DdlEngine = "postgres" };

    /// <summary>Opens a database that is there, and makes the tables that the sink needs.</summary>
    /// <exception cref="SourceFaultException">It cannot be opened or written.</exception>
    public static async Task<PostgresSink> Open(
        PostgresDatabase database, TimeProvider time, PostgresSinkOptions? options = null, CancellationToken cancel = default)
    {
        var sink = new PostgresSink(database, time, options ?? new PostgresSinkOptions());
        await sink.Alone(async session =>
        {
            await SinkSchema.Install(session, cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
        return sink;
    }

    /// <inheritdoc/>
    public Task<long?> Fence(string task, long epoch, CancellationToken cancel) => Alone<long?>(async session =>
    {
        await Enter(session, task, cancel).ConfigureAwait(false);
        // All that shared the lock have ended; those that come later read what is written here.
        var newest = await SinkSchema.Epoch(session, task, cancel).ConfigureAwait(false);
        if (EpochFence.IsPast(newest, epoch))
        {
            return newest;
        }

        await session.Run($"INSERT INTO {SinkSchema.Fence}(task, epoch) VALUES($1, $2) ON CONFLICT (task)"
            + " DO UPDATE SET epoch = excluded.epoch", cancel, task, epoch).ConfigureAwait(false);
        await session.Run("COMMIT", cancel).ConfigureAwait(false);
        return null;
    }, cancel);

    /// <inheritdoc/>
    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => Alone(
        async session => CountedRow.Merge(await SinkSchema.Lanes(session, task, cancel).ConfigureAwait(false),
            await SinkSchema.SourceOf(session, task, cancel).ConfigureAwait(false)), cancel);

    /// <inheritdoc/>
    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) => Alone(async session =>
    {
        await Enter(session, task, cancel).ConfigureAwait(false);
        var known = await SinkSchema.SourceOf(session, task, cancel).ConfigureAwait(false);
        if (known == source || EpochFence.IsPast(await SinkSchema.Epoch(session, task, cancel).ConfigureAwait(false), epoch))
        {
            // A writer of the past says nothing: its lanes are told so.
            return null;
        }

        if (known is not null && (await SinkSchema.Lanes(session, task, cancel).ConfigureAwait(false)).Count > 0)
        {
            return known;
        }

        await session.Run($"INSERT INTO {SinkSchema.Source}(task, kind, system_id) VALUES($1, $2, $3) ON CONFLICT (task)"
            + " DO UPDATE SET kind = excluded.kind, system_id = excluded.system_id", cancel, task, source.Kind, source.SystemId)
            .ConfigureAwait(false);
        await session.Run("COMMIT", cancel).ConfigureAwait(false);
        return null;
    }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) => Alone<IReadOnlyList<SkippedRow>>(
        async session => [.. (await session.Rows($"SELECT ticket, position, table_name, row_key, code, why FROM {SinkSchema.Skipped}"
            + " WHERE task = $1", cancel, task).ConfigureAwait(false))
            .Select(r => new SkippedRow(r[0]!, Position.TryParse(r[1], out var at) ? at : default, r[2]!, r[3]!, r[4]!, r[5]!))
            .OrderBy(r => r.Position).ThenBy(r => r.Ticket, StringComparer.Ordinal)], cancel);

    /// <inheritdoc/>
    public Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) => Task.FromResult<ISinkLane>(
        new PostgresLane(_database, new LaneName(task, lane, epoch, mark), _time, _options));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Begins a transaction beside which no lane of the task has one.</summary>
    private async Task Enter(Session session, string task, CancellationToken cancel)
    {
        var number = SinkSchema.FenceLock(task);
        for (var isPatient = true; ; isPatient = false)
        {
            await session.Run("BEGIN", cancel).ConfigureAwait(false);
            try
            {
                await session.Run($"SET LOCAL lock_timeout = {(long)_options.TakeoverWait.TotalMilliseconds}", cancel)
                    .ConfigureAwait(false);
                await session.Run("SELECT pg_advisory_xact_lock($1)", cancel, number).ConfigureAwait(false);
                return;
            }
            catch (PostgresException error) when (error.SqlState == Failure.LockNotAvailable && isPatient)
            {
                await session.Run("ROLLBACK", cancel).ConfigureAwait(false);
                await session.Run("""
                    SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
                        AND (classid::bigint << 32 | objid::bigint) = $1
                    """, cancel, number).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Work on a connection of its own; what is not committed by it is taken back.</summary>
    private Task<T> Alone<T>(Func<Session, Task<T>> work, CancellationToken cancel) => Session.Alone(_database, "sink", work, cancel);
}
