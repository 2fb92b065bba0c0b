using Holdfast.Engine.MySql.Catalog;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>The statement that makes a table like another engine's.</summary>
public sealed class TableTextTests
{
    [Theory]
    [InlineData(ValueKind.Instant, "timestamp with time zone", "timestamp(6)")]
    [InlineData(ValueKind.Instant, "timestamp(3) with time zone", "timestamp(6)")]
    [InlineData(ValueKind.DateTime, "timestamp without time zone", "datetime(6)")]
    [InlineData(ValueKind.Time, "time without time zone", "time(6)")]
    [InlineData(ValueKind.Float64, "double precision", "double")]
    [InlineData(ValueKind.Decimal, "numeric(12,2)", "decimal(12,2)")]
    [InlineData(ValueKind.Instant, "timestamp(6)", "timestamp(6)")]
    [InlineData(ValueKind.UInt64, "bigint(20) unsigned", "bigint(20) unsigned")]
    [InlineData(ValueKind.UInt64, "int(5) unsigned zerofill", "int(5) unsigned zerofill")]
    [InlineData(ValueKind.Enum, "enum('a b','c')", "enum('a b','c')")]
    public void A_type_is_kept_only_where_this_engine_writes_it_so(ValueKind kind, string type, string becomes)
    {
        var table = new TableSchema
        {
            Id = 1, Schema = "shop", Name = "t", Columns = [new Column { Name = "c", Kind = kind, Type = type }],
        };
        var text = new TableText(new HashSet<string>(StringComparer.Ordinal), isMaria: true);
        Assert.Empty(text.WhyNot(table));
        Assert.Contains($"`c` {becomes} NULL", text.Of(table), StringComparison.Ordinal);
    }
}
