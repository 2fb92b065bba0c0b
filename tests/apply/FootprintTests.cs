using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

public sealed class FootprintTests
{
    private readonly KeyReader _reader = new();

    [Fact]
    public void Rows_meet_in_any_unique_key_before_or_after_and_a_null_meets_nothing()
    {
        var taken = Of(ChangeKind.Insert, null, [1, "a", 1, 1, null]);
        Assert.True(Meet(taken, Of(ChangeKind.Delete, [2, "a", null, null, null], null)));
        Assert.True(Meet(taken, Of(ChangeKind.Update, [2, "b", 1, 1, null], [2, "b", 1, 2, null])));
        Assert.True(Meet(taken, Of(ChangeKind.Update, [2, "b", 1, 2, null], [2, "A ", 1, 2, null])));
        Assert.False(Meet(taken, Of(ChangeKind.Insert, null, [2, "b", 1, null, null])));
        Assert.False(Meet(Of(ChangeKind.Insert, null, [1, null, null, 1, null]), Of(ChangeKind.Insert, null, [2, null, null, 1, null])));
    }

    [Fact]
    public void Equal_values_of_different_keys_do_not_meet() =>
        Assert.False(Meet(Of(ChangeKind.Insert, null, [1, "a", 1, 2, null]), Of(ChangeKind.Insert, null, [2, "b", 2, 1, null])));

    [Fact]
    public void A_row_whose_old_unique_value_is_not_said_may_meet_any_row_of_its_table()
    {
        Assert.NotEmpty(Of(ChangeKind.Delete, [1, Cells.Absent, Cells.Absent, Cells.Absent, Cells.Absent], null).WholeTables);
        Assert.NotEmpty(Of(ChangeKind.Update, null, [1, "a", Cells.Absent, Cells.Absent, "x"]).WholeTables);
        Assert.NotEmpty(Of(ChangeKind.Insert, null, [1, Cells.Absent, 1, 1, null]).WholeTables);
        Assert.NotEmpty(Of(ChangeKind.Truncate, null, null).WholeTables);
        // Nothing that is unique is written.
        Assert.Empty(Of(ChangeKind.Update, null, [1, Cells.Absent, Cells.Absent, Cells.Absent, "x"]).WholeTables);
    }

    /// <summary>Of an account: its own column, its key, its name and its amount.</summary>
    [Fact]
    public void A_row_is_told_by_its_key_before_and_after()
    {
        bool IsTold(ChangeKind kind, object?[]? before, object?[]? after)
        {
            var footprint = Footprint.Of([new(World.Maps[World.Account.Id], kind, before is null ? default : Cells.Row(before),
                after is null ? default : Cells.Row(after), default)], _reader);
            Assert.Equal(1, footprint.Tables.Count + footprint.WholeTables.Count);
            return footprint.Tables.Count == 1;
        }

        object?[] known = [Cells.Absent, 1, "a", 5], unknown = [Cells.Absent, Cells.Absent, "a", 5];
        Assert.True(IsTold(ChangeKind.Insert, null, known) && !IsTold(ChangeKind.Insert, null, unknown));
        Assert.True(IsTold(ChangeKind.Delete, known, null) && !IsTold(ChangeKind.Delete, unknown, null));
        Assert.True(IsTold(ChangeKind.Update, known, known) && IsTold(ChangeKind.Update, null, known));
        Assert.False(IsTold(ChangeKind.Update, unknown, known));
        Assert.False(IsTold(ChangeKind.Update, null, unknown));
        Assert.True(IsTold(ChangeKind.Update, known, unknown));
        Assert.False(IsTold(ChangeKind.Truncate, null, null));
    }

    [Fact]
    public void A_part_of_a_key_that_is_not_said_is_as_it_was() => Assert.True(Meet(
        Of(ChangeKind.Insert, null, [2, "b", 1, 2, null]),
        Of(ChangeKind.Update, [1, "a", 1, 1, null], [1, Cells.Absent, Cells.Absent, 2, Cells.Absent])));

    [Fact]
    public void Tables_without_a_key_and_tables_tied_by_foreign_keys_are_one_lane_each()
    {
        var entry = Footprint.Of([new(World.Maps[World.Entry.Id], ChangeKind.Insert, default, Cells.Row("a", 1), default)], _reader);
        var other = Footprint.Of([new(World.Maps[World.Entry.Id], ChangeKind.Insert, default, Cells.Row("b", 2), default)], _reader);
        var parent = Footprint.Of([new(World.Maps[World.Parent.Id], ChangeKind.Insert, default, Cells.Row(1, "a"), default)], _reader);
        var child = Footprint.Of([new(World.Maps[World.Child.Id], ChangeKind.Insert, default, Cells.Row(9, 8, "a"), default)], _reader);
        Assert.True(Meet(entry, other));
        Assert.True(Meet(parent, child));
        Assert.False(Meet(entry, child));
    }

    [Fact]
    public void A_row_with_too_few_values_is_refused() => Assert.Throws<Engine.DamagedException>(() =>
        Of(ChangeKind.Insert, null, [1, "a"]));

    private static bool Meet(Footprint a, Footprint b) => a.Keys.Overlaps(b.Keys);

    private Footprint Of(ChangeKind kind, object?[]? before, object?[]? after) => Footprint.Of(
        [new(World.Maps[World.Person.Id], kind, before is null ? default : Cells.Row(before), after is null ? default
            : Cells.Row(after), default)], _reader);
}
