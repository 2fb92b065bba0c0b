using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary>A list of the API: all its pages as rows of text, by the columns that people look at.</summary>
internal sealed record Listing(string Name, string Path, IReadOnlyList<string> Columns)
{
    internal static IReadOnlyList<Listing> All { get; } =
    [
        new("hosts", "/api/v1/hosts", HostRow.Columns) { Expand = item => [HostRow.Of(item)] },
        new("tasks", "/api/v1/tasks", ["id", "type", "region", "protection", "status", "subtopic"]),
        new("components", "/api/v1/components",
            ["name", "kind", "task", "host", "epoch", "desired", "state", "delaySeconds"]),
        new("alerts", "/api/v1/alerts", ["id", "event", "target", "level", "condition", "status", "summary"]),
    ];

    /// <summary>The rows that people see of one item.</summary>
    internal Func<JsonObject, IEnumerable<JsonObject>> Expand { get; init; } = item => [item];

    private const int PagesMax = 1000;

    /// <summary>A host reports every few seconds: what is older than that is said to be old.</summary>
    private static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(15);

    /// <returns>All items, and a sentence when what they say is old; null: it is not.</returns>
    internal async Task<(IReadOnlyList<JsonObject> Items, string? Old)> Read(HttpClient http, CancellationToken cancel)
    {
        var items = new List<JsonObject>();
        string? old = null;
        string? cursor = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var next = Path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var address = cursor is null ? Path : $"{Path}{next}cursor={Uri.EscapeDataString(cursor)}";
            using var response = (await http.GetAsync(address, cancel)).EnsureSuccessStatusCode();
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel));
            old = Old((answer as JsonObject)?["asOf"], response.Headers.Date);
            items.AddRange((answer as JsonArray ?? answer?["items"] as JsonArray ?? []).OfType<JsonObject>());
            cursor = (answer as JsonObject)?["next"]?.ToString();
            if (cursor is null)
            {
                break;
            }
        }

        return (items, old);
    }

    /// <summary>By the service's own clock, which has stamped both.</summary>
    internal static string? Old(JsonNode? asOf, DateTimeOffset? now) =>
        asOf is JsonValue said && said.TryGetValue<DateTimeOffset>(out var at) && now - at is { } age && age > FreshMax
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"As of {Contracts.Iso.Seconds(at)}, {age.TotalSeconds:0} s ago: no host's report was heard since.")
            : null;

    /// <summary>The columns that any of the items has, header first.</summary>
    internal IReadOnlyList<string[]> Rows(IReadOnlyList<JsonObject> all)
    {
        var items = all.SelectMany(Expand).ToList();
        var present = Columns.Where(column => items.Any(item => item[column] is not null)).ToArray();
        return [present, .. items.Select(item => present.Select(column => Text(item[column])).ToArray())];
    }

    /// <summary>Rows of equally many cells as lines with columns.</summary>
    internal static IEnumerable<string> Align(IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    internal static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.GetValueKind() == JsonValueKind.Number
            && single.TryGetValue<double>(out var number) =>
            number.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
        JsonObject or JsonArray => value.ToJsonString(),
        _ => value.ToString(),
    };
}
