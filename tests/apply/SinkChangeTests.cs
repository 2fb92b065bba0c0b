namespace Holdfast.Apply.Tests;

/// <summary>Rows of the source with the sink's columns.</summary>
public sealed class SinkChangeTests
{
    private static readonly Position At = new(0, 9);

    [Fact]
    public void A_row_is_found_by_what_it_was_if_that_is_said()
    {
        var (before, after) = (Cells.Row(1, "a"), Cells.Row(1, "b"));
        var map = World.Maps[World.Word.Id];
        Assert.Equal(before, new SinkChange(map, ChangeKind.Update, before, after, At).Found);
        Assert.Equal(after, new SinkChange(map, ChangeKind.Update, default, after, At).Found);
    }

    [Fact]
    public void Each_change_goes_to_the_table_that_it_names()
    {
        var part = Part(Insert(World.Parent.Id, 1, "a"), Insert(World.Child.Id, 2, 1, "b"), Insert(World.Child.Id, 3, 1, "c"),
            Insert(World.Account.Id, 4, "d", 5), Insert(World.Parent.Id, 6, "e"));
        Assert.Equal(["parent 1|a", "child 2|1|b", "child 3|1|c", "account (absent)|4|d|5", "parent 6|e"],
            ChangeMapper.Map(part, World.Maps.GetValueOrDefault).Select(c => $"{c.Table.Sink.Name} {Cells.Shown(Cells.Of(c.After))}"));
        Assert.All(ChangeMapper.Map(part, World.Maps.GetValueOrDefault), c => Assert.Equal((At, ChangeKind.Insert), (c.Source, c.Kind)));
    }

    [Fact]
    public void Columns_change_their_places_and_those_that_do_not_go_there_are_left_out()
    {
        var source = World.Table(40, "t", ["id", "name", "count"], [0], []);
        var sink = World.Table(0, "t", ["count", "own", "id"], [2], []);
        var map = TableMapper.Map(source, sink, new Mapping { Tables = [new() { Source = "main.t", ColumnsLeftOut = ["name"] }] }).Map!;
        var part = Part(new Change(ChangeKind.Update, 40, Cells.Row(1, "a", 5), Cells.Row(1, "b", Cells.Absent)),
            new Change(ChangeKind.Delete, 40, Cells.Row(2, "c", 6), default));
        var changes = ChangeMapper.Map(part, _ => map);
        Assert.Equal([[5L, Cells.Absent, 1L], [6L, Cells.Absent, 2L]], changes.Select(c => Cells.Of(c.Before)));
        Assert.Equal([Cells.Absent, Cells.Absent, 1L], Cells.Of(changes[0].After));
        Assert.True(changes[1].After.IsNone);
    }

    [Fact]
    public void A_table_that_was_not_described_is_damage_and_so_is_a_row_of_another_length()
    {
        Assert.Contains("table 99", Assert.Throws<DamagedException>(() => ChangeMapper.Map(
            Part(Insert(World.Parent.Id, 1, "a"), Insert(99, 1, "a")), World.Maps.GetValueOrDefault)).Message, StringComparison.Ordinal);
        foreach (var row in new object?[][] { [1, "a"], [1, "a", 5, 6] })
        {
            Assert.Contains("3 columns", Assert.Throws<DamagedException>(() => ChangeMapper.Map(
                Part(Insert(World.Account.Id, row)), World.Maps.GetValueOrDefault)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A count that lies must not cost memory before the bytes say that it does.</summary>
    [Fact]
    public void Room_is_made_for_changes_that_come_and_not_for_their_count() => Assert.Throws<DamagedException>(() =>
        ChangeMapper.Map(Part(Insert(World.Parent.Id, 1, "a")) with { Count = int.MaxValue }, World.Maps.GetValueOrDefault));

    private static Change Insert(uint table, params object?[] cells) => new(ChangeKind.Insert, table, default, Cells.Row(cells));

    private static TransactionPart Part(params Change[] changes) => new RandomData(1).Part(At, changes);
}
