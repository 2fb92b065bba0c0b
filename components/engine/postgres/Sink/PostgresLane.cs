using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Progress;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>The task, the number, the epoch and the mark of a lane.</summary>
internal sealed record LaneName(string Task, int Lane, long Epoch, string Mark);

/// <summary>
/// One lane: a connection, and transactions one after the other. Each shares the task's lock before it reads the fence, so the fence holds
/// until it ends.
/// </summary>
internal sealed class PostgresLane(PostgresDatabase database, LaneName name, TimeProvider time, PostgresSinkOptions options) : ISinkLane
{
    private LaneSession? _session;
    private CountedRow _progress = CountedRow.None;
    private (long Count, SinkGroup Group)? _unknown;
    private bool _hasParts;
    private long _rowsOfParts;
    private TimeSpan _executeOfParts;

    /// <inheritdoc/>
    public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
    {
        try
        {
            return await Begin(group, cancel).ConfigureAwait(false) ?? await Write(group, cancel).ConfigureAwait(false)
                ?? (group.IsPart ? Part() : await Commit(group, cancel).ConfigureAwait(false));
        }
        catch (PostgresException error) when (!Failure.IsPassing(error.SqlState))
        {
            await Close().ConfigureAwait(false);
            return error.SqlState is "28P01" or "28000" or "42501" or "3D000"
                ? new TryAgain(Failure.Words(error)) : SinkFaults.Unusable(database, error, 0);
        }
        catch (Exception error) when ((error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
            && !cancel.IsCancellationRequested)
        {
            await Close().ConfigureAwait(false);
            return new TryAgain(Failure.Words(error));
        }
        catch (SourceFaultException error)
        {
            await Close().ConfigureAwait(false);
            return new TryAgain(error.Message);
        }
        catch
        {
            await Close().ConfigureAwait(false);
            throw;
        }
    }

#pragma warning disable MA0022 // null says that nothing is open
    /// <inheritdoc/>
    public Task<TableSchema?>? Within(string schema, string table, CancellationToken cancel) =>
        _hasParts && _session is { } session ? Read(session, schema, table, cancel) : null;
#pragma warning restore MA0022

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Close().ConfigureAwait(false);

    private async Task<TableSchema?> Read(LaneSession session, string schema, string table, CancellationToken cancel)
    {
        try
        {
            return (await TableReader.Read(session.Connection, schema, table, cancel).ConfigureAwait(false))?.Schema;
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            throw new SourceFaultException(Failure.Of(database, error));
        }
    }

    /// <returns>Null when a transaction is open under the newest epoch.</returns>
    private async Task<ApplyResult?> Begin(SinkGroup group, CancellationToken cancel)
    {
        if (_hasParts)
        {
            return _session is null ? Ended(new TryAgain("the connection of the parts before is gone")) : null;
        }

        Pass("begin");
        _session ??= await LaneSession.Open(database, name, time, options, cancel).ConfigureAwait(false);
        (_rowsOfParts, _executeOfParts) = (0, TimeSpan.Zero);
        var (fence, row) = await _session.Begin(cancel).ConfigureAwait(false);
        if (EpochFence.IsPast(fence, name.Epoch))
        {
            return await Back(new Fenced(fence!.Value), cancel).ConfigureAwait(false);
        }

        if (EpochFence.IsLost(fence, name.Epoch))
        {
            return await Back(SinkFaults.NoFence(name.Task), cancel).ConfigureAwait(false);
        }

        // Read in each transaction: another process may have gone on with the lane under the same epoch.
        _progress = row;
        if (_unknown is var (count, before))
        {
            _unknown = null;
            if (row.Count >= count && before.Done.SequenceEqual(group.Done) && row.Row.Has(group))
            {
                // The commit took effect after all.
                return await Back(new Applied(group.Statements.Sum(s => (long)s.Rows.Count), TimeSpan.Zero, TimeSpan.Zero), cancel)
                    .ConfigureAwait(false);
            }
        }

        Pass("marked");
        return null;
    }

    private async Task<ApplyResult?> Write(SinkGroup group, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        if (group.Ddl is { } ddl)
        {
            try
            {
                Pass("ddl");
                await _session!.Change(ddl, cancel).ConfigureAwait(false);
                Pass("ddl-ran");
            }
            catch (PostgresException error) when (!Failure.IsPassing(error.SqlState))
            {
                return await Back(DdlRefusals.ByServer(error.MessageText), cancel).ConfigureAwait(false);
            }
        }

        for (var i = 0; i < group.Statements.Count; i++)
        {
            var (written, refused) = await _session!.Rows.Apply(group.Statements[i], i, cancel).ConfigureAwait(false);
            if (refused is not null)
            {
                return await Back(refused, cancel).ConfigureAwait(false);
            }

            _rowsOfParts += written;
            Pass("written");
        }

        _executeOfParts += time.GetElapsedTime(started);
        return null;
    }

    private Applied Part()
    {
        _hasParts = true;
        return new Applied(_rowsOfParts, _executeOfParts, TimeSpan.Zero);
    }

    private async Task<ApplyResult> Commit(SinkGroup group, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var progress = new CountedRow(_progress.Count + 1, _progress.Row.After(group, name.Epoch));
        Pass("commit");
        _hasParts = false;
        try
        {
            await _session!.Commit(progress, group.Skipped, cancel).ConfigureAwait(false);
            Pass("committed");
        }
        catch (PostgresException error) when (Failure.IsConstraint(error.SqlState))
        {
            // A rule that may wait until the end of a transaction.
            var at = group.Statements.Select((s, i) => (s, i)).FirstOrDefault(
                s => s.s.Table.Schema == error.SchemaName && s.s.Table.Name == error.TableName).i;
            return await Back(SinkFaults.Broken($"{error.SchemaName}.{error.TableName}", error, at, null), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            await Close().ConfigureAwait(false);
            _unknown = (progress.Count, group);
            if (!await IsThere(progress, cancel).ConfigureAwait(false))
            {
                return new TryAgain(Failure.Words(error));
            }
        }

        return new Applied(_rowsOfParts, _executeOfParts, time.GetElapsedTime(started));
    }

    /// <summary>
    /// Tells after a commit that failed whether it took effect, as the lane's own row says once the old transaction has ended. A server
    /// that cannot be asked now is asked when the same group comes again.
    /// </summary>
    private async Task<bool> IsThere(CountedRow expected, CancellationToken cancel)
    {
        _session = await LaneSession.Open(database, name, time, options, cancel).ConfigureAwait(false);
        var (_, row) = await _session.Begin(cancel).ConfigureAwait(false);
        await _session.Connection.Run("ROLLBACK", cancel).ConfigureAwait(false);
        _unknown = null;
        return row.Count == expected.Count;
    }

    /// <summary>Takes back what is open.</summary>
    private async Task<ApplyResult> Back(ApplyResult result, CancellationToken cancel)
    {
        await _session!.Connection.Run("ROLLBACK", cancel).ConfigureAwait(false);
        return Ended(result);
    }

    private ApplyResult Ended(ApplyResult result)
    {
        _hasParts = false;
        return result;
    }

    /// <summary>The server takes back what is open.</summary>
    private async Task Close()
    {
        _hasParts = false;
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Pass(string step) => options.Passing?.Invoke(step);
}
