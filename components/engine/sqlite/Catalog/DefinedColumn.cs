using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>Columns of SQLite's own statements, for a sink of another engine.</summary>
public static class DefinedColumn
{
    /// <summary>The column: SQLite takes any type.</summary>
    public static Column? Of(ColumnDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new Column
        {
            Name = definition.Name, Kind = TableReader.Kind(Affinities.Of(definition.Type, isStrict: false)),
            // In capitals it is no type of another engine, where the same word holds less.
            Type = definition.Type.ToUpperInvariant(), IsNullable = definition.IsNullable,
        };
    }
}
