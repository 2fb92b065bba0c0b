using System.Reflection;
using System.Text.RegularExpressions;
using Holdfast.Alerting.Api;

namespace Holdfast.Alerting.Tests;

/// <summary>Contracts, catalog and docs/alerts.md name the same events.</summary>
public partial class EventCatalogTests
{
    private static readonly string Document = Read();

    public static TheoryData<string> Events =>
        [.. typeof(AlertEvents).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    private static string Read()
    {
        using var stream = typeof(RunbookPages).Assembly.GetManifestResourceStream("alerts.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_of_the_contracts_is_in_the_catalog_in_the_table_and_has_a_runbook(string name)
    {
        var known = EventCatalog.Find(name);
        Assert.NotNull(known);
        var row = Assert.Single(Document.Split('\n'), line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Split('|');
        Assert.Equal(known.Scope == AlertScope.System ? "system" : "task", row[2].Trim());
        Assert.Equal(known.Level is { } level ? $"{(int)level} {level}" : "by protection", row[3].Trim());
        var runbook = RunbookPages.Section(name);
        Assert.NotNull(runbook);
        Assert.Contains("*Raised*", runbook);
        Assert.Contains("*Do*", runbook);
        Assert.DoesNotContain("\n## ", runbook);
    }

    [Fact]
    public void The_catalog_and_the_document_have_no_event_that_the_contracts_do_not_have()
    {
        var contracts = Events.Select(e => e.Data).Order().ToList();
        Assert.Equal(contracts, EventCatalog.Names.Order());
        Assert.Equal(contracts, Row().Matches(Document).Select(m => m.Groups["name"].Value).Order());
        Assert.Equal(contracts, Heading().Matches(Document).SelectMany(m => m.Groups["names"].Value.Split(", ")).Order());
    }

    [Fact]
    public void An_event_of_a_newer_release_has_its_name_for_a_title()
    {
        Assert.Equal("A host is down", EventCatalog.Title(AlertEvents.HostDown));
        Assert.Equal("holdfast_of_tomorrow", EventCatalog.Title("holdfast_of_tomorrow"));
    }

    [Fact]
    public void Every_variable_is_documented() => Assert.All(
        Channels.Variables.Names, name => Assert.Contains($"`{name}`", Document));

    [GeneratedRegex("^\\| `(?<name>(oms|holdfast)_[a-z_]+)` \\| (system|task)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("^### (?<names>(oms|holdfast)_.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();
}
