namespace Holdfast.Apply.Tests;

public sealed class LimitTests
{
    private static readonly TransactionPart Whole = new() { Position = new Position(0, 1), CommitTime = 0, Changes = new byte[100] };

    [Theory]
    [InlineData(999, 100, 49, true, false)]
    [InlineData(1000, 100, 0, true, true)]
    [InlineData(1, 4 << 20, 0, true, true)]
    [InlineData(1, (4 << 20) - 1, 0, true, false)]
    [InlineData(1, 1, 50, true, true)]
    [InlineData(1, 1, 0, false, true)]
    public void A_lane_waits_for_more_only_while_more_is_at_hand(int rows, long bytes, int waited, bool isMore, bool isDue) =>
        Assert.Equal(isDue, GroupLimits.Default.IsDue(rows, bytes, TimeSpan.FromMilliseconds(waited), isMore));

    [Fact]
    public void A_group_takes_what_fits_and_the_first_one_always()
    {
        Assert.True(GroupLimits.Default.HasRoom(0, 0, 5000, 1 << 30));
        Assert.True(GroupLimits.Default.HasRoom(999, 1, 1, 1));
        Assert.False(GroupLimits.Default.HasRoom(999, 1, 2, 1));
        Assert.False(GroupLimits.Default.HasRoom(1, 4 << 20, 1, 1));
    }

    [Fact]
    public void A_transaction_is_let_in_while_there_is_room_for_it_and_an_empty_window_takes_any()
    {
        var window = new Window(3, 1000);
        Assert.Equal(Admit.Now, window.Admits(Whole, 2, 900));
        Assert.Equal(Admit.WhenThereIsRoom, window.Admits(Whole, 2, 901));
        Assert.Equal(Admit.WhenThereIsRoom, window.Admits(Whole, 3, 0));
        Assert.Equal(Admit.Now, window.Admits(Whole with { Changes = new byte[5000] }, 0, 0));
    }

    [Fact]
    public void A_transaction_in_parts_and_a_change_of_a_table_go_alone()
    {
        Assert.Equal(Admit.Alone, Window.Default.Admits(Whole with { IsLast = false }, 0, 0));
        Assert.Equal(Admit.Alone, Window.Default.Admits(Whole with { Ddl = new Ddl("", "main.t") }, 0, 0));
    }

    [Fact]
    public void A_limit_of_rows_is_kept_over_time_and_a_large_piece_is_paid_afterwards()
    {
        var bucket = new TokenBucket(100);
        Assert.Equal(TimeSpan.Zero, bucket.Take(100, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(10), bucket.Take(1000, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(100, TimeSpan.FromSeconds(10)));
        // An hour saves up one second's worth.
        Assert.Equal(TimeSpan.Zero, bucket.Take(100, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(10), bucket.Take(1, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(20), bucket.Take(1, TimeSpan.FromMinutes(59)));
        Assert.Equal(TimeSpan.Zero, new TokenBucket(null).Take(long.MaxValue, TimeSpan.Zero));
    }

    [Fact]
    public void Waits_between_tries_grow_to_a_limit_and_end_after_another_one()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));
        Assert.Equal([1, 2, 4, 4, 4], Enumerable.Range(1, 5).Select(i => backoff.Next(i, TimeSpan.Zero)!.Value.TotalSeconds));
        Assert.Equal(4, backoff.Next(1000, TimeSpan.FromSeconds(16))!.Value.TotalSeconds);
        Assert.Null(backoff.Next(1000, TimeSpan.FromSeconds(16.1)));
    }

    [Theory]
    [InlineData("source", 90, 0, 5, 0, 5, 5, 0, 0, 0)]
    [InlineData("plan", 5, 5, 90, 5, 5, 5, 0, 0, 0)]
    [InlineData("execute", 5, 90, 5, 5, 150, 40, 0, 0, 0)]
    [InlineData("commit", 5, 90, 5, 5, 40, 150, 0, 0, 0)]
    [InlineData("build", 5, 90, 5, 150, 40, 50, 0, 0, 0)]
    [InlineData("conflicts", 5, 90, 5, 5, 20, 20, 0, 0, 400)]
    [InlineData("processor", 5, 90, 5, 5, 2, 2, 0, 0, 0)]
    [InlineData("throttle", 5, 90, 5, 5, 20, 20, 60, 0, 0)]
    [InlineData("retry", 5, 90, 5, 5, 20, 20, 60, 60, 0)]
    public void The_slow_stage_is_named_in_one_sentence(
        string stage, int source, int room, int plan, int build, int execute, int commit, int throttle, int retry, int conflict)
    {
        var none = new StageTimes();
        var times = new StageTimes
        {
            Source = Seconds(source),
            Room = Seconds(room),
            Plan = Seconds(plan),
            Build = Seconds(build),
            Execute = Seconds(execute),
            Commit = Seconds(commit),
            Throttle = Seconds(throttle),
            Retry = Seconds(retry),
            Conflict = Seconds(conflict),
        };
        var diagnosis = Diagnosis.Of(times.Since(none), TimeSpan.FromSeconds(100), 2, 1000, 100_000);
        Assert.Equal(stage, diagnosis.Stage);
        Assert.EndsWith(".", diagnosis.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", diagnosis.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_does_nothing_waits_for_its_source() =>
        Assert.Equal("source", Diagnosis.Of(new StageTimes(), TimeSpan.Zero, 0, 0, 0).Stage);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
