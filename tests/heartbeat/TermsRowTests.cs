namespace Holdfast.Heartbeat.Tests;

public sealed class TermsRowTests
{
    /// <summary>A replica of an earlier version reads and writes the same document.</summary>
    [Fact]
    public void Lease_terms_are_stored_under_the_name_that_earlier_versions_gave_them()
    {
        var row = new TermsRow(TermsRow.CurrentId, 3, Granted, "a collector", DateTimeOffset.UnixEpoch);
        var stored = JsonSerializer.SerializeToElement(row, StateJson.Options);
        Assert.Equal("00:00:10", stored.GetProperty("promise").GetProperty("lease").GetString());
        Assert.False(stored.TryGetProperty("terms", out _));
        Assert.Equal(row, stored.Deserialize<TermsRow>(StateJson.Options));
    }
}
