using Holdfast.Engine.Progress;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>The task, the number, the epoch and the mark of a lane.</summary>
internal sealed record LaneName(string Task, int Lane, long Epoch, string Mark);

/// <summary>
/// One lane: a connection, and transactions one after the other. Each takes the file's write lock first, so the fence that it reads
/// holds until it ends.
/// </summary>
internal sealed class SqliteLane(Database database, LaneName name, TimeProvider time, SqliteSinkOptions options) : ISinkLane
{
    private readonly RowApplier _rows = new(database);
    private CountedRow? _progress;
    private bool _hasParts;
    private long _rowsOfParts;
    private TimeSpan _executeOfParts;

    /// <inheritdoc/>
    public Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel) => Task.Run(() => ApplyNow(group), cancel);

#pragma warning disable MA0022 // null says that nothing is open
    /// <inheritdoc/>
    public Task<TableSchema?>? Within(string schema, string table, CancellationToken cancel) => !_hasParts ? null : Task.Run(
        () => schema == TableReader.Main && !TableReader.IsOwn(table) && TableReader.Read(database, table) is { } shape
            && shape.Name == table ? shape.Schema : null, cancel);
#pragma warning restore MA0022

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // An open transaction was not committed: closing takes it back.
        database.Dispose();
        return ValueTask.CompletedTask;
    }

    private ApplyResult ApplyNow(SinkGroup group)
    {
        try
        {
            return Begin() ?? Write(group) ?? (group.IsPart ? Part() : Commit(group));
        }
        catch (SqliteFailure error)
        {
            return Ended(error.IsDamage ? SinkFaults.Unusable(database.Path, error) : new TryAgain(error.Message));
        }
        catch
        {
            Ended(null);
            throw;
        }
    }

    /// <returns>Null when a transaction is open under the newest epoch.</returns>
    private ApplyResult? Begin()
    {
        if (_hasParts)
        {
            return database.InTransaction ? null : Ended(new TryAgain("SQLite has ended the transaction of the parts before"));
        }

        Pass("begin");
        database.Prepared("BEGIN IMMEDIATE").Run();
        (_rowsOfParts, _executeOfParts) = (0, TimeSpan.Zero);
        var fence = database.Number("SELECT epoch FROM hf_fence WHERE task = ?1", name.Task);
        if (EpochFence.IsPast(fence, name.Epoch))
        {
            return Ended(new Fenced(fence!.Value));
        }

        if (EpochFence.IsLost(fence, name.Epoch))
        {
            return Ended(SinkFaults.NoFence(name.Task));
        }

        // Read in each transaction: another process may have gone on with the lane under the same epoch.
        _progress = LaneTable.Read(database, name.Task, name.Lane) ?? CountedRow.None;
        Mark.Set(database, name.Mark);
        Pass("marked");
        return null;
    }

    private ApplyResult? Write(SinkGroup group)
    {
        var started = time.GetTimestamp();
        if (group.Ddl is { } ddl && Change(ddl) is { } not)
        {
            return Ended(not);
        }

        for (var i = 0; i < group.Statements.Count; i++)
        {
            var (written, refused) = _rows.Apply(group.Statements[i], i);
            if (refused is not null)
            {
                return Ended(refused);
            }

            _rowsOfParts += written;
            Pass("written");
        }

        _executeOfParts += time.GetElapsedTime(started);
        return null;
    }

    /// <summary>A change of tables is a part of the transaction here: done with its progress, or not at all.</summary>
    private Refused? Change(SinkDdl ddl)
    {
        foreach (var run in ddl.Run)
        {
            try
            {
                Pass("ddl");
                database.Run(run.Sql);
                Pass("ddl-ran");
            }
            catch (SqliteFailure error) when (!error.IsBusy && !error.IsDamage)
            {
                return DdlRefusals.ByServer(error.Message);
            }
        }

        DdlRows.Write(database, name, ddl, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10);
        return null;
    }

    private Applied Part()
    {
        _hasParts = true;
        return new Applied(_rowsOfParts, _executeOfParts, TimeSpan.Zero);
    }

    private ApplyResult Commit(SinkGroup group)
    {
        var started = time.GetTimestamp();
        var progress = new CountedRow(_progress!.Count + 1, _progress.Row.After(group, name.Epoch));
        LaneTable.Write(database, name.Task, name.Lane, progress);
        SkippedRows.Write(database, name.Task, group.Skipped, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10);
        Mark.Clear(database);
        Pass("commit");
        _hasParts = false;
        try
        {
            database.Prepared("COMMIT").Run();
            Pass("committed");
        }
        catch (Exception error) when (error is SqliteFailure or IOException)
        {
            if (!IsThere(progress))
            {
                return Ended(new TryAgain(error.Message));
            }
        }

        _progress = progress;
        return new Applied(_rowsOfParts, _executeOfParts, time.GetElapsedTime(started));
    }

    /// <summary>Tells after a commit that failed whether it took effect after all, as the lane's own row says.</summary>
    private bool IsThere(CountedRow expected)
    {
        if (database.InTransaction)
        {
            return false;
        }

        using var other = SqliteSink.Opened(database.Path, options);
        return LaneTable.Read(other, name.Task, name.Lane)?.Count == expected.Count;
    }

    /// <summary>Takes back what is open.</summary>
    private ApplyResult Ended(ApplyResult? result)
    {
        _hasParts = false;
        database.Rollback();
        return result!;
    }

    private void Pass(string step) => options.Passing?.Invoke(step);
}
