namespace Holdfast.Rules.Apply.Faults;

/// <summary>The reason why rows cannot be written, and what a person can do.</summary>
/// <param name="Code">Stable, in docs/errors.md.</param>
/// <param name="Field">The table, the column or the row that it is about.</param>
/// <param name="Message">The fact, and the rule that it breaks.</param>
/// <param name="Workaround">The help that a person can give.</param>
/// <param name="IsPassing">It may be gone with the next try.</param>
public sealed record ApplyFault(string Code, string Field, string Message, string Workaround, bool IsPassing = false)
{
    /// <summary>The row that the sink refuses, with the ticket that leaves it out; null: it is about something else.</summary>
    public SkippedRow? Row { get; init; }

    /// <summary>The statement at which the task stops, with the ticket by which it is answered; null: it is about something else.</summary>
    public DdlNote? Ddl { get; init; }

    /// <summary>One line for a log and a status.</summary>
    public override string ToString() => $"{Code} {Field}: {Message}. {Workaround}";
}
