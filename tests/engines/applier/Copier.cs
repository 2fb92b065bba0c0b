using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engines.Applier;

/// <summary>
/// The least that moves a source's transactions to a sink by the seams: one lane, one sink transaction for each of the source, statements
/// in the source's order. It is for proofs of engines; Incr-Sync does the same faster.
/// </summary>
internal sealed class Copier(ISource source, ISink sink, ICatalog tables, string task)
{
    private readonly Dictionary<uint, TableSchema> _from = [];
    private readonly Dictionary<string, TableSchema> _to = new(StringComparer.Ordinal);

    /// <summary>Source transactions that were committed at the sink.</summary>
    internal int Committed { get; private set; }

    /// <summary>Goes on where the sink is, until a position is done; null: for ever.</summary>
    /// <returns>The reason why it ended before; null: it is there.</returns>
    internal async Task<ApplyResult?> Run(Position start, Position? to, long epoch, CancellationToken cancel)
    {
        if (await sink.Fence(task, epoch, cancel) is { } newer)
        {
            return new Fenced(newer);
        }

        var at = (await sink.Progress(task, cancel))?.Low ?? start;
        await using var lane = await sink.Lane(task, 0, epoch, $"n/{task}", cancel);
        if (at >= to)
        {
            return null;
        }

        await foreach (var each in source.Read(at, StreamFilter.None, cancel))
        {
            switch (each)
            {
                case SchemaEvent schema:
                    _from[schema.Schema.Id] = schema.Schema;
                    break;
                case TransactionEvent { Part: var part }:
                    if (await Apply(lane, part, cancel) is { } ended)
                    {
                        return ended;
                    }

                    at = part.IsLast ? part.Position : at;
                    break;
                case AliveEvent alive:
                    at = alive.Position;
                    break;
            }

            if (at >= to)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<ApplyResult?> Apply(ISinkLane lane, TransactionPart part, CancellationToken cancel)
    {
        var statements = new List<SinkStatement>();
        foreach (var change in part.Read())
        {
            statements.Add(Statement(change, await Table(_from[change.Table], cancel), part.Position));
        }

        var group = new SinkGroup(statements, part.IsLast ? [part.Position] : [], part.Position, part.CommitTime, !part.IsLast);
        while (true)
        {
            var result = await lane.Apply(group, cancel);
            if (result is TryAgain && part.IsFirst)
            {
                continue;
            }

            Committed += part.IsLast ? 1 : 0;
            return result is Applied ? null : result;
        }
    }

    private static SinkStatement Statement(Change change, TableSchema table, Position position)
    {
        var key = table.Keys.FirstOrDefault(k => !k.IsInexact && (k.IsPrimary || k.Columns.All(c => !table.Columns[c].IsNullable)))?.Columns
            ?? [.. Enumerable.Range(0, table.Columns.Count)];
        int[] written = [.. Enumerable.Range(0, table.Columns.Count).Where(c => !table.Columns[c].IsGenerated)];
        var row = new SinkRow(change.Before, change.After, position);
        return change.Kind switch
        {
            ChangeKind.Insert => new SinkStatement(table, WriteMode.Insert, key, written, [row]),
            ChangeKind.Update => new SinkStatement(table, WriteMode.Update, key, written, [row]),
            ChangeKind.Delete => new SinkStatement(table, WriteMode.Delete, key, [], [row]),
            ChangeKind.Truncate => new SinkStatement(table, WriteMode.Truncate, [], [], []),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change.Kind, null),
        };
    }

    /// <summary>The table of the same name at the sink.</summary>
    private async Task<TableSchema> Table(TableSchema from, CancellationToken cancel) =>
        _to.TryGetValue(from.Name, out var known) ? known : _to[from.Name] =
            await tables.Table(from.Schema, from.Name, cancel) ?? throw new InvalidOperationException($"the sink has no table {from.Name}");
}
