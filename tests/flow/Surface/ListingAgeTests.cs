namespace Holdfast.Flow.Tests.Surface;

/// <summary>The command line says when a list is old.</summary>
public sealed class ListingAgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null)]
    [InlineData(15, null)]
    [InlineData(16, "As of 2026-01-01T00:00:44Z, 16 s ago: no host's report was heard since.")]
    public void An_age_of_more_than_fifteen_seconds_is_said(int seconds, string? said) =>
        Assert.Equal(said, Listing.Old(JsonValue.Create(Now.AddSeconds(-seconds)), Now));

    [Fact]
    public void What_does_not_rest_on_reports_has_no_age()
    {
        Assert.Null(Listing.Old(null, Now));
        Assert.Null(Listing.Old(JsonValue.Create(Now.AddHours(-1)), null));
    }
}
