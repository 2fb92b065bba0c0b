namespace Holdfast.Engine.Sqlite.Tables;

/// <summary>A table as its file has it: the engine's neutral schema, and what only SQLite knows.</summary>
internal sealed record TableShape
{
    /// <summary>The schema for everybody; its id is 0.</summary>
    internal required TableSchema Schema { get; init; }

    /// <summary>Properties of the columns, in the order of the schema's.</summary>
    internal required IReadOnlyList<ColumnShape> Columns { get; init; }

    /// <summary>Every unique index, also those that the schema calls inexact.</summary>
    internal required IReadOnlyList<IndexShape> Uniques { get; init; }

    /// <summary>The text of CREATE TABLE, as the file keeps it.</summary>
    internal required string Sql { get; init; }

    /// <summary>
    /// A name by which rows are numbered and that no column hides; empty: the table is WITHOUT ROWID, or its columns take all three.
    /// </summary>
    internal required string RowId { get; init; }

    /// <summary>Index of the column that is the row's number; -1: none is.</summary>
    internal required int RowIdColumn { get; init; }

    /// <summary>Rows lie in the order of the primary key.</summary>
    internal required bool IsWithoutRowId { get; init; }

    /// <summary>Values of another type than a column's are errors.</summary>
    internal required bool IsStrict { get; init; }

    /// <summary>Triggers that are not this engine's, in the order in which they were made.</summary>
    internal required IReadOnlyList<string> Triggers { get; init; }

    /// <summary>The name.</summary>
    internal string Name => Schema.Name;
}

/// <summary>Properties of a column that SQLite knows beyond its schema.</summary>
/// <param name="Affinity">Its effect on values.</param>
/// <param name="HasDefault">An insert may leave it out.</param>
internal readonly record struct ColumnShape(Affinity Affinity, bool HasDefault);

/// <summary>A unique index.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Of the table; -1: an expression.</param>
/// <param name="Collations">The collation by which each column is compared in it.</param>
/// <param name="IsPartial">It covers only some rows.</param>
internal sealed record IndexShape(
    string Name, IReadOnlyList<int> Columns, IReadOnlyList<string> Collations, bool IsPartial)
{
    /// <summary>It covers expressions.</summary>
    internal bool HasExpressions => Columns.Contains(-1);
}
