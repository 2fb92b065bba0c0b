namespace Holdfast.Apply.Tests;

/// <summary>Keys of both sides that go together, and the one by which rows are found. A wrong one loses a row or doubles one.</summary>
public sealed class TableMapperKeyTests
{
    private const bool Primary = true;

    [Theory]
    [InlineData("0", "0", true)]
    [InlineData("0 1", "0 1", true)]
    [InlineData("0 1", "1 0", true)]
    [InlineData("0 1", "0", false)]
    [InlineData("0", "0 1", false)]
    [InlineData("", "", true)]
    [InlineData("", "0", false)]
    [InlineData("0", "", false)]
    public void The_sink_has_the_source_s_key_and_no_narrower_one(string source, string sink, bool fits) =>
        Assert.Equal(fits,
            TableMapper.Map(Table("", Key(source, Primary)), Table("", Key(sink, Primary)), Mapping.Identity).Map is not null);

    /// <summary>Beside the primary key a sink may hold more columns unique than the source does, and no fewer.</summary>
    [Theory]
    [InlineData("1", "1 2", true)]
    [InlineData("1 2", "1 2", true)]
    [InlineData("1 2", "1", false)]
    [InlineData("1 2", "0 2", true)]
    public void Each_other_key_of_the_sink_is_implied_by_one_of_the_source(string source, string sink, bool fits) => Assert.Equal(fits,
        TableMapper.Map(Table("", [.. Key("0", Primary), .. Key(source)]), Table("", [.. Key("0", Primary), .. Key(sink)]),
            Mapping.Identity).Map is not null);

    [Theory]
    [InlineData("0 1", "0 1", true)] // both may be NULL
    [InlineData("0 1", "0", true)]
    [InlineData("0 1", "1", true)]
    [InlineData("0 1", "", false)] // then it tells rows apart, and the sink has none
    [InlineData("0", "", false)]
    [InlineData("0", "0", true)]
    public void A_source_s_key_that_is_never_NULL_must_be_at_the_sink(string key, string nullable, bool fits)
    {
        var map = TableMapper.Map(Table(nullable, Key(key)), Table(nullable), Mapping.Identity);
        Assert.Equal(fits, map.Map is not null);
        Assert.True(fits || Assert.Single(map.Faults).Message.Contains("has no such key", StringComparison.Ordinal));
    }

    /// <summary>A key is never NULL where one of both sides says so.</summary>
    [Theory]
    [InlineData("source", true)]
    [InlineData("sink", true)]
    [InlineData("source's primary key", true)]
    [InlineData("sink's primary key", true)]
    [InlineData("neither", false)]
    [InlineData("source, of one of two", false)]
    [InlineData("sink, of one of two", false)]
    public void Rows_are_found_by_a_key_that_is_never_NULL_on_one_side(string who, bool isFound)
    {
        var source = Table(who switch { "source" => "", "source, of one of two" => "1", _ => "0 1" },
            Key("0 1", who == "source's primary key"));
        var sink = Table(who switch { "sink" => "", "sink, of one of two" => "0", _ => "0 1" }, Key("0 1", who == "sink's primary key"));
        Assert.Equal(isFound ? [0, 1] : null, TableMapper.Map(source, sink, Mapping.Identity).Map!.RowKey);
    }

    [Fact]
    public void A_primary_key_tells_that_though_an_index_over_the_same_columns_comes_first()
    {
        var (primary, other, sink) = (Key("0 1", Primary)[0], Key("0 1")[0], Table("0 1", Key("0 1")));
        Assert.Equal([0, 1], TableMapper.Map(Table("0 1", primary, other), sink, Mapping.Identity).Map!.RowKey!);
        Assert.Equal([0, 1], TableMapper.Map(Table("0 1", other, primary), sink, Mapping.Identity).Map!.RowKey!);
    }

    [Fact]
    public void A_key_over_a_column_of_the_sink_s_own_finds_nothing()
    {
        var sink = World.Table(0, "t", ["own", "a", "b"], null, [[0, 1], [1]]);
        Assert.Equal("main.t key k1", Assert.Single(TableMapper.Map(World.Table(1, "t", ["a", "b"], null, []),
            World.Table(0, "t", ["own", "a", "b"], null, [[0, 1]]), Mapping.Identity).Faults).Field);
        var map = TableMapper.Map(World.Table(1, "t", ["a", "b"], [0], []), sink, Mapping.Identity).Map!;
        Assert.Equal([1], map.RowKey!);
        Assert.Equal([-1, 0, 1], map.From);
    }

