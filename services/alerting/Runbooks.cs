using System.Text.RegularExpressions;

namespace Holdfast.Alerting;

/// <summary>One event as lists show it.</summary>
/// <param name="Level">1 to 5; absent: by the task's protection level.</param>
internal sealed record EventView(string Name, string Scope, int? Level, string Title, string Runbook)
{
    internal static EventView Of(KnownEvent known, string publicUrl) => new(
        known.Name, known.Scope == Contracts.AlertScope.System ? "system" : "task", (int?)known.Level, known.Title,
        $"{publicUrl}/api/v1/alerts/runbooks/{known.Name}");
}

/// <summary>
/// The runbook sections of docs/alerts.md: what an alert links to is served by the service that sent it, so that it can be
/// read where no other documentation can be reached.
/// </summary>
internal static partial class Runbooks
{
    private static readonly Lazy<string> Document = new(() =>
    {
        using var stream = typeof(Runbooks).Assembly.GetManifestResourceStream("alerts.md")
            ?? throw new InvalidOperationException("docs/alerts.md is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>The section whose heading names the event, with its heading; null: there is none.</summary>
    internal static string? Section(string name) => Section(Document.Value, name);

    internal static string? Section(string document, string name)
    {
        var section = Sections().Split(document)
            .FirstOrDefault(s => s.StartsWith("### ", StringComparison.Ordinal) && Names(s).Contains(name, StringComparer.Ordinal));
        return section is null ? null : section.TrimEnd() + "\n";
    }

    /// <summary>A heading may name several events that are about the same.</summary>
    private static string[] Names(string section) => section.Split('\n', 2)[0][4..].Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex("^(?=##+ )", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Sections();
}
