using Holdfast.Engine.Transactions;
using Holdfast.Rules.Apply.TableStatements;

namespace Holdfast.IncrSync;

/// <summary>
/// Writes what goes alone, while no lane has anything to do: parts of a large transaction, one that empties a table, and one that changes
/// tables between its rows. All parts of a transaction are one transaction of the sink.
/// </summary>
internal sealed class AloneWriter(Board board, Lane first, SinkTables tables, DdlWriter ddl, Ending ending, ApplyOptions options,
    Meter meter, Memory memory)
{
    /// <summary>Statements of the transaction whose parts come.</summary>
    private readonly List<SinkDdl> _statements = [];

    /// <summary>A part, or the whole of one.</summary>
    internal async Task Write(TransactionPart part)
    {
        if (part.IsFirst)
        {
            board.Begin(part);
            await first.Hold().ConfigureAwait(false);
            _statements.Clear();
        }

        if (part.Ddl is not null && !ddl.IsKept)
        {
            await Statement(part).ConfigureAwait(false);
            return;
        }

        var changes = (IReadOnlyList<SinkChange>)[.. ChangeMapper.Map(part, tables.Of)];
        var skipped = memory.LeftOut.Where(r => r.Key.Position == part.Position).ToList();
        skipped.ForEach(row => changes = Refusal.Without(changes, row.Key));
        SinkDdl? emptied = null;
        if (ddl.IsEmptying(changes))
        {
            switch (ddl.OfTruncate(part, changes))
            {
                case StopAtDdl stop:
                    ending.Say(new Stopped([stop.Fault]));
                    return;
                case SendDdl send:
                    emptied = send.Ddl;
                    changes = emptied.Outcome == DdlOutcome.Applied ? changes
                        : [.. changes.Where(c => c.Kind != ChangeKind.Truncate)];
                    break;
                default:
                    break;
            }
        }

        var statements = first.Build(changes, memory.OneByOne.Contains(part.Position));
        await first.Throttle(changes.Count, part.Changes.Length).ConfigureAwait(false);
        IReadOnlyList<Position> done = part.IsLast ? [part.Position] : [];
        var (result, group) = await first.Try(statements, done, !part.IsLast, mayRepeat: part.IsFirst,
            part.IsLast ? [.. skipped.Select(r => r.Value)] : [], [SourceTransaction.Of(part)], emptied).ConfigureAwait(false);
        if (result is Refused refused)
        {
            Refuse(refused, statements, part.Position);
        }
        else if (result is Applied)
        {
            meter.Written(part.IsLast ? 1 : 0, changes.Count, part.Changes.Length);
            if (emptied is not null)
            {
                ddl.Tell(emptied);
            }

            Ended(part, group);
        }
    }

    /// <summary>A statement between rows, or between others, in one transaction of the sink with them.</summary>
    private async Task Statement(TransactionPart part)
    {
        var statement = await ddl.Within(part).ConfigureAwait(false);
        if (ending.Stop.IsCancellationRequested)
        {
            return;
        }

        IReadOnlyList<Position> done = part.IsLast ? [part.Position] : [];
        var (result, group) = await first.Try([], done, !part.IsLast, mayRepeat: part.IsFirst, [], [SourceTransaction.Of(part)], statement)
            .ConfigureAwait(false);
        if (result is Refused refused)
        {
            ddl.Refuse(part, refused);
        }
        else if (result is Applied)
        {
            if (statement is not null)
            {
                _statements.Add(statement);
                tables.Forget();
            }

            meter.Written(part.IsLast ? 1 : 0, 0, 0);
            Ended(part, group);
        }
    }

    /// <summary>The last part is committed, and all before it.</summary>
    private void Ended(TransactionPart part, SinkGroup group)
    {
        if (part.IsLast)
        {
            board.Finish(part.Position);
            board.Committed([], group);
            first.Release();
            ddl.Passed(_statements);
            _statements.Clear();
        }
    }

    /// <summary>The parts before are gone with the sink's transaction: the stream is read again, and this time it is known what to
    /// do.</summary>
    private void Refuse(Refused refused, IReadOnlyList<SinkStatement> statements, Position position)
    {
        switch (Refusal.Next(refused, statements, 1, options.SkipRows))
        {
            case OneByOne when memory.OneByOne.Add(position):
                ending.Say(new ReadAgain($"a row of transaction {position} is refused, and is looked for: {refused.Why}"));
                break;
            case LeaveOut leave when memory.LeftOut.TryAdd(leave.Row, leave.Skipped):
                ending.Say(new ReadAgain($"{leave.Row} is left out"));
                break;
            case GiveUp stop:
                ending.Say(new Stopped([stop.Fault]));
                break;
            default:
                ending.Say(new Stopped([Refusal.Unfound(refused)]));
                break;
        }
    }
}
