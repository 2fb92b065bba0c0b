using Holdfast.Engine.Progress;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>The settings by which a sink is used.</summary>
public sealed record SqliteSinkOptions
{
    /// <summary>Time for which one call waits for the file's other writers before it says that it is busy.</summary>
    public TimeSpan BusyWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told before and after each step of a transaction, by its name; for tests that end a process there.</summary>
    internal Action<string>? Passing { get; init; }
}

/// <summary>A SQLite file as a sink. Fence, mark and progress are tables in it, whose names begin with <c>hf_</c>.</summary>
public sealed class SqliteSink : ISink
{
    /// <summary>The transactions of a task are shorter; who holds the file for longer is somebody else, or has been stopped.</summary>
    private static readonly TimeSpan HeldMax = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SqliteSinkOptions _options;

    private SqliteSink(string path, TimeProvider time, SqliteSinkOptions options) => (_path, _time, _options) = (path, time, options);

    /// <inheritdoc/>
    public SinkCapabilities Capabilities { get; } = new(HasTransactionalDdl: true, HasOriginMarks: false, LanesMax: 1)
        { DdlEngine = "sqlite" };

    /// <summary>Opens a file that is there, and makes the tables that the sink needs.</summary>
    /// <exception cref="SourceFaultException">It cannot be opened or written.</exception>
    public static async Task<SqliteSink> Open(
        string path, TimeProvider time, SqliteSinkOptions? options = null, CancellationToken cancel = default)
    {
        var sink = new SqliteSink(path, time, options ?? new SqliteSinkOptions());
        await sink.Alone(database => database.Write(() =>
        {
            database.Run("CREATE TABLE IF NOT EXISTS hf_fence(task TEXT PRIMARY KEY NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID");
            database.Run(LaneTable.Create);
            database.Run(SourceRow.Create);
            database.Run(SkippedRows.Create);
            database.Run(DdlRows.Create);
            database.Run(Mark.Create);
            database.Run(Mark.Fill);
            return true;
        }), cancel);
        return sink;
    }

    /// <inheritdoc/>
    public Task<long?> Fence(string task, long epoch, CancellationToken cancel) => Alone(database => database.Write(() =>
    {
        // The holder of the file's write lock ends before this one begins, and reads the fence again afterwards.
        var newest = Epoch(database, task);
        if (EpochFence.IsPast(newest, epoch))
        {
            return newest;
        }

        database.Execute(
            "INSERT INTO hf_fence(task, epoch) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET epoch = excluded.epoch", task, epoch);
        return null;
    }), cancel);

    /// <inheritdoc/>
    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => Alone(
        database => CountedRow.Merge(LaneTable.ReadAll(database, task), SourceRow.Read(database, task)), cancel);

    /// <inheritdoc/>
    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) => Alone(
        database => database.Write(() =>
        {
            var known = SourceRow.Read(database, task);
            if (known == source || EpochFence.IsPast(Epoch(database, task), epoch))
            {
                // A writer of the past says nothing: its lanes are told so.
                return null;
            }

            if (known is not null && LaneTable.ReadAll(database, task).Count > 0)
            {
                return known;
            }

            SourceRow.Write(database, task, source);
            return null;
        }), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) => Alone(
        database => SkippedRows.Read(database, task), cancel);

    /// <inheritdoc/>
    public async Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel)
    {
        var database = await Task.Run(() => Opened(_path, _options), cancel).ConfigureAwait(false);
        return new SqliteLane(database, new LaneName(task, lane, epoch, mark), _time, _options);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static long? Epoch(Database database, string task) =>
        database.Number("SELECT epoch FROM hf_fence WHERE task = ?1", task);

    internal static Database Opened(string path, SqliteSinkOptions options)
    {
        var database = Database.Open(path, options.BusyWait);
        database.Run("PRAGMA synchronous = FULL");
        // The source's rows say what its foreign keys did; here they would do it again.
        database.Run("PRAGMA foreign_keys = OFF");
        return database;
    }

    /// <summary>Work on a connection of its own. Others may hold the file for a while: beyond that the caller is told, and waits.</summary>
    private Task<T> Alone<T>(Func<Database, T> work, CancellationToken cancel) => Task.Run(
        () =>
        {
            for (var started = _time.GetTimestamp(); ;)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    using var database = Opened(_path, _options);
                    return work(database);
                }
                catch (SqliteFailure busy) when (busy.IsBusy && _time.GetElapsedTime(started) < HeldMax)
                {
                    // SQLite itself has waited.
                }
                catch (SqliteFailure error)
                {
                    throw new SourceFaultException(new SourceFault("DP-111", $"{_path} cannot be used as a sink: {error.Message}",
                        "Look whether the file is there, is a SQLite database and may be written", IsPassing: !error.IsDamage));
                }
            }
        },
        cancel);
}
