using System.Text.RegularExpressions;

namespace Holdfast.Rules.Alerting;

/// <summary>Finds an event's section in the document of runbooks (docs/alerts.md). Pure.</summary>
internal static partial class Runbooks
{
    private const string Heading = "### ";

    /// <summary>The section whose heading names the event, with its heading; null: there is none.</summary>
    internal static string? Section(string document, string name)
    {
        var section = Sections().Split(document)
            .FirstOrDefault(s => s.StartsWith(Heading, StringComparison.Ordinal) && Names(s).Contains(name, StringComparer.Ordinal));
        return section is null ? null : section.TrimEnd() + "\n";
    }

    /// <summary>A heading may name several events that are about the same.</summary>
    private static string[] Names(string section) => section.Split('\n')[0][Heading.Length..].Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex("^(?=##+ )", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Sections();
}
