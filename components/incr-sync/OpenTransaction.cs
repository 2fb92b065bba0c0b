using Holdfast.Engine.Transactions;

namespace Holdfast.IncrSync;

/// <summary>A transaction that one lane writes in parts, as one transaction of the sink, while no other lane has anything to do.</summary>
internal sealed class OpenTransaction(Board board, Lane lane, Meter meter)
{
    /// <summary>The lane is its own until the last part is written.</summary>
    internal Task Begin(TransactionPart part)
    {
        board.Begin(part);
        return lane.Hold();
    }

    /// <summary>Statements for the changes of a part, at the pace that the sink is written at.</summary>
    internal async Task<IReadOnlyList<SinkStatement>> Build(TransactionPart part, IReadOnlyList<SinkChange> changes, bool oneByOne)
    {
        var statements = lane.Build(changes, oneByOne);
        await lane.Throttle(changes.Count, part.Changes.Length).ConfigureAwait(false);
        return statements;
    }

    /// <summary>Only the first part can be tried again: with it the sink's transaction begins.</summary>
    internal Task<(ApplyResult? Result, SinkGroup Group)> Try(
        TransactionPart part, IReadOnlyList<SinkStatement> statements, IReadOnlyList<SkippedRow> skipped, SinkDdl? ddl)
    {
        IReadOnlyList<Position> done = part.IsLast ? [part.Position] : [];
        return lane.Try(statements, done, !part.IsLast, mayRepeat: part.IsFirst, skipped, [SourceTransaction.Of(part)], ddl);
    }

    internal void Written(TransactionPart part, SinkGroup group, int rows, int bytes)
    {
        meter.Written(part.IsLast ? 1 : 0, rows, bytes);
        if (part.IsLast)
        {
            board.Finish(part.Position);
            board.Committed([], group);
            lane.Release();
        }
    }

    internal Task Save() => lane.Save();
}
