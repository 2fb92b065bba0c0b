using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Rules.Apply.TableStatements;

namespace Holdfast.IncrSync;

/// <summary>
/// Passes a statement of the source at the sink while no lane has anything to do. What it does to the sink's tables and the progress
/// behind it are one, or the sink tells afterwards what was done.
/// </summary>
internal sealed class DdlWriter(
    Board board, Lane first, SinkTables tables, Ending ending, ApplyOptions options, SinkCapabilities sink, Meter meter)
{
    private readonly DdlPlan _plan = new(options.Ddl, options.Mapping, options.Tables, sink);

    /// <summary>Statements are kept as they came, as each change is: the consumers of the sink have to act on them.</summary>
    internal bool IsKept => sink.KeepsChanges;

    /// <summary>All before it is written, and nothing behind it has begun.</summary>
    internal async Task Write(TransactionPart part)
    {
        board.Begin(part);
        switch (await Step(part).ConfigureAwait(false))
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

    /// <summary>A statement among others of its transaction: the sink's own transaction is open, or is opened with it.</summary>
    /// <returns>For the sink; null: nothing of it goes there. The run may have ended.</returns>
    internal async Task<SinkDdl?> Within(TransactionPart part)
    {
        switch (await Step(part).ConfigureAwait(false))
        {
            case PassDdl:
                return null;
            case StopAtDdl stop:
                ending.Say(new Stopped([stop.Fault]));
                return null;
            case SendDdl { Ddl.Run.Count: > 0 } when !sink.HasTransactionalDdl:
                ending.Say(new Stopped([DdlPlan.Fault("DP-426", DdlPlan.Name(part.Position, part.Ddl!),
                    "its transaction has rows or other statements besides, and the sink would end a transaction with each of them")]));
                return null;
            case SendDdl send:
                return await Prepared(part, send).ConfigureAwait(false);
            default:
                throw new InvalidOperationException("a statement has a step that nobody knows");
        }
    }

    /// <summary>The sink does not take a statement.</summary>
    internal void Refuse(TransactionPart part, Refused refused)
    {
        var name = DdlPlan.Name(part.Position, part.Ddl!);
        ending.Say(new Stopped([refused.Workaround is { } workaround
            ? new ApplyFault(refused.Code, name.Shown, refused.Why, workaround)
            : DdlPlan.Fault(refused.Code, name, $"the sink does not take it: {refused.Why}")]));
    }

    /// <summary>Statements are committed.</summary>
    internal void Passed(IReadOnlyList<SinkDdl> statements)
    {
        foreach (var ddl in statements)
        {
            Tell(ddl);
        }

        if (statements.LastOrDefault(d => d.Run.Count > 0) is { } last)
        {
            // Lanes and maps know the sink's tables as they were before.
            var shown = new DdlName(last.Position, last.Statement, "").Shown;
            ending.Say(new ReadAgain($"a statement was applied at {last.Position}: {shown}"));
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

    /// <summary>Decides about a transaction that empties tables.</summary>
    internal DdlStep? OfTruncate(TransactionPart part, IReadOnlyList<SinkChange> changes) => _plan.OfTruncate(part.Position,
        [.. changes.Where(c => c.Kind == ChangeKind.Truncate).Select(c => c.Table.Source.FullName).Distinct(StringComparer.Ordinal)]);

    /// <summary>Tells what was done about a statement, after that is committed.</summary>
    internal void Tell(SinkDdl ddl) => options.Passed?.Invoke(new DdlNote(
        ddl.Ticket, ddl.Position, new DdlName(ddl.Position, ddl.Statement, "").Plain, ddl.Outcome.ToString()));

    /// <summary>Decides about a statement, in the sink's language.</summary>
    private async Task<DdlStep> Step(TransactionPart part)
    {
        var step = _plan.Of(part.Position, part.Ddl!);
        if (step is not TranslateDdl translate)
        {
            return step;
        }

        var (runs, whyNot) = await Translated(translate).ConfigureAwait(false);
        return translate.Why is { } why ? DdlPlan.Stop(translate.Name, runs.Count == 0 ? why
                : $"{why}; at the sink it would be: {string.Join("; ", runs.Select(r => r.Sql))}")
            : whyNot is not null ? DdlPlan.Stop(translate.Name,
                $"it is in the language of {translate.Engine}, and nothing at the sink says the same: {whyNot}")
            : new SendDdl(translate.Ddl with { Run = runs }, translate.Does, IsChecked: false);
    }

    private async Task<(IReadOnlyList<DdlRun> Runs, string? WhyNot)> Translated(TranslateDdl translate)
    {
        if (!options.Columns.TryGetValue(translate.Engine, out var columns))
        {
            return ([], "its types are not known here");
        }

        var (runs, translation) = (new List<DdlRun>(), new Translation(translate.Engine, columns));
        foreach (var action in translate.Does.Actions)
        {
            var (told, whyNot) = translation.Of(action);
            foreach (var each in told)
            {
                var now = await tables.Now(each.Table.Schema, each.Table.Name, ending.Stop).ConfigureAwait(false);
                var text = await tables.Text(each, now, ending.Stop).ConfigureAwait(false);
                whyNot ??= text.WhyNot;
                // A later look for what was done looks for all of it: one of several that is missing is a person's matter.
                runs.AddRange(text.Statements.Select(sql => new DdlRun(sql, translate.Does)));
            }

            if (whyNot is not null)
            {
                return ([], whyNot);
            }
        }

        return (runs, null);
    }

    private async Task Send(TransactionPart part, SendDdl send)
    {
        if (await Prepared(part, send).ConfigureAwait(false) is not { } ddl)
        {
            return;
        }

        await first.Hold().ConfigureAwait(false);
        var (result, group) = await first.Try([], [part.Position], isPart: false, mayRepeat: true, [], [SourceTransaction.Of(part)], ddl)
            .ConfigureAwait(false);
        first.Release();
        if (result is Refused refused)
        {
            Refuse(part, refused);
        }
        else if (result is Applied)
        {
            meter.Written(1, 0, 0);
            board.Finish(part.Position);
            board.Committed([], group);
            Passed([ddl]);
        }
    }

    /// <summary>The statement as it goes to the sink; null: the run ends.</summary>
    private async Task<SinkDdl?> Prepared(TransactionPart part, SendDdl send)
    {
        var (ddl, name) = (send.Ddl, DdlPlan.Name(part.Position, part.Ddl!));
        if (!send.IsChecked && !(ddl.Outcome == DdlOutcome.Applied && DdlFit.IsSeen(send.Does)))
        {
            return ddl;
        }

        var why = DdlFit.WhyNot(send.Does, await Now(send.Does).ConfigureAwait(false));
        if (send.IsChecked && why is not null)
        {
            ending.Say(new Stopped([DdlPlan.Fault("DP-422", name, $"it is said to be done, and {why}")]));
            return null;
        }

        return send.IsChecked || why is not null ? ddl : ddl with { Outcome = DdlOutcome.Found, Run = [] };
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
