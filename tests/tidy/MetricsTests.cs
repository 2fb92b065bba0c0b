namespace Holdfast.Tidy.Tests;

/// <summary>docs/metrics.md against the sources: also of what happens too seldom to be seen in an output.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public void Every_instrument_of_the_sources_is_documented_and_no_other_is()
    {
        var made = Tree.Sources.Where(f => f.Split('/')[0] is "services" or "platform")
            .SelectMany(f => Instrument().Matches(Tree.Text(f))).Select(m => m.Groups["name"].Value.Replace('.', '_'))
            .ToHashSet(StringComparer.Ordinal);
        var documented = Tree.Lines("docs/metrics.md").Select(l => Row().Match(l.Line)).Where(m => m.Success)
            .Select(m => Suffix().Replace(m.Groups["name"].Value, "")).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(made);
        Tree.None("Instruments and docs/metrics.md must agree:",
        [
            .. made.Except(documented).Select(name => $"{name} has no row"),
            .. documented.Except(made).Select(name => $"{name} is no instrument: delete the row"),
        ]);
    }

    [GeneratedRegex(@"(?:Create(?:Counter|Histogram|ObservableGauge)(?:<\w+>)?|Seconds)\(\s*""(?<name>holdfast\.[a-z_.]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(?<name>holdfast_\w+)`")]
    private static partial Regex Row();

    [GeneratedRegex("_(?:seconds|total)$")]
    private static partial Regex Suffix();
}
