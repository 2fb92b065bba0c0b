using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Statements;

/// <summary>One change of a table, told in no engine's language: what another engine's statement did, with this sink's names.</summary>
/// <param name="Kind">Kind of the action.</param>
/// <param name="Table">The table that is changed.</param>
public sealed record TableAction(DdlKind Kind, TableName Table)
{
    /// <summary>The column or index, as it was.</summary>
    public string Name { get; init; } = "";

    /// <summary>The column's name after it.</summary>
    public string NewName { get; init; } = "";

    /// <summary>The table's name after it.</summary>
    public TableName NewTable { get; init; }

    /// <summary>A column that comes or changes, as the source has it; null: none does.</summary>
    public Column? Column { get; init; }

    /// <summary>A table that comes, as the source has it; null: none does.</summary>
    public TableSchema? Created { get; init; }

    /// <summary>The default of each column: the value of rows that say none.</summary>
    public IReadOnlyDictionary<string, Literal> Defaults { get; init; } = new Dictionary<string, Literal>(StringComparer.Ordinal);

    /// <summary>An index that comes; its columns are the table's. Null: none does.</summary>
    public KeyDefinition? Key { get; init; }
}

/// <summary>Statements of an engine's own language, or why it has none.</summary>
/// <param name="Statements">In their order; empty: the table need not change.</param>
/// <param name="WhyNot">The reason why no statement says the same; null: the statements do.</param>
public sealed record DdlText(IReadOnlyList<string> Statements, string? WhyNot)
{
    /// <summary>These say the same.</summary>
    public static DdlText Of(params IReadOnlyList<string> statements) => new(statements, null);

    /// <summary>Nothing does.</summary>
    public static DdlText Not(string why) => new([], why);
}
