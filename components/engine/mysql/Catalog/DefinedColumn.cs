using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>Columns of MySQL's own statements, for a sink of another engine.</summary>
public static class DefinedColumn
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["integer"] = "int", ["dec"] = "decimal", ["numeric"] = "decimal", ["fixed"] = "decimal", ["real"] = "double",
        ["double precision"] = "double", ["character"] = "char", ["character varying"] = "varchar", ["int4"] = "int", ["int8"] = "bigint",
        ["int2"] = "smallint", ["int1"] = "tinyint", ["bool"] = "tinyint(1)", ["boolean"] = "tinyint(1)", ["long varchar"] = "mediumtext",
    };

    /// <summary>The column; null: what its type is cannot be told from the text.</summary>
    public static Column? Of(ColumnDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var type = definition.Type;
        var end = type.IndexOf('(', StringComparison.Ordinal);
        var name = end < 0 ? type.Replace(" unsigned", "", StringComparison.Ordinal).Replace(" zerofill", "", StringComparison.Ordinal)
            : type[..end];
        type = Names.TryGetValue(name, out var known) ? known + type[name.Length..] : type;
        var cut = type.AsSpan().IndexOfAny('(', ' ');
        var data = cut < 0 ? type : type[..cut];
        var kind = Types.Kind(data, type);
        return kind is ValueKind.Unknown ? null : new Column
        {
            Name = definition.Name, Kind = kind, IsNullable = definition.IsNullable,
            Type = type == "decimal" ? "decimal(10,0)" : type == "char" ? "char(1)" : type,
        };
    }
}
