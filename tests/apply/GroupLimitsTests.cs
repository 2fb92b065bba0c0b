namespace Holdfast.Apply.Tests;

public sealed class GroupLimitsTests
{
    [Fact]
    public void A_group_is_1000_rows_or_4_MiB_or_50_ms() =>
        Assert.Equal(new GroupLimits(1000, 4_194_304, TimeSpan.FromMilliseconds(50)), GroupLimits.Default);

    [Theory]
    [InlineData(999, 100, 49, true, false)]
    [InlineData(1000, 100, 0, true, true)]
    [InlineData(1, 4 << 20, 0, true, true)]
    [InlineData(1, (4 << 20) - 1, 0, true, false)]
    [InlineData(1, 1, 50, true, true)]
    [InlineData(1, 1, 0, false, true)]
    public void A_lane_waits_for_more_only_while_more_is_at_hand(int rows, long bytes, int waited, bool isMore, bool isDue) =>
        Assert.Equal(isDue, GroupLimits.Default.IsDue(rows, bytes, TimeSpan.FromMilliseconds(waited), isMore));

    [Theory]
    [InlineData(0, 0, 5000, 1 << 30, true)]
    [InlineData(5, 5, 5000, 1, false)]
    [InlineData(999, 1, 1, 1, true)]
    [InlineData(999, 1, 2, 1, false)]
    [InlineData(1, (4 << 20) - 1, 1, 1, true)]
    [InlineData(1, 4 << 20, 1, 1, false)]
    [InlineData(0, 4 << 20, 0, 0, true)]
    public void A_group_takes_what_fits_and_the_first_one_always(int rows, long bytes, int moreRows, long moreBytes, bool hasRoom) =>
        Assert.Equal(hasRoom, GroupLimits.Default.HasRoom(rows, bytes, moreRows, moreBytes));
}
