namespace Holdfast.Engine.Transactions;

/// <summary>
/// The part of a source's stream that a consumer wants. A transaction of which nothing is left still moves the position: the stream says
/// so.
/// </summary>
public sealed record StreamFilter
{
    /// <summary>Everything.</summary>
    public static readonly StreamFilter None = new();

    /// <summary>
    /// Patterns of <c>schema.table</c>, where <c>*</c> stands for any characters but a dot; empty: every table. Compared exactly,
    /// as the source writes the names.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>
    /// Transactions with one of these marks are left out: the consumer wrote them itself, and they came back by another path.
    /// </summary>
    public IReadOnlyList<string> OriginsLeftOut { get; init; } = [];

    /// <summary>Nothing is left out.</summary>
    public bool IsNone => Tables.Count == 0 && OriginsLeftOut.Count == 0;

    /// <summary>The table's rows are wanted.</summary>
    public bool Wants(string schema, string table) => Tables.Count == 0 || Tables.Any(p => Matches(p, schema, table));

    /// <summary>The transaction is wanted, as far as its mark goes.</summary>
    public bool WantsOrigin(string? origin) => origin is null || !OriginsLeftOut.Contains(origin, StringComparer.Ordinal);

    private static bool Matches(string pattern, string schema, string table)
    {
        var dot = pattern.IndexOf('.', StringComparison.Ordinal);
        return dot >= 0 && Part(pattern.AsSpan(0, dot), schema) && Part(pattern.AsSpan(dot + 1), table);
    }

    private static bool Part(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(name);
        }

        if (!name.StartsWith(pattern[..star], StringComparison.Ordinal))
        {
            return false;
        }

        pattern = pattern[(star + 1)..];
        name = name[star..];
        for (var skip = 0; skip <= name.Length; skip++)
        {
            if (Part(pattern, name[skip..]))
            {
                return true;
            }
        }

        return false;
    }
}
