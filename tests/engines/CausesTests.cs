namespace Holdfast.Engines.Tests;

/// <summary>The reason why something failed is in the causes of what a library says.</summary>
public sealed class CausesTests
{
    [Theory]
    [InlineData("Failed to read.", "Connection reset by peer", "Failed to read: Connection reset by peer")]
    [InlineData("Failed to read: it ended", "it ended", "Failed to read: it ended")]
    [InlineData("It ended.", null, "It ended.")]
    public void An_errors_words_have_those_of_its_cause_once(string said, string? cause, string wanted) =>
        Assert.Equal(wanted, new IOException(said, cause is null ? null : new IOException(cause)).Words());
}
