namespace Holdfast.Heartbeat.Tests;

public sealed class HeardBatchesTests
{
    private readonly HeardBatches _batches = new();
    private TimeSpan _now = Seconds(100);

    public HeardBatchesTests()
    {
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            _batches.Published(new PublishedBatch(sequence, Seconds(sequence), Some.Granted));
        }
    }

    [Fact]
    public void A_batch_counts_once_when_a_scheduler_says_that_it_heard_it()
    {
        Assert.Equal([], Hear(0));
        Assert.Equal([1, 2], Hear(2));
        Assert.Equal([], Hear(2));
        Assert.Equal([3, 4, 5], Hear(9));
    }

    [Fact]
    public void An_answer_that_comes_late_takes_nothing_back()
    {
        Assert.Equal([1, 2, 3], Hear(3));
        Assert.Equal([], Hear(1));
        Assert.Equal([4], Hear(4));
    }

    [Fact]
    public void A_batch_is_heard_once_the_leader_of_each_region_has_heard_it()
    {
        Assert.Equal([1], Hear(1, "north"));
        Assert.Equal([], Hear(0, "south"));
        Assert.Equal([], Hear(4, "north"));
        Assert.Equal([2, 3], Hear(3, "south"));
    }

    [Fact]
    public void A_leader_that_fell_silent_is_waited_for_until_another_one_speaks_for_its_region()
    {
        Hear(1, "north");
        Hear(1, "south");
        _now += Seconds(2);
        Assert.Equal([], Hear(5, "north"));
        Assert.Equal([2, 3, 4, 5], Hear(5, "north", "south"));
    }

    [Theory]
    [InlineData(2.5, new int[0])]
    [InlineData(2.501, new[] { 2, 3, 4, 5 })]
    public void A_region_of_which_nobody_speaks_any_more_is_forgotten_after_two_and_a_half_seconds(double later, int[] heard)
    {
        Hear(1, "north");
        Hear(1, "south");
        _now += Seconds(later);
        Assert.Equal(heard.Select(s => (long)s), Hear(5, "north"));
    }

    [Fact]
    public void A_standby_counts_while_there_is_no_region()
    {
        Assert.Equal([1, 2], Hear(2));
        Assert.Equal([3], Hear(3, "north"));
        Assert.Equal([], Hear(5));
    }

    [Fact]
    public void What_no_scheduler_answers_for_is_forgotten_the_oldest_first()
    {
        for (var sequence = 6; sequence <= 1_002; sequence++)
        {
            _batches.Published(new PublishedBatch(sequence, Seconds(sequence), Some.Granted));
        }

        Assert.Equal([3], Hear(3));
    }

    private IEnumerable<long> Hear(long sequence, params string[] regions) =>
        _batches.Hear(regions, sequence, _now).Select(b => b.Sequence);
}
