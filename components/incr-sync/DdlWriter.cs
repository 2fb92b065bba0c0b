using Holdfast.Engine.Seams;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.IncrSync.Rules;

namespace Holdfast.IncrSync;

/// <summary>
/// Passes a statement of the source at the sink while no lane has anything to do. What it does to the sink's tables and the progress
/// behind it are one, or the sink tells afterwards what was done.
/// </summary>
internal sealed class DdlWriter(
    Board board, Lane first, SinkTables tables, Ending ending, ApplyOptions options, SinkCapabilities sink, Meter meter)
{
    private readonly DdlPlan _plan = new(options.Ddl, options.Mapping, options.Tables, sink);

    /// <summary>Whoever reads the sink has to do with it what it says: it is kept as it came, as each change is.</summary>
    internal bool IsKept => sink.KeepsChanges;

    /// <summary>All before it is written, and nothing behind it has begun.</summary>
    internal async Task Write(TransactionPart part)
    {
        board.Begin(part);
        switch (_plan.Of(part.Position, part.Ddl!))
        {
            case PassDdl:
                board.Finish(part.Position);
                break;
            case StopAtDdl stop:
                ending.Say(new Stopped([stop.Fault]));
                break;
            case SendDdl send:
                await Send(part, send).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException("a statement has a step that nobody knows");
        }
    }

    /// <summary>They empty a table, and the task does not do that unasked.</summary>
    internal bool IsEmptying(IReadOnlyList<SinkChange> changes)
    {
        if (IsKept || options.Ddl.Apply.Contains(DdlKind.TruncateTable))
        {
            return false;
        }

        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Kind == ChangeKind.Truncate)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What becomes of a transaction that empties tables.</summary>
    internal DdlStep? OfTruncate(TransactionPart part, IReadOnlyList<SinkChange> changes) => _plan.OfTruncate(part.Position,
        [.. changes.Where(c => c.Kind == ChangeKind.Truncate).Select(c => c.Table.Source.FullName).Distinct(StringComparer.Ordinal)]);

    /// <summary>It is committed what became of a statement.</summary>
    internal void Tell(SinkDdl ddl) => options.Passed?.Invoke(new DdlNote(
        ddl.Ticket, ddl.Position, new DdlName(ddl.Position, ddl.Statement, "").Plain, ddl.Outcome.ToString()));

    private async Task Send(TransactionPart part, SendDdl send)
    {
        var (ddl, name) = (send.Ddl, new DdlName(part.Position, part.Ddl!.Statement, part.Ddl.Table));
        if (send.IsChecked || ddl.Outcome == DdlOutcome.Applied && DdlFit.IsSeen(send.Does))
        {
            var why = DdlFit.WhyNot(send.Does, await Now(send.Does).ConfigureAwait(false));
            if (send.IsChecked && why is not null)
            {
                ending.Say(new Stopped([DdlPlan.Fault("DP-422", name, $"it is said to be done, and {why}")]));
                return;
            }

            ddl = send.IsChecked || why is not null ? ddl : ddl with { Outcome = DdlOutcome.Found, Run = [] };
        }

        await first.Hold().ConfigureAwait(false);
        var (result, group) = await first.Try([], [part.Position], isPart: false, mayRepeat: true, [], [SourceTransaction.Of(part)], ddl)
            .ConfigureAwait(false);
        first.Release();
        if (result is Refused refused)
        {
            ending.Say(new Stopped([refused.Workaround is { } workaround
                ? new ApplyFault(refused.Code, name.Shown, refused.Why, workaround)
                : DdlPlan.Fault(refused.Code, name, $"the sink does not take it: {refused.Why}")]));
        }
        else if (result is Applied)
        {
            meter.Written(1, 0, 0);
            board.Finish(part.Position);
            board.Committed([], group);
            Tell(ddl);
            if (ddl.Run.Count > 0)
            {
                // What lanes and maps know of the sink's tables is of before.
                ending.Say(new ReadAgain($"a statement was applied at {part.Position}: {name.Shown}"));
            }
        }
    }

    private async Task<Dictionary<TableName, TableSchema?>> Now(DdlStatement does)
    {
        var found = new Dictionary<TableName, TableSchema?>();
        foreach (var table in does.Tables)
        {
            found[table] = await tables.Now(table.Schema, table.Name, ending.Stop).ConfigureAwait(false);
        }

        return found;
    }
}
