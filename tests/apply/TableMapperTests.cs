namespace Holdfast.Apply.Tests;

public sealed class TableMapperTests
{
    private static readonly TableSchema Source = World.Table(1, "orders", ["id", "name", "secret"], [0], []);

    private static readonly Mapping Renamed = new()
    {
        Schemas = new Dictionary<string, string> { ["main"] = "copy" },
        Tables = [new() { Source = "main.orders", Sink = "sales", Columns = new Dictionary<string, string> { ["name"] = "title" },
            ColumnsLeftOut = ["secret"] }],
    };

    private static readonly TableSchema Sink = World.Table(0, "sales", ["title", "id", "own"], [1], []) with
    {
        Schema = "copy",
        Columns = [new Column { Name = "title", Kind = ValueKind.Text }, new Column { Name = "id", Kind = ValueKind.Int64 },
            new Column { Name = "own", Kind = ValueKind.Int64 }],
    };

    [Fact]
    public void Names_are_changed_and_columns_left_out_as_people_say()
    {
        Assert.Equal(("copy", "sales"), Renamed.Target("main", "orders"));
        Assert.Equal(("copy", "other"), Renamed.Target("main", "other"));
        Assert.Equal(("main", "orders"), Mapping.Identity.Target("main", "orders"));

        var map = TableMapper.Map(Source, Sink, Renamed).Map!;
        var part = new Holdfast.Tests.RandomData(1).Part(new Position(0, 1), [new Change(ChangeKind.Update, 1, Cells.Row(1, "a", 5),
            Cells.Row(1, "b", 6))]);
        var change = Assert.Single(ChangeMapper.Map(part, _ => map));
        Assert.Equal(["a", 1L, Cells.Absent], Cells.Of(change.Before));
        Assert.Equal(["b", 1L, Cells.Absent], Cells.Of(change.After));
        Assert.True(map.IsComplete(change.After) && map.Own.Count == 1 && map.Upserts && !map.IsIdentity);
    }

    [Fact]
    public void The_same_table_needs_no_copy_of_its_rows() => Assert.True(TableMapper.Map(Source, Source,
        Mapping.Identity).Map!.IsIdentity);

    [Fact]
    public void A_table_that_the_sink_lacks_is_refused() => Refused("DP-401", "copy.sales", Source, null, Renamed);

    [Fact]
    public void A_column_that_the_sink_lacks_is_refused_unless_the_source_computes_it()
    {
        var narrow = World.Table(0, "orders", ["id", "name"], [0], []);
        Refused("DP-402", "main.orders.secret", Source, narrow, Mapping.Identity);
        var computed = Source with { Columns = [Source.Columns[0], Source.Columns[1], Source.Columns[2] with { IsGenerated = true }] };
        Assert.NotNull(TableMapper.Map(computed, narrow, Mapping.Identity).Map);
    }

    [Fact]
    public void A_kind_that_does_not_fit_is_refused()
    {
        Refused("DP-403", "main.orders.name", Source, With(Source, 1, ValueKind.Int64), Mapping.Identity);
        Assert.NotNull(TableMapper.Map(With(Source, 1, ValueKind.Json), Source, Mapping.Identity).Map);
        Assert.NotNull(TableMapper.Map(Source, With(Source, 2, ValueKind.Decimal), Mapping.Identity).Map);
        Refused("DP-403", "main.orders.secret", With(Source, 2, ValueKind.Decimal), Source, Mapping.Identity);
    }

    [Fact]
    public void Another_key_at_the_sink_is_refused_but_one_that_the_source_s_implies_is_not()
    {
        Refused("DP-404", "main.orders key k0", Source, Source with { Keys = [World.Key(0, [1], true)] }, Mapping.Identity);
        Refused("DP-404", "main.orders key k1", Source, Source with { Keys = [World.Key(0, [0], true), World.Key(1, [1], false)] },
            Mapping.Identity);
        Refused("DP-404", "main.orders", Source, Source with { Keys = [] }, Mapping.Identity);
        Refused("DP-404", "main.orders key k0", Source with { Keys = [] }, Source, Mapping.Identity);
        var wider = TableMapper.Map(Source, Source with { Keys = [World.Key(0, [0], true), World.Key(1, [0, 1], false)] },
            Mapping.Identity).Map!;
        Assert.Equal(2, wider.Keys.Count);
        Assert.False(wider.Upserts);
        Assert.False(TableMapper.Map(Source with { Keys = [World.Key(0, [0], true), World.Key(1, [1], false)] }, Source,
            Mapping.Identity).Map!.InOrder);
    }

    [Fact]
    public void A_key_column_that_is_left_out_is_refused() => Refused(
        "DP-404", "main.orders key k0", Source, Source, new Mapping { Tables = [new() { Source = "main.orders", ColumnsLeftOut =
            ["id"] }] });

    [Fact]
    public void A_mapping_of_a_column_that_there_is_not_is_refused() => Refused(
        "DP-405", "main.orders.nme", Source, Source, new Mapping { Tables = [new() { Source = "main.orders", ColumnsLeftOut = ["nme"] }] });

    [Fact]
    public void Two_columns_that_go_to_one_are_refused() => Refused("DP-406", "main.orders.secret", With(Source, 1, ValueKind.Int64),
        Source, new Mapping
    {
        Tables = [new() { Source = "main.orders", Columns = new Dictionary<string, string> { ["name"] = "secret" } }],
    });

    [Fact]
    public void All_differences_are_told_at_once()
    {
        var faults = TableMapper.Map(Source, World.Table(0, "orders", ["id"], [0], []), Mapping.Identity).Faults;
        Assert.Equal(["main.orders.name", "main.orders.secret"], faults.Select(f => f.Field));
        Assert.All(faults, f => Assert.NotEmpty(f.Workaround));
    }

    [Fact]
    public void A_table_without_a_key_or_with_one_over_expressions_keeps_its_order()
    {
        Assert.True(TableMapper.Map(Source with { Keys = [] }, Source with { Keys = [] }, Mapping.Identity).Map!.InOrder);
        var inexact = Source with { Keys = [World.Key(0, [0], true), World.Key(1, [1], false) with { IsInexact = true }] };
        var map = TableMapper.Map(inexact, inexact, Mapping.Identity).Map!;
        Assert.True(map is { InOrder: true, UpdatesAlone: true, Upserts: false });
        var nullable = Source with { Keys = [World.Key(0, [1], false)] };
        Assert.Null(TableMapper.Map(nullable, nullable, Mapping.Identity).Map!.RowKey);
    }

    [Fact]
    public void A_unique_key_that_is_never_null_tells_rows_apart_where_there_is_no_primary_one()
    {
        var keyed = Source with { Columns = [.. Source.Columns.Select(c => c with { IsNullable = false })], Keys = [World.Key(0, [1],
            false)] };
        var map = TableMapper.Map(keyed, keyed, Mapping.Identity).Map!;
        Assert.Equal([1], map.RowKey!);
        Assert.False(map.Upserts || map.InOrder);
    }

    private static TableSchema With(TableSchema table, int column, ValueKind kind) =>
        table with { Columns = [.. table.Columns.Select((c, i) => i == column ? c with { Kind = kind } : c)] };

    private static void Refused(string code, string field, TableSchema source, TableSchema? sink, Mapping mapping)
    {
        var result = TableMapper.Map(source, sink, mapping);
        Assert.Null(result.Map);
        Assert.Contains(result.Faults, f => f.Code == code && f.Field == field && f.Workaround.Length > 0);
    }
}
