using System.Text.RegularExpressions;

namespace Holdfast.Tests;

/// <summary>A row of docs/metrics.md.</summary>
/// <param name="Later">It appears with the first happening.</param>
/// <param name="Labels">Null: a library's, which are its makers' to document.</param>
internal sealed record DocumentedMetric(string Name, bool Later, string Type, IReadOnlySet<string>? Labels, string Section)
{
    internal bool IsOurs => Labels is not null;
}

/// <summary>docs/metrics.md, as tests read it.</summary>
internal static partial class DocumentedMetrics
{
    internal static string Root { get; } =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    internal static string Text { get; } = File.ReadAllText(Path.Combine(Root, "docs", "metrics.md"));

    internal static IReadOnlyList<DocumentedMetric> All { get; } = Read();

    /// <summary>Names with which those of further metrics of libraries begin.</summary>
    internal static IReadOnlyList<string> Families { get; } = [.. Family().Matches(
        Text.Split('\n').SkipWhile(l => !l.StartsWith("Families that", StringComparison.Ordinal)).TakeWhile(l => l.Length > 0)
            .Aggregate("", (all, line) => all + line)).Select(m => m.Groups[1].Value)];

    /// <summary>Faults of the documentation of these: each should be there with its type, and its labels if it is ours.</summary>
    internal static IReadOnlyList<string> WhyNot(IEnumerable<Family> served)
    {
        var documented = All.ToDictionary(m => m.Name, StringComparer.Ordinal);
        return
        [
            .. served.SelectMany(f => documented.TryGetValue(f.Name, out var row)
                ? [
                    .. row.Type == f.Type ? Array.Empty<string>() : [$"{f.Name} is a {f.Type}"],
                    .. f.Labels.Except(row.Labels ?? f.Labels).Select(l => $"{f.Name} has a label {l}"),
                ]
                : Families.Any(start => f.Name.StartsWith(start, StringComparison.Ordinal)) ? Array.Empty<string>()
                : [$"{f.Name} is not in docs/metrics.md"]),
        ];
    }

    private static List<DocumentedMetric> Read()
    {
        var (found, section) = (new List<DocumentedMetric>(), "");
        foreach (var line in Text.Split('\n'))
        {
            section = line.StartsWith("### ", StringComparison.Ordinal) ? line[4..] : section;
            if (Row().Match(line) is { Success: true } row)
            {
                var cells = line.Split('|').Select(c => c.Trim()).ToArray();
                var labels = cells.Length < 7 ? null
                    : cells[4].Split(", ").Where(l => l != "–").ToHashSet(StringComparer.Ordinal);
                found.Add(new DocumentedMetric(row.Groups[1].Value, row.Groups[2].Success, cells[2], labels, section));
            }
        }

        return found;
    }

    [GeneratedRegex(@"^\| `(\w+)`( †)? \|")]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z_]+_)`")]
    private static partial Regex Family();
}
