using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Faults;

/// <summary>The next try with a group that the sink has refused; nothing of it is written.</summary>
internal abstract record RefusalStep;

/// <summary>The first so many transactions alone, then the others.</summary>
internal sealed record Halve(int First) : RefusalStep;

/// <summary>The one transaction again, each row a statement of its own: the sink's answer then names the row.</summary>
internal sealed record OneByOne : RefusalStep;

/// <summary>The transaction without this row: there is a ticket for it.</summary>
internal sealed record LeaveOut(RowName Row, SkippedRow Skipped) : RefusalStep;

/// <summary>The task stops.</summary>
internal sealed record GiveUp(ApplyFault Fault) : RefusalStep;

/// <summary>Finds the row for which a group was refused, and what becomes of it.</summary>
internal static class Refusal
{
    /// <summary>Decides the next step.</summary>
    /// <param name="refused">The sink's answer.</param>
    /// <param name="statements">Statements that it was given.</param>
    /// <param name="transactions">Count of the source transactions in them.</param>
    /// <param name="tickets">Of rows that people have allowed to be left out.</param>
    internal static RefusalStep Next(
        Refused refused, IReadOnlyList<SinkStatement> statements, int transactions, IReadOnlySet<string> tickets)
    {
        if (transactions > 1)
        {
            return new Halve(transactions / 2);
        }

        var statement = refused.Statement >= 0 && refused.Statement < statements.Count ? statements[refused.Statement] : null;
        if (refused.Workaround is { } workaround)
        {
            return new GiveUp(new ApplyFault(refused.Code, statement?.Table.FullName ?? "the sink", refused.Why, workaround));
        }

        if (statement is null || statement.Rows.Count == 0)
        {
            return new GiveUp(Fault(refused, statement?.Table.FullName ?? "the sink", "nothing names a row"));
        }

        var at = statement.Rows.Count == 1 ? 0 : refused.Row;
        if (at is null or < 0 || at >= statement.Rows.Count)
        {
            return new OneByOne();
        }

        var row = RowName.Of(statement, statement.Rows[at.Value]);
        var skipped = row.Skipped(refused);
        return tickets.Contains(row.Ticket)
            ? new LeaveOut(row, skipped)
            : new GiveUp(Stopping(refused, row, tickets) with { Row = skipped });
    }

    private static ApplyFault Stopping(Refused refused, RowName row, IReadOnlySet<string> tickets) => new("DP-411", row.ToString(),
        $"row ticket {row.Ticket}: the sink refuses it ({refused.Code}: {refused.Why}); the task stops there, and nothing of that "
        + "transaction is written" + (tickets.Count == 0 ? "" : "; the tickets in skipRows are of other rows or transactions"),
        "Mend the row or the table at the sink and start the task again, or leave the row out: add its ticket to skipRows in the task's "
        + "configuration (docs/data.md)");

    /// <summary>The changes without those of one row; it may be known by its key before or after.</summary>
    internal static IReadOnlyList<SinkChange> Without(IReadOnlyList<SinkChange> changes, RowName row) =>
        [.. changes.Where(c => c.Table.Sink.FullName != row.Table
            || RowName.Of(c, after: false) != row && RowName.Of(c, after: true) != row)];

    /// <summary>The sink names what is not there, or refuses again what was left out.</summary>
    internal static ApplyFault Unfound(Refused refused) => Fault(refused, "the sink", "the row that it means cannot be found");

    private static ApplyFault Fault(Refused refused, string field, string consequence) => new(
        "DP-411", field, $"the sink refuses it ({refused.Code}: {refused.Why}); {consequence}",
        "Mend the row or the table at the sink and start the task again");
}
