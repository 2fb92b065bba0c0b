namespace Holdfast.Engine.Statements;

/// <summary>Kinds of literals.</summary>
public enum LiteralKind
{
    /// <summary>NULL.</summary>
    Null,

    /// <summary>A number, as it is written.</summary>
    Number,

    /// <summary>A text, without its quotes.</summary>
    Text,

    /// <summary><c>TRUE</c> or <c>FALSE</c>.</summary>
    Bool,
}

/// <summary>A value that stands in a statement and is the same whoever reads it, where and when.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">The value.</param>
public sealed record Literal(LiteralKind Kind, string Text);

/// <summary>A column as a statement defines it.</summary>
/// <param name="Name">Its name after the statement.</param>
/// <param name="Type">In small letters, with what stands in its brackets: <c>numeric(10,2)</c>; empty: none is said.</param>
public sealed record ColumnDefinition(string Name, string Type)
{
    /// <summary>It may be NULL.</summary>
    public bool IsNullable { get; init; } = true;

    /// <summary>The value of rows that say none; null: none, or one that is computed.</summary>
    public Literal? Default { get; init; }

    /// <summary>The value of rows that say none is computed by the server, when it runs the statement or writes the row.</summary>
    public bool HasComputedDefault { get; init; }

    /// <summary>It is the primary key.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>It is a unique key.</summary>
    public bool IsUnique { get; init; }

    /// <summary>A part of the definition that cannot be said in another language; null: there is none.</summary>
    public string? WhyNot { get; init; }
}

/// <summary>A key or an index as a statement defines it.</summary>
/// <param name="Name">Its name; empty: the server gives one.</param>
/// <param name="Columns">In their order.</param>
/// <param name="IsUnique">No two rows are equal in it.</param>
/// <param name="IsPrimary">It is the primary key.</param>
public sealed record KeyDefinition(string Name, IReadOnlyList<string> Columns, bool IsUnique, bool IsPrimary)
{
    /// <summary>A part of the definition that cannot be said in another language; null: there is none.</summary>
    public string? WhyNot { get; init; }
}
