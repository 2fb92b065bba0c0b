namespace Holdfast.App.Operator;

/// <summary>A host as a row of <c>holdfast hosts</c>: besides where it stands only what makes it other than its neighbours. Pure.</summary>
internal static class HostRow
{
    /// <summary>A column that no host has anything in is left out.</summary>
    internal static IReadOnlyList<string> Columns { get; } =
    [
        "host", "region", "idc", "address", "state", "silenceSeconds", "since", "returns", "heldOffUntil", "lapses", "refused", "drain",
        "maintenance",
    ];

    internal static JsonObject Of(JsonObject host)
    {
        var row = (JsonObject)host.DeepClone();
        row["lapses"] = host["lapses"] is JsonObject lapses
            ? $"{lapses["count"]} in {lapses["windowSec"]} s ({lapses["sharePercent"]} % of the time)" : null;
        row["refused"] = Text(host["refused"], "code");
        row["drain"] = Text(host["drain"], "reason");
        row["maintenance"] = host["maintenance"] is JsonObject work ? work["until"]?.DeepClone() : null;
        return row;
    }

    private static string? Text(JsonNode? of, string part) =>
        of is null ? null : of[part]?.ToString() is { Length: > 0 } text ? text : "yes";
}
