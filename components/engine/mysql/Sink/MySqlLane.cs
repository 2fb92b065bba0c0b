using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>
/// One lane: a connection, and transactions one after the other. Each reads the fence with a lock that lanes share and a takeover waits
/// for. Then it writes its mark, whose row it alone holds until it ends: that tells later whether a transaction whose answer was lost has
/// ended.
/// </summary>
internal sealed class MySqlLane(MySqlServer server, LaneName name, TimeProvider time, MySqlSinkOptions options) : ISinkLane
{
    private readonly RowApplier _rows = new(time, Connections.MayLoad(server));
    private MySqlConnection? _connection;
    private CountedRow _progress = CountedRow.None;
    private bool _hasParts;
    private long _rowsOfParts;
    private TimeSpan _executeOfParts;

    /// <inheritdoc/>
    public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
    {
        try
        {
            if (group.Ddl is { Run.Count: > 0 } ddl
                && await new TableChange(server, name, time, options).Run(ddl, cancel) is { } not)
            {
                return await Ended(not);
            }

            var isWhole = !_hasParts;
            var result = await Begin(cancel) ?? await Write(group, isSingle: false, cancel)
                ?? (group.IsPart ? Part() : await Commit(group, cancel));
            // Which row it was is found row after row, where all of the transaction is at hand.
            return result is Refused { Row: null, Workaround: null } refused && isWhole ? await Found(group, refused, cancel) : result;
        }
        catch (MySqlException error)
        {
            return await Ended(ServerErrors.Of(error, "the sink", 0, null) is Refused refused
                ? refused with { Workaround = refused.Workaround ?? "Look into the server's own log" } : new TryAgain(error.Words()));
        }
        catch
        {
            await Ended(null);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Ended(null);

    /// <returns>Null when a transaction is open under the newest epoch.</returns>
    private async Task<ApplyResult?> Begin(CancellationToken cancel)
    {
        if (_hasParts)
        {
            return null;
        }

        if (_connection is null)
        {
            _connection = await Connections.Open(server, cancel, isPooled: false, isLoading: true);
            _rows.Begin();
            await _connection.Run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", cancel);
            var most = await _connection.First("SELECT @@max_allowed_packet", cancel);
            _rows.PacketMax = Convert.ToInt64(most![0], CultureInfo.InvariantCulture);
        }

        Pass("begin");
        (_rowsOfParts, _executeOfParts) = (0, TimeSpan.Zero);
        var fence = await SinkState.Begin(_connection, name.Task, cancel);
        if (EpochFence.IsPast(fence, name.Epoch))
        {
            return await Ended(new Fenced(fence!.Value));
        }

        if (EpochFence.IsLost(fence, name.Epoch))
        {
            return await Ended(SinkFaults.NoFence(name.Task));
        }

        _progress = await SinkState.Mark(_connection, name, cancel) ?? CountedRow.None;
        Pass("marked");
        return null;
    }

    private async Task<ApplyResult?> Write(SinkGroup group, bool isSingle, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        if (group.Ddl is { } ddl && !isSingle)
        {
            await DdlRows.WriteEnded(_connection!, name, ddl, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10, cancel);
        }

        for (var i = 0; i < group.Statements.Count; i++)
        {
            var (written, ended) = await _rows.Apply(_connection!, group.Statements[i], i, isSingle, cancel);
            if (ended is not null)
            {
                return await Ended(ended);
            }

            _rowsOfParts += written;
            Pass("written");
        }

        _executeOfParts += time.GetElapsedTime(started);
        return null;
    }

    /// <summary>Tries the group again, row after row, to be rolled back in any case.</summary>
    private async Task<ApplyResult> Found(SinkGroup group, Refused refused, CancellationToken cancel)
    {
        if (await Begin(cancel) is { } other)
        {
            return other;
        }

        return await Write(group, isSingle: true, cancel) switch
        {
            null => await Ended(new TryAgain($"{refused.Why}; a second time it was written")),
            var result => result,
        };
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
        await SinkState.Write(_connection!, name.Task, group.Skipped, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10, cancel);
        Pass("commit");
        _hasParts = false;
        try
        {
            await SinkState.Commit(_connection!, name, progress, cancel);
            Pass("committed");
        }
        catch (Exception error) when (error is MySqlException or IOException)
        {
            if (!await IsThere(progress, cancel))
            {
                return await Ended(new TryAgain(error.Words()));
            }
        }

        return new Applied(_rowsOfParts, _executeOfParts, time.GetElapsedTime(started));
    }

    /// <summary>
    /// Tells after a commit whose answer was lost whether it took effect. The mark's row is waited for, so that the server cannot be at it
    /// still; and a server that is away is asked again until it answers.
    /// </summary>
    private async Task<bool> IsThere(CountedRow expected, CancellationToken cancel)
    {
        await Ended(null);
        while (true)
        {
            try
            {
                await using var other = await Connections.Open(server, cancel, isPooled: false);
                await other.Run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", cancel);
                await using var transaction = await other.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancel);
                await other.First(
                    $"SELECT tx FROM {Sql.Own}.hf_mark WHERE task = @p0 AND lane = @p1 FOR UPDATE", cancel, name.Task, name.Lane);
                return (await SinkState.Lane(other, name.Task, name.Lane, cancel))?.Count == expected.Count;
            }
            catch (MySqlException error) when (ServerErrors.IsPassing(error))
            {
                await Task.Delay(options.AskAgain, time, cancel);
            }
        }
    }

    /// <summary>Takes back what is open.</summary>
    private async Task<ApplyResult> Ended(ApplyResult? result)
    {
        _hasParts = false;
        if (_connection is { } connection)
        {
            // A connection that ends takes its transaction back; it also knows nothing of locks any more.
            if (result is null or TryAgain || !await TakenBack(connection))
            {
                _connection = null;
                await connection.DisposeAsync();
            }
        }

        return result!;
    }

    private static async Task<bool> TakenBack(MySqlConnection connection)
    {
        try
        {
            await connection.Run("ROLLBACK", CancellationToken.None);
            return true;
        }
        catch (Exception error) when (error is MySqlException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    private void Pass(string step) => options.Passing?.Invoke(step);
}
