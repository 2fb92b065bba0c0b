namespace Holdfast.Apply.Tests;

public sealed class TableMapTests
{
    private static readonly TableSchema Plain = World.Table(1, "t", ["id", "name", "count"], [0], []);

    private static readonly TableSchema Computed =
        Plain with { Columns = [Plain.Columns[0], Plain.Columns[1], Plain.Columns[2] with { IsGenerated = true }] };

    [Fact]
    public void Rows_need_no_copy_only_where_all_columns_are_at_their_places()
    {
        Assert.True(Map(Plain, Plain).IsIdentity);
        Assert.False(Map(Plain, World.Table(0, "t", ["name", "id", "count"], [1], [])).IsIdentity);
        Assert.False(Map(Plain, World.Table(0, "t", ["id", "name", "count", "own"], [0], [])).IsIdentity);
        // The source's last column, which it computes, has no place.
        Assert.False(Map(Computed, World.Table(0, "t", ["id", "name"], [0], [])).IsIdentity);
    }

    [Fact]
    public void A_row_s_keys_are_the_row_key_and_then_each_other_index_that_says_its_values()
    {
        Assert.Equal(["0", "1", "2 3"], World.Maps[World.Person.Id].Keys.Select(k => string.Join(' ', k)));
        var map = Same(Plain with { Keys = [World.Key(0, [1], false), World.Key(1, [0], true), World.Key(2, [0], false)] });
        Assert.Equal(["0", "1"], map.Keys.Select(k => string.Join(' ', k)));
        Assert.Empty(Same(Plain with { Keys = [] }).Keys);
        Assert.True(map.IsInRowKey(0) && !map.IsInRowKey(1) && !Same(Plain with { Keys = [] }).IsInRowKey(0));
    }

    [Theory]
    [InlineData("key", false, false, true)]
    [InlineData("key and another", false, false, false)]
    [InlineData("key and one over expressions", true, true, false)]
    [InlineData("no key", true, false, false)]
    [InlineData("unique and perhaps null", true, true, false)]
    [InlineData("unique and never null", false, false, false)]
    public void Keys_say_whether_rows_have_an_order_and_how_they_are_written(string keys, bool inOrder, bool updatesAlone, bool upserts)
    {
        var primary = World.Key(0, [0], primary: true);
        var map = Same(keys switch
        {
            "key" => Plain,
            "key and another" => Plain with { Keys = [primary, World.Key(1, [1], false)] },
            "key and one over expressions" => Plain with { Keys = [primary, World.Key(1, [1], false) with { IsInexact = true }] },
            "no key" => Plain with { Keys = [] },
            "unique and perhaps null" => Plain with { Keys = [World.Key(1, [1], false)] },
            _ => Plain with { Keys = [World.Key(1, [0], false)] },
        });
        Assert.Equal((inOrder, updatesAlone, upserts), (map.InOrder, map.UpdatesAlone, map.Upserts));
    }

    [Fact]
    public void Tables_that_foreign_keys_tie_together_are_one_lane_and_keep_their_order()
    {
        var (parent, child, word) = (World.Maps[World.Parent.Id], World.Maps[World.Child.Id], World.Maps[World.Word.Id]);
        Assert.True(parent.InOrder && child.InOrder && parent.IsInForeignKeys && !parent.UpdatesAlone);
        Assert.Equal(parent.Lane, child.Lane);
        Assert.NotEqual(parent.Hash, child.Hash);
        Assert.True(!word.InOrder && !word.IsInForeignKeys && word.Lane == word.Hash);
    }

    /// <summary>Worked out by a second program: the name's characters, one word each.</summary>
    [Fact]
    public void A_table_s_hash_is_the_same_on_each_machine()
    {
        Assert.Equal(0x5738a0b2136484acul, World.Maps[World.Account.Id].Hash);
        Assert.Equal(0x967f7d8a5bf78217ul, World.Maps[World.Child.Id].Lane);
    }

    [Fact]
    public void A_column_of_the_sink_alone_is_its_own_and_nobody_writes_it()
    {
        var map = World.Maps[World.Account.Id];
        Assert.Equal([0], map.Own);
        Assert.Equal([false, true, true, true], Enumerable.Range(0, 4).Select(map.IsWanted));
        var computed = Same(Computed);
        Assert.Empty(computed.Own);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(computed.IsWanted));
        var byTheSink = Map(World.Table(1, "t", ["id", "name"], [0], []), Computed);
        Assert.Empty(byTheSink.Own);
    }

    [Fact]
    public void A_row_is_complete_where_it_says_all_that_the_source_has_for_the_sink()
    {
        var map = World.Maps[World.Account.Id];
        Assert.True(map.IsComplete(Cells.Row(Cells.Absent, 1, "a", 5)));
        Assert.False(map.IsComplete(Cells.Row(7, 1, "a", Cells.Absent)));
        Assert.False(map.IsComplete(Cells.Row(7, Cells.Absent, "a", 5)));
        Assert.False(map.IsComplete(Cells.Row(7, 1, "a")));
        Assert.False(map.IsComplete(default));
        Assert.True(map.IsComplete(Cells.Row(Cells.Absent, null, null, null)));
    }

    private static TableMap Same(TableSchema table) => Map(table, table);

    private static TableMap Map(TableSchema source, TableSchema sink) => TableMapper.Map(source, sink, Mapping.Identity).Map!;
}
