using Holdfast.Engine.Transactions;
using Holdfast.Rules.Apply.TableStatements;

namespace Holdfast.IncrSync;

/// <summary>
/// Writes what goes alone, while no lane has anything to do: parts of a large transaction, one that empties a table, and one that changes
/// tables between its rows. All parts of a transaction are one transaction of the sink.
/// </summary>
internal sealed class AloneWriter(OpenTransaction open, SinkTables tables, DdlWriter ddl, AloneRefusals refusals, Ending ending)
{
    /// <summary>Statements of the transaction whose parts come.</summary>
    private readonly List<SinkDdl> _statements = [];

    /// <summary>They empty a table, and no lane may do that unasked.</summary>
    internal bool MustTake(IReadOnlyList<SinkChange> changes) => ddl.IsEmptying(changes);

    /// <summary>Writes a progress that has no rows.</summary>
    internal Task Save() => open.Save();

    /// <summary>A part, or the whole of one.</summary>
    internal async Task Write(TransactionPart part)
    {
        if (part is { Ddl: not null, IsWhole: true } && !ddl.IsKept)
        {
            await ddl.Write(part).ConfigureAwait(false);
            return;
        }

        if (part.IsFirst)
        {
            await open.Begin(part).ConfigureAwait(false);
            _statements.Clear();
        }

        if (part.Ddl is not null && !ddl.IsKept)
        {
            await Statement(part).ConfigureAwait(false);
            return;
        }

        var changes = (IReadOnlyList<SinkChange>)[.. ChangeMapper.Map(part, tables.Of)];
        var skipped = refusals.LeftOut(part.Position);
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

        var statements = await open.Build(part, changes, refusals.IsOneByOne(part.Position)).ConfigureAwait(false);
        var (result, group) = await open.Try(part, statements, part.IsLast ? [.. skipped.Select(r => r.Value)] : [], emptied)
            .ConfigureAwait(false);
        if (result is Refused refused)
        {
            refusals.Refuse(refused, statements, part.Position);
        }
        else if (result is Applied)
        {
            if (emptied is not null)
            {
                ddl.Tell(emptied);
            }

            Ended(part, group, changes.Count, part.Changes.Length);
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

        var (result, group) = await open.Try(part, [], [], statement).ConfigureAwait(false);
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

            Ended(part, group, 0, 0);
        }
    }

    /// <summary>With the last part it is committed, and all before it.</summary>
    private void Ended(TransactionPart part, SinkGroup group, int rows, int bytes)
    {
        open.Written(part, group, rows, bytes);
        if (part.IsLast)
        {
            ddl.Passed(_statements);
            _statements.Clear();
        }
    }
}
