using Holdfast.Engine.Values;

namespace Holdfast.Engine.Tables;

/// <summary>A table as it was when rows of it were written. It never changes: after a DDL the same name has another id.</summary>
public sealed record TableSchema
{
    /// <summary>Unique in one Store's log; rows name it.</summary>
    public required uint Id { get; init; }

    /// <summary>Its database or schema; <c>main</c> in SQLite.</summary>
    public required string Schema { get; init; }

    /// <summary>Its name in there, as the source writes it.</summary>
    public required string Name { get; init; }

    /// <summary>The columns, in the order of the values in a row.</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>Each unique index, the primary key first; empty: rows are told apart only by all of their values.</summary>
    public IReadOnlyList<UniqueKey> Keys { get; set; } = [];

    /// <summary>The primary key, or null.</summary>
    public UniqueKey? PrimaryKey => Keys.Count > 0 && Keys[0].IsPrimary ? Keys[0] : null;

    /// <summary>Schema and name, for messages.</summary>
    public string FullName => $"{Schema}.{Name}";

    /// <summary>Index of a column; -1: it has none of this name. Names are compared as the source compares them: exactly.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Has the same columns and keys, whatever the id.</summary>
    public bool HasShapeOf(TableSchema other) => Schema == other.Schema && Name == other.Name
        && Columns.SequenceEqual(other.Columns) && Keys.SequenceEqual(other.Keys);
}

/// <summary>A column.</summary>
public sealed record Column
{
    /// <summary>The name, as the source writes it.</summary>
    public required string Name { get; init; }

    /// <summary>The kind that its values usually have; a source with free types (SQLite) may hold others.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>The type as the source declares it: <c>varchar(20)</c>; may be empty.</summary>
    public string Type { get; set; } = "";

    /// <summary>It may be NULL.</summary>
    public bool IsNullable { get; set; } = true;

    /// <summary>The database computes it: a sink never writes it.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>Name of the collation by which its text is compared; empty: by bytes.</summary>
    public string Collation { get; set; } = "";
}

/// <summary>A unique index.</summary>
public sealed record UniqueKey
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Indexes of its columns in <see cref="TableSchema.Columns"/>, in its order.</summary>
    public required IReadOnlyList<int> Columns { get; init; }

    /// <summary>It is the primary key, so it is never null.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>
    /// It covers expressions or a part of the rows, so equal columns may be no conflict and different ones may be one. Rows of the table
    /// are ordered as if they had no key that distinguishes them.
    /// </summary>
    public bool IsInexact { get; init; }

    /// <inheritdoc/>
    public bool Equals(UniqueKey? other) => other is not null && Name == other.Name && IsPrimary == other.IsPrimary
        && IsInexact == other.IsInexact && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, IsPrimary, IsInexact, Columns.Count);
}
