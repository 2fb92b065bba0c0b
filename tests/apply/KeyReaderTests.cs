using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

public sealed class KeyReaderTests
{
    /// <summary>Its third index is over a room and a seat.</summary>
    private const int Seat = 2;

    private static readonly TableMap Person = World.Maps[World.Person.Id];

    private readonly KeyReader _reader = new();

    [Fact]
    public void A_key_is_known_free_or_unknown()
    {
        Assert.Equal((KeyState.Known, KeyState.Known), States([1, "a", 1, 2, null], [1, "a", 3, 4, null]));
        Assert.Equal((KeyState.Free, KeyState.Free), States([1, "a", null, 2, null], [1, "a", 3, null, null]));
        Assert.Equal((KeyState.Unknown, KeyState.Unknown), States([1, "a", Cells.Absent, 2, null], [1, "a", Cells.Absent, 4, null]));
        // A NULL beside what is not said may still not be one.
        Assert.Equal((KeyState.Unknown, KeyState.Unknown), States([1, "a", null, Cells.Absent, null], [1, "a", null, Cells.Absent, null]));
        Assert.Equal((KeyState.Unknown, KeyState.Known), States(null, [1, "a", 3, 4, null]));
        Assert.Equal((KeyState.Unknown, KeyState.Unknown), States(null, null));
    }

    [Fact]
    public void What_is_not_said_after_is_as_it_was_and_not_the_other_way_round()
    {
        Assert.Equal((KeyState.Known, KeyState.Known), States([1, "a", 1, 2, null], [1, "a", Cells.Absent, 4, null]));
        Assert.Equal((KeyState.Known, KeyState.Known), States([1, "a", 1, 2, null], null));
        Assert.Equal((KeyState.Unknown, KeyState.Known), States([1, "a", Cells.Absent, 2, null], [1, "a", 1, 2, null]));
        Read([1, "a", 1, 2, null], [1, "a", Cells.Absent, 4, null]);
        _reader.After(Person, Seat, out var merged);
        Read(null, [1, "a", 1, 4, null]);
        _reader.After(Person, Seat, out var whole);
        Assert.Equal(whole, merged);
    }

    [Fact]
    public void Values_of_other_indexes_columns_and_tables_have_other_hashes()
    {
        Read([1, "1", 1, 2, null], null);
        var hashes = Enumerable.Range(0, 3).Select(key => Before(Person, key)).ToList();
        Read([1, "1", 2, 1, null], null);
        hashes.Add(Before(Person, Seat));
        Assert.Equal(4, hashes.Distinct().Count());
        var (parent, child) = (World.Maps[World.Parent.Id], World.Maps[World.Child.Id]);
        _reader.Of(new SinkChange(parent, ChangeKind.Delete, Cells.Row(1, "a"), default, default));
        var one = Before(parent, 0);
        _reader.Of(new SinkChange(child, ChangeKind.Delete, Cells.Row(1, 1, "a"), default, default));
        Assert.NotEqual(one, Before(child, 0));
    }

    [Fact]
    public void An_index_is_written_where_one_of_its_columns_is_said_after()
    {
        Read([1, "a", 1, 2, null], [1, Cells.Absent, Cells.Absent, 3, null]);
        Assert.Equal([true, false, true], Person.Keys.Select(_reader.Writes));
        Read([1, "a", 1, 2, null], null);
        Assert.Equal([false, false, false], Person.Keys.Select(_reader.Writes));
    }

    [Fact]
    public void A_reader_forgets_the_change_before()
    {
        Read([1, "a", 1, 2, null], [1, "a", 1, 3, null]);
        Assert.Equal((KeyState.Unknown, KeyState.Unknown), States(null, null));
    }

    [Fact]
    public void Rows_without_a_key_meet_where_all_of_them_is_the_same()
    {
        var entry = World.Maps[World.Entry.Id];
        Assert.Equal(KeyReader.Whole(entry, Cells.Row("a", 1)), KeyReader.Whole(entry, Cells.Row("a", 1)));
        ulong[] others = [KeyReader.Whole(entry, Cells.Row("a", 1)), KeyReader.Whole(entry, Cells.Row("a", 2)),
            KeyReader.Whole(entry, Cells.Row("b", 1)), KeyReader.Whole(entry, Cells.Row("a", null)),
            KeyReader.Whole(entry, Cells.Row("a", Cells.Absent)), KeyReader.Whole(entry, Cells.Row(null, 1)),
            KeyReader.Whole(World.Maps[World.Word.Id], Cells.Row("a", 1))];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void An_image_has_as_many_values_as_the_sink_has_columns()
    {
        Assert.Throws<DamagedException>(() => Read([1, "a", 1, 2], null));
        Assert.Throws<DamagedException>(() => Read(null, [1, "a", 1, 2, null, null]));
    }

    private ulong Before(TableMap table, int key)
    {
        Assert.Equal(KeyState.Known, _reader.Before(table, key, out var hash));
        return hash;
    }

    private (KeyState Before, KeyState After) States(object?[]? before, object?[]? after)
    {
        Read(before, after);
        return (_reader.Before(Person, Seat, out _), _reader.After(Person, Seat, out _));
    }

    private void Read(object?[]? before, object?[]? after) => _reader.Of(new SinkChange(Person, ChangeKind.Update,
        before is null ? default : Cells.Row(before), after is null ? default : Cells.Row(after), default));
}
