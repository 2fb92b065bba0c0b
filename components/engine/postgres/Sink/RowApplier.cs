using Holdfast.Engine.Postgres.Db;
using NpgsqlTypes;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>
/// Writes rows, inside a transaction of somebody else: all rows of a statement at once. It writes one by one where rows cannot be told
/// apart, and to find one that is refused. A savepoint before each statement keeps what was written before it.
/// </summary>
internal sealed class RowApplier(PostgresDatabase database, Session session, SinkTables tables, bool isReplica)
{
    internal const string Savepoint = "SAVEPOINT hf";
    private const string Checked = "SET LOCAL session_replication_role = origin";
    private const string Unchecked = "SET LOCAL session_replication_role = replica";
    private const string Back = "ROLLBACK TO SAVEPOINT hf";
    private const int BatchRows = 200;
    private readonly RowTexts _texts = new();
    private readonly RowCopy _copy = new(session);
    private bool _hasSavepoint;

    /// <summary>Nothing has been written since the savepoint.</summary>
    private bool _isFresh;

    /// <summary>A transaction has begun, and has the savepoint.</summary>
    internal void Begin() => (_hasSavepoint, _isFresh) = (true, true);

    /// <summary>Tables have become others.</summary>
    internal void Forget() => tables.Forget();

    /// <summary>Writes a statement's rows.</summary>
    /// <returns>Count of the rows, or the refusal of one of them.</returns>
    internal async Task<(long Written, Refused? Refused)> Apply(SinkStatement statement, int index, CancellationToken cancel)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var (plan, refused) = await tables.Plan(statement, index, cancel).ConfigureAwait(false);
            if (plan is null)
            {
                return (0, refused);
            }

