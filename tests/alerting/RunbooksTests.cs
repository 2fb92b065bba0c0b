namespace Holdfast.Alerting.Tests;

public class RunbooksTests
{
    private const string Document =
        "# Alerts\n\n## Runbooks\n\n### oms_a\n\n*Do*: this.\n\n### oms_b, oms_c\n\n*Do*: that.\n\n## Other\n\n### oms_d_not\nx\n";

    [Theory]
    [InlineData("oms_a", "### oms_a\n\n*Do*: this.\n")]
    [InlineData("oms_b", "### oms_b, oms_c\n\n*Do*: that.\n")]
    [InlineData("oms_c", "### oms_b, oms_c\n\n*Do*: that.\n")]
    [InlineData("oms_d", null)]
    [InlineData("", null)]
    public void A_section_ends_where_the_next_begins_and_may_be_of_several_events(string name, string? section) =>
        Assert.Equal(section, Runbooks.Section(Document, name));
}
