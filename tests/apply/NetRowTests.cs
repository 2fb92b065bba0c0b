namespace Holdfast.Apply.Tests;

/// <summary>
/// One key's row through a group. While rows exchange keys two of them are at one key for a moment, the one that came and the one that
/// has not left yet. A later change tells which one it means by what it says of it.
/// </summary>
public sealed class NetRowTests
{
    private static readonly Row A = Cells.Row(1, "a");
    private static readonly Row B = Cells.Row(1, "b");
    private static readonly Row C = Cells.Row(1, "c");
    private static readonly Row D = Cells.Row(1, "d");

    [Fact]
    public void One_that_comes_is_new_one_that_leaves_was_there_and_one_that_changes_stays()
    {
        var (came, left, changed) = (Arrived(A), NetRow.Left(A, default), NetRow.Changed(A, B, default));
        Assert.Equal("there a", Story(came));
        Assert.Equal("was a", Story(left));
        Assert.Equal("was a there b", Story(changed));
        Assert.Equal((false, false, true), (came.Stays, left.Stays, changed.Stays));
        Assert.Equal("1|b", Cells.Shown(Cells.Of(NetRow.Changed(default, B, default).Found)));
        Assert.Equal("1|a", Cells.Shown(Cells.Of(changed.Found)));
    }

    [Fact]
    public void One_that_comes_and_leaves_was_never_there()
    {
        var row = Arrived(A);
        Assert.True(row.Leave(A));
        Assert.Equal("", Story(row));
    }

    [Fact]
    public void One_that_comes_where_one_has_left_replaces_it()
    {
        var row = NetRow.Left(A, default);
        Assert.True(row.Arrive(B));
        Assert.Equal("was a there b replaced", Story(row));
    }

    [Fact]
    public void Two_at_one_key_are_no_story_until_one_of_them_leaves()
    {
        var row = Arrived(A);
        Assert.True(row.Arrive(B));
        Assert.False(row.IsTold);
        Assert.False(row.Arrive(C));
        Assert.False(row.Leave(C));
        Assert.True(row.Leave(A));
        Assert.Equal("there b", Story(row));
    }

    [Fact]
    public void The_one_that_came_last_may_leave_first()
    {
        var row = Arrived(A);
        Assert.True(row.Arrive(B) && row.Leave(B));
        Assert.Equal("there a", Story(row));
    }

    [Fact]
    public void Of_two_at_one_key_that_one_changes_that_looks_as_is_said()
    {
        var last = Arrived(A);
        Assert.True(last.Arrive(B) && last.Change(B, D) && last.Leave(A));
        Assert.Equal("there d", Story(last));

        var first = Arrived(A);
        Assert.True(first.Arrive(B) && first.Change(A, D));
        Assert.False(first.IsTold);
        // The one that is called a is called d now.
        Assert.True(first.Leave(B));
        Assert.Equal("there d", Story(first));

        var neither = Arrived(A);
        Assert.True(neither.Arrive(B));
        Assert.False(neither.Change(C, D));
    }

    [Fact]
    public void One_that_was_there_is_told_of_after_another_one_has_come_to_its_key()
    {
        var leaves = Arrived(A);
        Assert.True(leaves.Leave(B));
        Assert.Equal("was b there a replaced", Story(leaves));

        var changes = Arrived(A);
        Assert.True(changes.Change(B, C));
        Assert.False(changes.IsTold);
        Assert.True(changes.Leave(C));
        Assert.Equal("was b there a replaced", Story(changes));
    }

    [Fact]
    public void One_that_was_there_is_told_of_after_another_one_has_come_and_gone()
    {
        var row = Arrived(A);
        Assert.True(row.Leave(A) && row.Change(B, Cells.Row(1, Cells.Absent)));
        Assert.Equal("was b there b replaced", Story(row));
    }

    /// <summary>One row was there at a key, no more.</summary>
    [Fact]
    public void A_second_one_that_was_there_is_a_contradiction()
    {
        Assert.False(NetRow.Left(A, default).Leave(A));
        Assert.False(NetRow.Left(A, default).Change(A, B));
        Assert.False(NetRow.Changed(A, B, default).Change(C, D));
        Assert.False(NetRow.Changed(A, B, default).Leave(C));
    }

    [Fact]
    public void One_of_which_nothing_is_said_is_nobody()
    {
        var row = Arrived(A);
        Assert.True(row.Leave(A));
        Assert.False(row.Change(default, B));
    }

    [Fact]
    public void What_a_change_does_not_say_is_as_it_was()
    {
        var row = NetRow.Changed(Cells.Row(1, "a", 1), Cells.Row(1, "b", 1), default);
        Assert.True(row.Change(Cells.Row(1, Cells.Absent, 1), Cells.Row(1, Cells.Absent, 2)));
        Assert.Equal("1|b|2", Cells.Shown(Cells.Of(row.After)));
    }

    [Fact]
    public void A_row_is_known_as_it_is_now_where_it_is_sure_which_one_is_meant()
    {
        var key = Cells.Row(1, Cells.Absent);
        Assert.Equal("a", Known(Arrived(A), key));
        Assert.Equal("b", Known(Arrived(A), B));
        Assert.Equal("(absent)", Known(NetRow.Left(A, default), key));
        var twice = Arrived(A);
        Assert.True(twice.Arrive(B));
        Assert.Equal("(absent)", Known(twice, key));
    }

    private static NetRow Arrived(Row image) => NetRow.Arrived(image, Position.Zero);

    private static string? Known(NetRow row, Row before) => (string?)Cells.Of(row.Known(before))[1];

    /// <summary>The row that the sink had, the one that it is to have, and that those are two.</summary>
    private static string Story(NetRow row)
    {
        Assert.True(row.IsTold);
        string?[] parts = [row.WasThere ? $"was {Cells.Of(row.Before)[1]}" : null, row.IsThere ? $"there {Cells.Of(row.After)[1]}" : null,
            row.IsReplaced ? "replaced" : null];
        return string.Join(' ', parts.OfType<string>());
    }
}
