using Holdfast.ConsoleUi;
using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// A list of the API: all its pages as rows of text, by the columns that people look at. The items stay JSON: <c>--json</c> prints them as
/// they came, and one table serves every list. But a list is made for the record of its items, so its columns are members of that.
/// </summary>
internal sealed record Listing
{
    private Listing(string name, string path, IReadOnlyList<string> columns) => (Name, Path, Columns) = (name, path, columns);

    internal string Name { get; }

    internal string Path { get; init; }

    internal IReadOnlyList<string> Columns { get; init; }

    /// <summary>A list that shows members of its items.</summary>
    /// <exception cref="InvalidOperationException">A column is no member of <typeparamref name="T"/>.</exception>
    internal static Listing Of<T>(string name, string path, IReadOnlyList<string> columns)
    {
        var members = ApiExchange.Json.GetTypeInfo(typeof(T)).Properties.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        return columns.FirstOrDefault(c => !members.Contains(c)) is { } unknown
            ? throw new InvalidOperationException($"{typeof(T).Name} has no member {unknown}")
            : new Listing(name, path, columns);
    }

    /// <summary>A list whose rows are made of its items.</summary>
    internal static Listing Of<T>(string name, string path, IReadOnlyList<string> columns, Func<T, IEnumerable<JsonObject>> rows) =>
        new(name, path, columns) { Expand = item => rows(Read<T>(path, item)) };

    internal static IReadOnlyList<Listing> All { get; } =
    [
        Of<HostView>("hosts", "/api/v1/hosts", HostRow.Columns, host => [HostRow.Of(host)]),
        Of<TaskView>("tasks", "/api/v1/tasks", ["id", "type", "region", "protection", "status", "subtopic"]),
        Of<ComponentView>("components", "/api/v1/components",
            ["name", "kind", "task", "host", "epoch", "desired", "state", "delaySeconds"]),
        Of<AlertView>("alerts", "/api/v1/alerts", ["id", "event", "target", "level", "condition", "status", "summary"]),
    ];

    /// <summary>Titles of columns whose field has a longer name, or another unit than its cell.</summary>
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["silenceSeconds"] = "silent", ["delaySeconds"] = "delay", ["heldOffUntil"] = "held off", ["createdAt"] = "created",
        ["finishedAt"] = "finished", ["startedAt"] = "started", ["updatedAt"] = "updated", ["startsAt"] = "starts", ["endsAt"] = "ends",
        ["failedAt"] = "failed", ["probeAt"] = "probe", ["deadAt"] = "dead", ["failuresInARow"] = "failures",
        ["messagesPerMinute"] = "per minute", ["attemptCount"] = "attempts", ["nextAttempt"] = "next", ["insteadOf"] = "instead of",
        ["completedBy"] = "completed by", ["lastTriggered"] = "last", ["isLive"] = "live",
        ["round"] = "notification", ["leavesBecause"] = "leaves because", ["endedEarly"] = "ended early",
    };

    /// <summary>Of a field that counts seconds; its cell has the unit.</summary>
    private static bool IsSpan(string column) => column is "silenceSeconds" or "delaySeconds";

    /// <summary>Positions of a Store, in unix seconds.</summary>
    private static bool IsPosition(string column) => column is "begin" or "end";

    /// <summary>The rows that people see of one item.</summary>
    private Func<JsonObject, IEnumerable<JsonObject>> Expand { get; init; } = item => [item];

    private const int PagesMax = 1000;

    /// <summary>A host reports every few seconds: what is older than that is said to be old.</summary>
    private static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(15);

    /// <returns>All items, the service's own time, and a sentence when what they say is old; null: it is not.</returns>
    internal async Task<(IReadOnlyList<JsonObject> Items, DateTimeOffset? At, string? Old)> Read(Asking api)
    {
        var items = new List<JsonObject>();
        (string? old, string? cursor, DateTimeOffset? at) = (null, null, null);
        for (var page = 0; page < PagesMax; page++)
        {
            (var answer, at) = await api.GetDated(cursor is null ? Path : ApiExchange.With(Path, "cursor", cursor));
            old = Old((answer as JsonObject)?["asOf"], at);
            items.AddRange((answer as JsonArray ?? answer["items"] as JsonArray ?? []).OfType<JsonObject>());
            cursor = (answer as JsonObject)?["next"]?.ToString();
            if (cursor is null)
            {
                break;
            }
        }

        return (items, at, old);
    }

    /// <summary>By the service's own clock, which has stamped both.</summary>
    internal static string? Old(JsonNode? asOf, DateTimeOffset? now) =>
        asOf is JsonValue said && said.TryGetValue<DateTimeOffset>(out var at) && now - at is { } age && age > FreshMax
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"As of {Contracts.Iso.Seconds(at)}, {age.TotalSeconds:0} s ago: no host's report was heard since.")
            : null;

    /// <summary>Items that were read already, as part of another answer.</summary>
    internal IReadOnlyList<string[]> Rows<T>(IEnumerable<T> all, DateTimeOffset now) =>
        Rows([.. all.Select(item => (JsonObject)JsonSerializer.SerializeToNode(item, ApiExchange.Json)!)], now);

    /// <summary>The columns that any of the items has, header first; moments as how long ago they are.</summary>
    internal IReadOnlyList<string[]> Rows(IReadOnlyList<JsonObject> all, DateTimeOffset now)
    {
        var items = all.SelectMany(Expand).ToList();
        var present = Columns.Where(column => items.Any(item => item[column] is not null)).ToArray();
        return [[.. present.Select(column => Titles.GetValueOrDefault(column, column))],
            .. items.Select(item => present.Select(column => Cell(column, item[column], now)).ToArray())];
    }

    private static string Cell(string column, JsonNode? value, DateTimeOffset now) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && (IsSpan(column) || IsPosition(column))
            ? IsSpan(column) ? Words.Span(number.GetValue<double>())
                : Ages.Of(DateTimeOffset.FromUnixTimeSeconds((long)number.GetValue<double>()), now)
            : Aged(value, now);

    private static T Read<T>(string path, JsonObject item)
    {
        try
        {
            return item.Deserialize<T>(ApiExchange.Json)!;
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Unlike(new Uri(path, UriKind.Relative), error.Message));
        }
    }

    /// <summary>A moment as a cell of a row that is made here; its text says how long ago that is.</summary>
    internal static string? Cell(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A value as it stands in a table.</summary>
    internal static string Aged(JsonNode? value, DateTimeOffset now)
    {
        var text = Text(value);
        return Ages.Moment(text) is { } at ? Ages.Of(at, now) : text;
    }

    internal static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.GetValueKind() == JsonValueKind.Number
            && single.TryGetValue<double>(out var number) =>
            number.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
        JsonArray list when list.All(item => item is JsonValue) => string.Join(", ", list.Select(Text)),
        JsonObject or JsonArray => value.ToJsonString(),
        _ => value.ToString(),
    };
}
