using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>Columns of PostgreSQL's own statements, for a sink of another engine.</summary>
public static class DefinedColumn
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["int"] = "integer", ["int4"] = "integer", ["int2"] = "smallint", ["int8"] = "bigint", ["serial"] = "integer",
        ["serial4"] = "integer", ["smallserial"] = "smallint", ["serial2"] = "smallint", ["bigserial"] = "bigint", ["serial8"] = "bigint",
        ["bool"] = "boolean", ["float4"] = "real", ["float8"] = "double precision", ["float"] = "double precision",
        ["decimal"] = "numeric", ["varchar"] = "character varying", ["char"] = "character", ["bpchar"] = "character",
        ["varbit"] = "bit varying", ["timestamptz"] = "timestamp with time zone", ["timestamp"] = "timestamp without time zone",
        ["time"] = "time without time zone",
    };

    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["integer"] = "int4", ["smallint"] = "int2", ["bigint"] = "int8", ["boolean"] = "bool", ["real"] = "float4",
        ["double precision"] = "float8", ["character varying"] = "varchar", ["character"] = "bpchar", ["bit varying"] = "varbit",
        ["timestamp with time zone"] = "timestamptz", ["timestamp without time zone"] = "timestamp", ["time without time zone"] = "time",
    };

    /// <summary>The column; null: what its type is cannot be told from the text.</summary>
    public static Column? Of(ColumnDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var open = definition.Type.IndexOf('(', StringComparison.Ordinal);
        var close = definition.Type.LastIndexOf(')');
        var (name, brackets) = open < 0 || close < open ? (definition.Type, "")
            : (definition.Type[..open] + definition.Type[(close + 1)..], definition.Type[open..(close + 1)]);
        name = Names.GetValueOrDefault(name, name);
        var type = PgType.Of(0, name, Own.GetValueOrDefault(name, name), isSystem: true, 'b', null);
        return type.Kind == ValueKind.Unknown ? null : new Column
        {
            Name = definition.Name, Kind = type.Kind, Type = name + brackets,
            IsNullable = definition.IsNullable && !definition.Type.Contains("serial", StringComparison.Ordinal),
        };
    }
}
