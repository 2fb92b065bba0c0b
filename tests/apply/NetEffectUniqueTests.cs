using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

/// <summary>Net effects where a unique value goes from one row to another, and where it cannot be told whether one does.</summary>
public sealed class NetEffectUniqueTests
{
    private const string InOrder = "in order";

    private static readonly TableMap Person = World.Maps[World.Person.Id];

    /// <summary>One unique index beside the primary key.</summary>
    private static readonly TableMap Two = Same(World.Table(30, "two", ["id", "mail", "note"], [0], [[1]]));

    /// <summary>The same, and the sink has a column more.</summary>
    private static readonly TableMap Wide = TableMapper.Map(Two.Source, Two.Source with
    {
        Columns = [.. Two.Source.Columns, new Column { Name = "own", Kind = ValueKind.Int64 }],
    }, Mapping.Identity).Map!;

    [Fact]
    public void A_value_that_one_update_frees_and_another_takes_is_free_first()
    {
        var (frees, takes) = (Update(Two, [1, "a", "x"], [1, "b", "x"]), Update(Two, [2, "c", "y"], [2, "a", "y"]));
        Assert.Equal("Delete 1, Update 2, Insert 1", Written(frees, takes));
        Assert.Equal("Update 1 2", Written(frees, Update(Two, [2, "c", "y"], [2, "d", "y"])));
        Assert.Equal("Delete 1, Update 2, Insert 1", Written(
            Update(Person, [1, "m", 1, 1, null], [1, "m", 1, 2, null]), Update(Person, [2, "n", 2, 2, null], [2, "n", 1, 1, null])));
    }

    [Fact]
    public void A_row_of_which_something_stays_cannot_be_out_of_the_way()
    {
        var (frees, takes) = (Update(Two, [1, "a", "x"], [1, "b", Cells.Absent]), Update(Two, [2, "c", "y"], [2, "a", "y"]));
        Assert.Equal(InOrder, Written(frees, takes));
        var cut = Update(Two, [1, "a", Cells.Absent], [1, "b", Cells.Absent]);
        Assert.Equal(InOrder, Written(cut, takes));
        Assert.Equal(InOrder, Written(Update(Wide, [1, "a", "x", Cells.Absent], [1, "b", "x", Cells.Absent]),
            Update(Wide, [2, "c", "y", Cells.Absent], [2, "a", "y", Cells.Absent])));
    }

    [Fact]
    public void A_unique_value_that_stays_is_neither_freed_nor_taken()
    {
        Assert.Equal("Update 1", Written(Update(Two, [1, "a", "x"], [1, "a", "y"])));
        // A part of it is not said after, and is as it was.
        Assert.Equal("Update 1", Written(Update(Person, [1, "m", 1, 2, null], [1, "m", 1, Cells.Absent, "y"])));
        Assert.Equal("Update 1", Written(Update(Person, [1, "m", 1, 2, null], [1, "m", Cells.Absent, 2, "y"])));
    }

    /// <summary>Whether 'a' and 'A' are one value is the sink's matter.</summary>
    [Fact]
    public void A_unique_value_that_changes_in_case_only_keeps_the_source_s_order()
    {
        Assert.Equal(InOrder, Written(Update(Two, [1, "a", "x"], [1, "A", "x"])));
        Assert.Equal(InOrder, Written(Update(Two, [1, "a", "x"], [1, "b", "x"]), Update(Two, [2, "A", "x"], [2, "c", "x"])));
    }

    [Fact]
    public void A_value_with_a_NULL_in_it_meets_no_other()
    {
        Assert.Equal("Update 1 2", Written(
            Update(Person, [1, "m", 1, null, null], [1, "m", null, 1, null]),
            Update(Person, [2, "n", 2, 2, null], [2, "n", 1, null, null])));
        Assert.Equal("Update 1 2", Written(Update(Two, [1, null, "x"], [1, "a", "x"]), Update(Two, [2, null, "x"], [2, "b", "x"])));
        Assert.Equal("Update 1 2", Written(Update(Two, [1, "a", "x"], [1, null, "x"]), Update(Two, [2, "b", "x"], [2, null, "x"])));
        Assert.Equal("Delete 1, Update 2, Insert 1",
            Written(Update(Two, [1, "a", "x"], [1, null, "x"]), Update(Two, [2, null, "x"], [2, "a", "x"])));
    }

    [Fact]
    public void What_a_unique_value_was_must_be_known_only_where_it_is_written()
    {
        Assert.Equal(InOrder, Written(Update(Two, null, [1, "b", "x"])));
        Assert.Equal("Update 1", Written(Update(Two, null, [1, Cells.Absent, "x"]), Update(Two, null, [1, Cells.Absent, "y"])));
    }

    [Fact]
    public void A_row_whose_key_is_not_said_keeps_the_source_s_order()
    {
        Assert.Equal(InOrder, Written(Update(Two, [Cells.Absent, "a", "x"], [1, "b", "x"])));
        Assert.Equal(InOrder, Written(Update(Two, null, [Cells.Absent, "b", "x"])));
        Assert.Equal(InOrder, Written(new SinkChange(Two, ChangeKind.Insert, default, Cells.Row(Cells.Absent, "b", "x"), default)));
        Assert.Equal(InOrder, Written(new SinkChange(Two, ChangeKind.Delete, Cells.Row(Cells.Absent, "b", "x"), default, default)));
    }

    [Fact]
    public void A_row_that_goes_frees_its_values_before_others_take_them() => Assert.Equal("Delete 1, Update 2", Written(
        new SinkChange(Two, ChangeKind.Delete, Cells.Row(1, "a", "x"), default, default), Update(Two, [2, "c", "y"], [2, "a", "y"])));

    private static TableMap Same(TableSchema table) => TableMapper.Map(table, table, Mapping.Identity).Map!;

    private static SinkChange Update(TableMap table, object?[]? before, object?[] after) =>
        new(table, ChangeKind.Update, before is null ? default : Cells.Row(before), Cells.Row(after), default);

    private static string Written(params SinkChange[] changes)
    {
        var to = new StatementList(GroupLimits.Default);
        var isNet = NetEffect.TryWrite(changes[0].Table, changes, new KeyReader(), to);
        Assert.True(isNet || to.Statements.Count == 0);
        return isNet ? string.Join(", ", to.Statements.Select(s => string.Join(' ', [$"{s.Mode}", .. s.Rows.Select(Id)]))) : InOrder;
        static string Id(Engine.Seams.SinkRow row) => $"{Cells.Of(row.Before.IsNone ? row.After : row.Before)[0]}";
    }
}
