namespace Holdfast.Apply.Tests;

/// <summary>64 columns are one number, and 16 more each a character.</summary>
public sealed class ColumnSetTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(63, null)]
    [InlineData(64, null)]
    [InlineData(65, 1)]
    [InlineData(80, 1)]
    [InlineData(81, 2)]
    [InlineData(97, 3)]
    public void Each_column_is_told_from_each_other(int columns, int? rest)
    {
        var table = Table(columns);
        for (var one = 0; one < columns; one++)
        {
            var row = Cells.Row([.. Enumerable.Range(0, columns).Select(c => c == one ? 1 : Cells.Absent)]);
            foreach (var set in new[] { ColumnSet.Said(table, row), ColumnSet.Written(table, row, isKeyKept: false) })
            {
                Assert.Equal([one], set.Indexes(columns));
                Assert.Equal(Enumerable.Range(0, columns).Select(c => c == one), Enumerable.Range(0, columns).Select(set.Has));
                Assert.False(set.IsEmpty);
                Assert.Equal(rest, set.Rest?.Length);
            }
        }

        var all = Cells.Row([.. Enumerable.Range(0, columns).Select(c => (object?)c)]);
        Assert.Equal(Enumerable.Range(0, columns), ColumnSet.Said(table, all).Indexes(columns));
        Assert.Equal(Enumerable.Range(0, columns), ColumnSet.Written(table, all, isKeyKept: false).Indexes(columns));
        var none = Cells.Row([.. Enumerable.Range(0, columns).Select(_ => Cells.Absent)]);
        Assert.True(ColumnSet.Said(table, none).IsEmpty && ColumnSet.Written(table, none, isKeyKept: false).IsEmpty);
    }

    [Fact]
    public void A_row_that_keeps_its_key_does_not_write_it()
    {
        var row = Cells.Row(1, 2, 3);
        Assert.Equal([0, 1, 2], ColumnSet.Written(Table(3), row, isKeyKept: false).Indexes(3));
        Assert.Equal([1, 2], ColumnSet.Written(Table(3), row, isKeyKept: true).Indexes(3));
        Assert.Equal([0, 1, 2], ColumnSet.Said(Table(3), row).Indexes(3));
    }

    /// <summary>One that the sink computes has a place in the row, and nobody writes it.</summary>
    [Fact]
    public void A_column_that_the_sink_computes_is_not_written()
    {
        var plain = Table(3).Source;
        var computed = plain with { Columns = [plain.Columns[0], plain.Columns[1] with { IsGenerated = true }, plain.Columns[2]] };
        var table = TableMapper.Map(computed, computed, Mapping.Identity).Map!;
        Assert.Equal([0, 2], ColumnSet.Written(table, Cells.Row(1, 2, 3), isKeyKept: false).Indexes(3));
    }

    [Fact]
    public void No_column_at_all_is_nothing() => Assert.True(default(ColumnSet) is { IsEmpty: true, Rest: null });

    private static TableMap Table(int columns)
    {
        var table = new TableSchema
        {
            Id = 1, Schema = "main", Name = "wide",
            Columns = [.. Enumerable.Range(0, columns).Select(c => new Column { Name = $"c{c}", Kind = ValueKind.Int64 })],
            Keys = [World.Key(0, [0], primary: true)],
        };
        return TableMapper.Map(table, table, Mapping.Identity).Map!;
    }
}
