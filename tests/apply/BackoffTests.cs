namespace Holdfast.Apply.Tests;

public sealed class BackoffTests
{
    private static readonly Backoff Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));

    [Fact]
    public void Waits_are_20_ms_to_3_s_for_50_minutes() =>
        Assert.Equal(new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(50)), Backoff.Default);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(64, 4)]
    [InlineData(65, 4)]
    [InlineData(int.MaxValue, 4)]
    public void Waits_between_tries_double_up_to_a_limit(int failed, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Next(failed, TimeSpan.Zero));

    [Fact]
    public void All_waits_together_have_a_limit()
    {
        Assert.Equal(TimeSpan.FromSeconds(4), Backoff.Next(1000, TimeSpan.FromSeconds(16)));
        Assert.Null(Backoff.Next(1000, TimeSpan.FromSeconds(16.1)));
    }
}
