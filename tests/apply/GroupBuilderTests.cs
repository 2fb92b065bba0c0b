namespace Holdfast.Apply.Tests;

public sealed class GroupBuilderTests
{
    private static readonly TableMap Person = World.Maps[World.Person.Id];

    [Fact]
    public void Nothing_comes_of_nothing() => Assert.Empty(GroupBuilder.Build([], GroupLimits.Default));

    /// <summary>Wherever a table is emptied, what came before it is not written, and what comes after is one change for each row.</summary>
    [Theory]
    [InlineData("i1 T", "Truncate")]
    [InlineData("T i1 u1", "Truncate, Insert 1")]
    [InlineData("i1 T i2 u2", "Truncate, Insert 2")]
    [InlineData("i1 T i2 T i3", "Truncate, Insert 3")]
    [InlineData("i1 T T i2", "Truncate, Insert 2")]
    [InlineData("i1 u1", "Insert 1")]
    public void Only_what_follows_the_last_emptying_is_written(string changes, string written) =>
        Assert.Equal(written, Written([.. changes.Split(' ').Select(c => Change(Person, c))]));

    [Fact]
    public void Tables_that_nothing_ties_together_are_each_one_story_and_those_with_foreign_keys_keep_the_source_s_order()
    {
        var (word, parent, child) = (World.Maps[World.Word.Id], World.Maps[World.Parent.Id], World.Maps[World.Child.Id]);
        SinkChange[] mixed = [Change(Person, "i1"), Insert(word, "a", 1), Change(Person, "u1"), Insert(word, "b", 2)];
        Assert.Equal("Insert 1, Upsert a b", Written(mixed));
        SinkChange[] tied = [Insert(parent, 1, "p"), Insert(child, 7, 1, "c"), Insert(parent, 2, "q"), Insert(child, 8, 2, "d")];
        Assert.Equal("Upsert 1, Upsert 7, Upsert 2, Upsert 8", Written(tied));
    }

    private static SinkChange Insert(TableMap table, params object?[] cells) =>
        new(table, ChangeKind.Insert, default, Cells.Row(cells), default);

    /// <summary>Such as i1, u1 and T, for a table that is emptied.</summary>
    private static SinkChange Change(TableMap table, string what) => what[0] switch
    {
        'T' => new SinkChange(table, ChangeKind.Truncate, default, default, default),
        'i' => new SinkChange(table, ChangeKind.Insert, default, Row(what[1] - '0', "new"), default),
        _ => new SinkChange(table, ChangeKind.Update, Row(what[1] - '0', "new"), Row(what[1] - '0', "old"), default),
    };

    private static Engine.Values.Row Row(int id, string note) => Cells.Row(id, $"m{id}", id, id, note);

    private static string Written(SinkChange[] changes) => string.Join(", ", GroupBuilder.Build(changes, GroupLimits.Default)
        .Select(s => string.Join(' ', [$"{s.Mode}", .. s.Rows.Select(r => $"{Cells.Of(r.Before.IsNone ? r.After : r.Before)[0]}")])));
}