            try
            {
                var written = await Write(plan, statement, index, cancel).ConfigureAwait(false);
                if (isReplica && plan.IsChecked && written.Refused is null)
                {
                    await session.Run(Unchecked, cancel).ConfigureAwait(false);
                }

                return written;
            }
            catch (PostgresException error) when (Failure.IsOtherTable(error.SqlState) && isFirst)
            {
                // Somebody has changed the table since it was described.
                await session.Run(isReplica && plan.IsChecked ? $"{Back}; {Unchecked}" : Back, cancel).ConfigureAwait(false);
                tables.Forget();
            }
            catch (PostgresException error) when (error.SqlState == "42501")
            {
                return (0, SinkFaults.NoRight(plan.Table, error, index));
            }
            catch (PostgresException error) when (!Failure.IsPassing(error.SqlState))
            {
                return (0, SinkFaults.Unusable(database, error, index));
            }
        }
    }

    private async Task<(long Written, Refused? Refused)> Write(RowPlan plan, SinkStatement statement, int index, CancellationToken cancel)
    {
        await using var save = new NpgsqlBatch(session.Connection);
        Save(save, plan);
        if (plan.Mode == WriteMode.Truncate)
        {
            save.BatchCommands.Add(new NpgsqlBatchCommand(plan.RowSql));
            await save.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            _hasSavepoint = true;
            return (0, null);
        }

        Refused? refused;
        if (_copy.Takes(plan, statement))
        {
            if ((refused = _copy.Gather(plan, statement, index)) is not null)
            {
                return (0, refused);
            }

            await Run(save, cancel).ConfigureAwait(false);
            if (await _copy.Send(plan, cancel).ConfigureAwait(false))
            {
                return (statement.Rows.Count, null);
            }

            await session.Run(Back, cancel).ConfigureAwait(false);
            save.BatchCommands.Clear();
        }

        (var columns, refused) = _texts.Of(plan, statement, index);
        if (refused is not null)
        {
            return (0, refused);
        }

        var isSet = plan.SetSql is not null && statement.Rows.Count > 1 && !columns.Skip(plan.Writes.Count).Any(c => c.Contains(null));
        if (!isSet)
        {
            await Run(save, cancel).ConfigureAwait(false);
            return await OneByOne(plan, statement, columns, index, cancel).ConfigureAwait(false);
        }

        var set = new NpgsqlBatchCommand(plan.SetSql!);
        foreach (var column in columns)
        {
            set.Parameters.Add(new NpgsqlParameter { Value = column, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        }

        save.BatchCommands.Add(set);
        try
        {
            await save.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            _hasSavepoint = true;
            if (!plan.IsCounted || set.RecordsAffected == statement.Rows.Count)
            {
                return (statement.Rows.Count, null);
            }
        }
        catch (PostgresException error) when (Failure.IsConstraint(error.SqlState) || Failure.IsValue(error.SqlState))
        {
            // One by one the rows may do: each in its turn frees a unique value for the next one.
            _hasSavepoint = true;
        }

        await session.Run(Back, cancel).ConfigureAwait(false);
        return await OneByOne(plan, statement, columns, index, cancel).ConfigureAwait(false);
    }

    /// <summary>Sets a savepoint: from here on the writing can be rolled back by itself.</summary>
    private void Save(NpgsqlBatch save, RowPlan plan)
    {
        var isChecked = isReplica && plan.IsChecked;
        if (_isFresh && !isChecked)
        {
            _isFresh = false;
            return;
        }

        _isFresh = false;
        if (_hasSavepoint)
        {
            save.BatchCommands.Add(new NpgsqlBatchCommand("RELEASE SAVEPOINT hf"));
        }

        if (isChecked)
        {
            save.BatchCommands.Add(new NpgsqlBatchCommand(Checked));
        }

        save.BatchCommands.Add(new NpgsqlBatchCommand(Savepoint));
    }

    private async Task Run(NpgsqlBatch save, CancellationToken cancel)
    {
        if (save.BatchCommands.Count > 0)
        {
            await save.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }

        _hasSavepoint = true;
    }

    private async Task<(long, Refused?)> OneByOne(
        RowPlan plan, SinkStatement statement, IReadOnlyList<string?[]> columns, int index, CancellationToken cancel)
    {
        for (var first = 0; first < statement.Rows.Count; first += BatchRows)
        {
            await using var batch = new NpgsqlBatch(session.Connection);
            for (var row = first; row < Math.Min(first + BatchRows, statement.Rows.Count); row++)
            {
                var command = new NpgsqlBatchCommand(plan.RowSql);
                foreach (var column in columns)
                {
                    command.Parameters.Add(Session.Parameter(column[row]));
                }

                batch.BatchCommands.Add(command);
            }

            try
            {
                await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            }
            catch (PostgresException error) when (Failure.IsConstraint(error.SqlState) || Failure.IsValue(error.SqlState))
            {
                // A row before it that met none is the one to tell.
                var failed = error.BatchCommand is NpgsqlBatchCommand command ? batch.BatchCommands.IndexOf(command) : -1;
                return (0, Unmet(plan, statement, batch, first, failed, index)
                    ?? SinkFaults.Broken(plan.Table, error, index, failed < 0 ? null : first + failed));
            }

            if (Unmet(plan, statement, batch, first, batch.BatchCommands.Count, index) is { } refused)
            {
                return (0, refused);
            }
        }

        return (statement.Rows.Count, null);
    }

    private Refused? Unmet(RowPlan plan, SinkStatement statement, NpgsqlBatch batch, int first, int count, int index)
    {
        for (var i = 0; plan.IsCounted && i < count; i++)
        {
            if (batch.BatchCommands[i].RecordsAffected is var met && met != 1)
            {
                var key = _texts.Key(plan, statement.Rows[first + i].Before);
                return met == 0
                    ? RowRefusals.Missing(plan.Table, plan.Verb, key, index, first + i)
                    : RowRefusals.Several(plan.Table, plan.Verb, key, met, index, first + i);
            }
        }

        return null;
    }
}
