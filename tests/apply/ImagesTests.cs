namespace Holdfast.Apply.Tests;

public sealed class ImagesTests
{
    private static readonly TableMap Person = World.Maps[World.Person.Id];

    [Fact]
    public void What_the_later_image_does_not_say_is_as_the_earlier_one_says_it()
    {
        Assert.Equal([1L, "b", null, Cells.Absent], Cells.Of(Images.Over(
            Cells.Row(1, Cells.Absent, null, Cells.Absent), Cells.Row(2, "b", 3, Cells.Absent))));
        Assert.Equal([Cells.Absent, "x"], Cells.Of(Images.Over(Cells.Row(Cells.Absent, "x"), Cells.Row(Cells.Absent, "y"))));
    }

    [Fact]
    public void An_image_that_says_all_or_has_nothing_under_it_is_not_copied()
    {
        var (whole, cut) = (Cells.Row(1, "a"), Cells.Row(1, Cells.Absent));
        Assert.Equal(whole, Images.Over(whole, Cells.Row(2, "b")));
        Assert.Equal(cut, Images.Over(cut, default));
    }

    [Fact]
    public void Images_agree_in_what_both_say()
    {
        Assert.True(Images.Agree(Cells.Row(1, "a"), Cells.Row(1, "a")));
        Assert.True(Images.Agree(Cells.Row(1, Cells.Absent), Cells.Row(1, "a")));
        Assert.True(Images.Agree(Cells.Row(1, "a"), Cells.Row(1, Cells.Absent)));
        Assert.True(Images.Agree(default, Cells.Row(1, "a")));
        Assert.True(Images.Agree(Cells.Row(1, "a"), default));
        Assert.False(Images.Agree(Cells.Row(1, "a"), Cells.Row(2, "a")));
        Assert.False(Images.Agree(Cells.Row(1, "a"), Cells.Row(1, "A")));
        Assert.False(Images.Agree(Cells.Row(1, "a"), Cells.Row(1, null)));
    }

    [Fact]
    public void Only_the_row_key_makes_the_same_row()
    {
        Assert.True(Images.HaveSameKey(Of(1, "a"), Of(1, "b"), Person));
        Assert.False(Images.HaveSameKey(Of(1, "a"), Of(2, "a"), Person));
        Assert.True(Images.HaveSameKey(Of(1, "a"), Of(Cells.Absent, "a"), Person));
        Assert.True(Images.HaveSameKey(default, Of(1, "a"), Person));
        // Its key is the second column.
        var account = World.Maps[World.Account.Id];
        Assert.False(Images.HaveSameKey(Cells.Row(7, 1, "a", 5), Cells.Row(7, 2, "a", 5), account));
        Assert.True(Images.HaveSameKey(Cells.Row(7, 1, "a", 5), Cells.Row(8, 1, "b", 6), account));
    }

    private static Row Of(object id, string mail) => Cells.Row(id, mail, 1, 1, null);
}
