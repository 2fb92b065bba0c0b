using System.CommandLine;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary>Names of Stores, as the control plane has them.</summary>
/// <param name="There">Those that there are.</param>
/// <param name="Removed">Those whose removal has ended.</param>
internal sealed record StoreNames(IReadOnlyList<string> There, IReadOnlyList<string> Removed)
{
    private static readonly StoreNames None = new([], []);

    /// <summary>All of them, or why they could not be asked: half of them would be worse than none.</summary>
    internal static async Task<(StoreNames Names, string? WhyNot)> Of(ParseResult parsed, CancellationToken cancel)
    {
        var client = Running.Client(parsed);
        if (client.Fault is { } fault)
        {
            return (None, fault.Detail);
        }

        using var http = client.Value!;
        var api = new Asking(http, Running.TokenFrom(parsed), cancel);
        // In this order: what is made anew under a name of the past is seen among those that there are.
        var (tickets, first) = await All(api, "/api/v1/stores/tickets");
        var (stores, second) = first is null ? await All(api, "/api/v1/stores") : ([], first);
        if (second is not null)
        {
            return (None, second);
        }

        var there = stores.Select(s => $"{s["name"]}").ToHashSet(StringComparer.Ordinal);
        return (new StoreNames([.. there], [.. tickets
            .Where(t => $"{t["kind"]}" == "Delete Store" && $"{t["status"]}" == "Successful" && t["store"] is not null)
            .Select(t => $"{t["store"]}").Where(n => !there.Contains(n)).Distinct(StringComparer.Ordinal)]), null);
    }

    private static async Task<(List<JsonObject> Items, string? WhyNot)> All(Asking api, string path)
    {
        var items = new List<JsonObject>();
        for (string? cursor = null; ;)
        {
            var (page, whyNot) = await api.TryGet($"{path}?limit=1000" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));
            if (page?["items"] is not JsonArray some)
            {
                return ([], whyNot ?? "the answer is no list");
            }

            items.AddRange(some.OfType<JsonObject>());
            if ((cursor = page["next"]?.GetValue<string>()) is null)
            {
                return (items, null);
            }
        }
    }
}
