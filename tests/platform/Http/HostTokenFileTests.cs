namespace Holdfast.Platform.Tests.Http;

public sealed class HostTokenFileTests
{
    private static readonly string One = new('a', 64);
    private static readonly string Two = new('B', 64);

    [Fact]
    public void Lines_are_hosts_and_digests_in_any_case_and_a_host_may_have_two() => Assert.Equal(
        [(One, "h1"), (Two.ToLowerInvariant(), "h1")],
        HostTokenFile.Parse($"# note\n\nh1 {One}\n  h1   {Two} \n").Select(h => (h.Key, h.Value)));

    [Theory]
    [InlineData("h1")]
    [InlineData("h1 hft_a-token-instead-of-its-digest")]
    [InlineData("h1 gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg")]
    public void Another_line_is_named_by_its_number_and_never_shown(string line)
    {
        var refused = Assert.Throws<FormatException>(() => HostTokenFile.Parse($"h0 {One}\n{line}"));
        Assert.Equal("line 2 is not a host's id and 64 hex digits", refused.Message);
    }
}
