using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Platform.Http;

/// <summary>Describes the faults of a body in the reader's words: field, value and rule, and no type of this program.</summary>
internal static partial class BodyFaults
{
    private const string Workaround = "Compare the body with /openapi/v1.json.";

    /// <summary>Null: JSON in UTF-8, as it is.</summary>
    internal static Fault? OfHeaders(HttpRequest request)
    {
        var isJson = request.HasJsonContentType() && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.Charset.Length == 0 || type.Charset.ToString().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        var encoding = request.Headers.ContentEncoding.ToString();
        return !isJson ? NotJson(request.ContentType)
            : encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
                ? Refused("Content-Encoding", encoding, "must be left out: the body is taken as it is")
            : null;
    }

    internal static Fault NotJson(string? contentType) => Refused(
        "Content-Type", string.IsNullOrEmpty(contentType) ? null : BodyRules.Shown(contentType),
        "must be application/json, in UTF-8");

    private static Fault Refused(string header, string? value, string rule) => new("PF-415", StatusCodes.Status415UnsupportedMediaType,
        "Not JSON", $"{header}: '{value ?? "missing"}' – {rule}.", "Send JSON in UTF-8 with Content-Type: application/json.")
    {
        Fields = [new FieldFault(header, value, rule)],
    };

    /// <summary>A body that is not JSON, or not of the documented shape.</summary>
    internal static Fault Malformed(JsonException error, SentBody? sent)
    {
        var field = error.Path is null or "" or "$" ? "body"
            : BodyRules.Shown(error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..] : error.Path[1..]);
        return Fault.Invalid("PF-103", Workaround, new FieldFault(field, Value(error.Path, sent), Rule(error))) with
        {
            Title = "The request cannot be read",
        };
    }

    private static string Rule(JsonException error)
    {
        var said = error.Message;
        if (Unconvertible().Match(said) is { Success: true } wrong)
        {
            return $"must be {Expected(wrong.Groups["type"].Value)}";
        }

        if (Twice().Match(said) is { Success: true } twice)
        {
            return $"must have '{BodyRules.Shown(twice.Groups["name"].Value)}' once";
        }

        if (Missing().Match(said) is { Success: true } missing)
        {
            return $"must have {BodyRules.Shown(missing.Groups["names"].Value)}";
        }

        if (Unknown().Match(said) is { Success: true } unknown)
        {
            return $"has no property '{BodyRules.Shown(unknown.Groups["name"].Value)}'";
        }

        return said.Contains("null", StringComparison.Ordinal) && said.Contains("Holdfast.", StringComparison.Ordinal)
            ? "must not be null"
            : error.InnerException is not null || error.LineNumber is null || said.Contains("Holdfast.", StringComparison.Ordinal)
                || said.Contains("System.", StringComparison.Ordinal)
                ? $"must be JSON of the documented shape{At(error)}"
                : $"must be JSON{At(error)}: {Syntax().Replace(said, "")}";
    }

    private static string At(JsonException error) => error.LineNumber is not { } line ? ""
        : string.Create(CultureInfo.InvariantCulture, $", which ends at line {line + 1}, byte {(error.BytePositionInLine ?? 0) + 1}");

    private static string Expected(string type)
    {
        var name = Nullable().Match(type) is { Success: true } nullable ? nullable.Groups["type"].Value : type;
        return name switch
        {
            "System.String" => "text",
            "System.Boolean" => "true or false",
            "System.Int32" => "a whole number, -2,147,483,648 to 2,147,483,647",
            "System.Int64" => "a whole number of 64 bits",
            "System.Double" => "a number",
            "System.DateTimeOffset" => "a time such as 2026-01-31T12:00:00Z, of the years 1 to 9999",
            _ when Enumerated(name) is { } names => $"one of {string.Join(", ", names)}",
            _ when name.Contains("Dictionary", StringComparison.Ordinal) => "an object with values of the documented type",
            _ when name.StartsWith("System.Collections", StringComparison.Ordinal) || name.EndsWith("[]", StringComparison.Ordinal) =>
                "a list",
            _ => "the documented object",
        };
    }

    /// <summary>Null: no list of words of this program.</summary>
    private static string[]? Enumerated(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(a => a.FullName?.StartsWith("Holdfast", StringComparison.Ordinal) == true)
        .Select(a => a.GetType(name)).FirstOrDefault(t => t?.IsEnum == true)?.GetEnumNames();

    private static string? Value(string? path, SentBody? sent)
    {
        if (path is null || sent?.Json is not { } json)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var at = document.RootElement;
            foreach (System.Text.RegularExpressions.Match step in Step().Matches(path))
            {
                at = step.Groups["index"] is { Success: true, Value: var index }
                    ? at[int.Parse(index, CultureInfo.InvariantCulture)]
                    : at.EnumerateObject().First(p => p.NameEquals(step.Groups["name"].Value)).Value;
            }

            return BodyRules.Shown(at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IndexOutOfRangeException or FormatException
            or OverflowException)
        {
            return null; // The path leads nowhere in it: the refusal does without.
        }
    }

    [GeneratedRegex(@"could not be converted to (?<type>.+?)\. Path:", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Unconvertible();

    [GeneratedRegex(@"^Duplicate property '(?<name>.*?)'", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Twice();

    [GeneratedRegex(@"missing required properties[^:]*: (?<names>.+?)\.( Path:|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Missing();

    [GeneratedRegex(@"^The JSON property '(?<name>.*?)' could not be mapped", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^System\.Nullable`1\[(?<type>.+)\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Nullable();

    [GeneratedRegex(@"( Path: .*)?( ?LineNumber: .*)?$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Syntax();

    [GeneratedRegex(@"\[(?<index>\d+)\]|\['(?<name>[^']*)'\]|\.(?<name>[^.\[\]]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
