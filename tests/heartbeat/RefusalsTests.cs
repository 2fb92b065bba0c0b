namespace Holdfast.Heartbeat.Tests;

/// <summary>When people are told that a host is refused.</summary>
public sealed class RefusalsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private static RefusedHost Known(double? told = null) =>
        new("HB-103", 1, default, default, told is { } at ? TimeSpan.FromSeconds(at) : null);

    [Theory]
    [InlineData(3.9, null, 100, false)]
    [InlineData(4.0, null, 100, true)]
    [InlineData(null, null, 100, true)]
    [InlineData(50.0, 90.1, 100, false)]
    [InlineData(50.0, 90.0, 100, true)]
    public void It_is_told_once_the_host_has_no_lease_and_not_again_at_once(double? grantedAgo, double? told, double now, bool due) =>
        Assert.Equal(due, Refusals.IsDue(Known(told), grantedAgo is { } ago ? TimeSpan.FromSeconds(ago) : null, Lease,
            TimeSpan.FromSeconds(now)));
}
