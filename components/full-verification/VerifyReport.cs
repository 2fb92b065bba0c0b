namespace Holdfast.FullVerification;

/// <summary>The findings of a comparison.</summary>
/// <param name="Tables">Each table of the source that the task copies.</param>
/// <param name="Findings">Rows that differ, the first ones.</param>
/// <param name="Counter">The numbers of transactions; null: no counter was named.</param>
/// <param name="Waits">The reason why rows stayed open; null: none did, or the source changed them all the time.</param>
public sealed record VerifyReport(
    IReadOnlyList<TableReport> Tables, IReadOnlyList<RowFinding> Findings, CounterReport? Counter, string? Waits)
{
    /// <summary>Everything was compared, and nothing differs.</summary>
    public bool IsEqual => Tables.Count > 0 && Tables.All(t => t is { Lost: 0, Doubled: 0, Differing: 0, Open: 0, Fault: null })
        && Counter is null or { Lost: 0, Doubled: 0 };

    /// <summary>Something differs for certain.</summary>
    public bool IsDifferent => Tables.Any(t => t.Lost + t.Doubled + t.Differing > 0 || t.Fault is not null)
        || Counter is { Lost: > 0 } or { Doubled: > 0 };
}

/// <summary>One table.</summary>
/// <param name="Table"><c>schema.name</c> at the sink.</param>
/// <param name="Rows">Of the source, that were compared.</param>
/// <param name="Lost">Rows that the sink lacks.</param>
/// <param name="Doubled">Rows that the sink has once too often.</param>
/// <param name="Differing">Rows whose values differ, and rows that the source never had.</param>
/// <param name="Open">Rows of which nothing is certain.</param>
/// <param name="Fault">The reason why it could not be compared: a code, a sentence, what helps.</param>
public sealed record TableReport(
    string Table, long Rows, long Lost = 0, long Doubled = 0, long Differing = 0, long Open = 0, string? Fault = null);

/// <summary>One row that differs.</summary>
/// <param name="Table"><c>schema.name</c> at the sink.</param>
/// <param name="Key"><c>id=5</c>; of a table without a key all columns.</param>
/// <param name="What"><c>lost</c>, <c>doubled</c>, <c>differing</c>, or <c>only at the sink</c>.</param>
public sealed record RowFinding(string Table, string Key, string What);

/// <summary>The numbers of transactions at the sink.</summary>
/// <param name="First">The lowest one.</param>
/// <param name="Last">The highest one.</param>
/// <param name="Lost">Numbers between them that are not there.</param>
/// <param name="Doubled">Numbers that are there once too often.</param>
/// <param name="Examples">Some of those.</param>
public sealed record CounterReport(long First, long Last, long Lost, long Doubled, IReadOnlyList<long> Examples);