    [Fact]
    public void An_index_over_expressions_is_no_key_of_either_side()
    {
        var inexact = Key("0", Primary)[0] with { IsInexact = true };
        Assert.Equal("DP-404", Assert.Single(TableMapper.Map(Table("", inexact), Table("", Key("0")), Mapping.Identity).Faults).Code);
        Assert.Null(TableMapper.Map(Table("", inexact), Table("", inexact), Mapping.Identity).Map!.RowKey);
        Assert.Equal("DP-404", Assert.Single(TableMapper.Map(Table("", Key("0")), Table("", inexact), Mapping.Identity).Faults).Code);
    }

    [Fact]
    public void A_fault_of_a_key_names_its_columns()
    {
        var narrow = TableMapper.Map(Table("", Key("0 1", Primary)), Table("", Key("1", Primary)), Mapping.Identity).Faults;
        Assert.Equal("the sink holds (b) unique, and no key of main.t makes sure of it", narrow[0].Message);
        Assert.Equal("rows of main.t are told apart by (a, b), and the sink's table has no such key", narrow[1].Message);
        var two = TableMapper.Map(Table("", [.. Key("0", Primary), .. Key("1 2")]), Table(""), Mapping.Identity).Faults;
        Assert.Equal("rows of main.t are told apart by (a) or (b, c), and the sink's table has no such key", Assert.Single(two).Message);
    }

    [Fact]
    public void The_first_column_is_a_column_as_each_other()
    {
        var (source, sink) = (Table("", Key("0", Primary)), World.Table(0, "t", ["key", "b", "c"], [0], []));
        Assert.NotNull(TableMapper.Map(source, sink, Renamed("a", "key")).Map);
        Assert.Equal(("DP-406", "main.t.a"), TableMapper.Map(source, source, Renamed("b", "a")).Faults
            .Select(f => (f.Code, f.Field)).First());
        Assert.Equal("DP-405", TableMapper.Map(source, sink, Renamed("x", "key")).Faults[0].Code);
    }

    [Theory]
    [InlineData("varchar(9)", "it is Text (varchar(9)) and does not take every Int64 of main.t.b")]
    [InlineData("x", "it is Text (x) and does not take every Int64 of main.t.b")]
    [InlineData("", "it is Text and does not take every Int64 of main.t.b")]
    public void A_kind_that_does_not_fit_is_told_with_its_type(string type, string message)
    {
        var source = Table("", Key("0", Primary));
        var typed = source with { Columns = [source.Columns[0], source.Columns[1] with { Kind = ValueKind.Text, Type = type },
            source.Columns[2]] };
        Assert.Equal(message, Assert.Single(TableMapper.Map(source, typed, Mapping.Identity).Faults).Message);
    }

    [Fact]
    public void Tables_in_no_group_or_in_another_one_keep_no_order_with_these()
    {
        var table = Table("", Key("0", Primary));
        var tied = TableMapper.Map(table, table, new Mapping { ForeignKeys = [["main.x", "main.y"], ["main.z", "main.t"]] }).Map!;
        var turned = TableMapper.Map(table, table, new Mapping { ForeignKeys = [["main.t", "main.z"]] }).Map!;
        var other = TableMapper.Map(table, table, new Mapping { ForeignKeys = [["main.x", "main.y"]] }).Map!;
        Assert.Equal((true, true, false), (tied.IsInForeignKeys, turned.IsInForeignKeys, other.IsInForeignKeys));
        Assert.Equal(tied.Lane, turned.Lane);
        Assert.Equal(other.Hash, other.Lane);
    }

    private static Mapping Renamed(string column, string name) =>
        new() { Tables = [new() { Source = "main.t", Columns = new Dictionary<string, string> { [column] = name } }] };

    private static UniqueKey[] Key(string columns, bool primary = false) =>
        columns.Length == 0 ? [] : [World.Key(1, [.. columns.Split(' ').Select(int.Parse)], primary)];

    /// <summary>Columns a, b and c, of which some may be NULL.</summary>
    private static TableSchema Table(string nullable, params UniqueKey[] keys) => World.Table(1, "t", ["a", "b", "c"], [0, 1, 2], []) with
    {
        Columns = [.. "abc".Select((c, i) => new Column
        {
            Name = $"{c}", Kind = ValueKind.Int64, IsNullable = nullable.Contains($"{i}", StringComparison.Ordinal),
        })],
        Keys = keys,
    };
}
