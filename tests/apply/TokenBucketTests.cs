namespace Holdfast.Apply.Tests;

public sealed class TokenBucketTests
{
    [Fact]
    public void A_limit_of_rows_is_kept_over_time_and_a_large_piece_is_paid_afterwards()
    {
        var bucket = new TokenBucket(100);
        Assert.Equal(TimeSpan.Zero, bucket.Take(60, TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, bucket.Take(40, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMilliseconds(10), bucket.Take(1, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(10), bucket.Take(999, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(100, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void An_hour_saves_up_one_second_s_worth_and_a_time_that_goes_back_nothing()
    {
        var bucket = new TokenBucket(100);
        Assert.Equal(TimeSpan.Zero, bucket.Take(100, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(10), bucket.Take(1, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(20), bucket.Take(1, TimeSpan.FromMinutes(59)));
        Assert.Equal(TimeSpan.FromMilliseconds(30), bucket.Take(1, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Without_a_limit_nobody_waits() =>
        Assert.Equal(TimeSpan.Zero, new TokenBucket(null).Take(long.MaxValue, TimeSpan.Zero));
}
