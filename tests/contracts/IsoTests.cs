namespace Holdfast.Contracts.Tests;

public sealed class IsoTests
{
    [Fact]
    public void A_moment_is_UTC_with_its_zone_wherever_it_was_read()
    {
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.FromHours(8));
        Assert.Equal("2026-03-03T21:06:07Z", Iso.Seconds(at));
        Assert.Equal("2026-03-03T21:06:07.8Z", Iso.Tenths(at));
        Assert.Equal("2026-03-03T21:06:07.890Z", Iso.Millis(at));
        Assert.Equal(at.AddMilliseconds(-890), DateTimeOffset.Parse(Iso.Seconds(at), System.Globalization.CultureInfo.InvariantCulture));
    }
}
