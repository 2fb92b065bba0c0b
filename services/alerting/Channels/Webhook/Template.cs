using System.Text.RegularExpressions;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>
/// A body with <c>${variable}</c>s. Values come with JSON's escapes, so that no text of an alert can break out of its
/// quotes.
/// </summary>
internal static partial class Template
{
    internal static string Fill(string template, IReadOnlyDictionary<string, object> variables) =>
        Place().Replace(template, match => variables.TryGetValue(match.Groups["name"].Value, out var value)
            ? Variables.Escaped(value) : match.Value);

    /// <summary>The rule that the template breaks, or null.</summary>
    /// <param name="json">Whether the body is to be JSON.</param>
    internal static string? Broken(string template, bool json)
    {
        var unknown = Place().Matches(template).Select(m => m.Groups["name"].Value)
            .Where(n => !Variables.Names.Contains(n)).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            var names = string.Join(", ", unknown.Select(n => $"${{{n}}}"));
            return $"has no variable {names}; there are {string.Join(", ", Variables.Names)}";
        }

        if (!json)
        {
            return null;
        }

        try
        {
            var sample = Variables.Of(Variables.Sample("test", DateTimeOffset.UnixEpoch), "");
            using var _ = JsonDocument.Parse(Encoding.UTF8.GetBytes(Fill(template, sample)));
            return null;
        }
        catch (JsonException error)
        {
            return $"must be JSON once its variables are filled in (or give a Content-Type header that is not JSON): {error.Message}";
        }
    }

    [GeneratedRegex(@"\$\{(?<name>[^}]*)\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
