using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Contracts.Views;

namespace Holdfast.Data.Stores;

/// <summary>A page of a list.</summary>
internal sealed record AnswerPage<T>
{
    public required IReadOnlyList<T> Items { get; init; }
    public string? Next { get; init; }
}

/// <summary>A Store that the control plane has, as far as its source's retention asks.</summary>
internal sealed record KnownStore
{
    public required string Name { get; init; }
    public required string Desired { get; init; }
}

/// <summary>An operation on a Store, likewise.</summary>
internal sealed record StoreOperation
{
    public required string Kind { get; init; }
    public required string Status { get; init; }
    public string? Store { get; init; }
}

/// <summary>
/// Stores that are gone for good, as the control plane says. Its silence, a refusal, or half of a list says nothing: those are
/// exceptions.
/// </summary>
internal sealed class RemovedStores(Uri api, HttpClient http)
{
    private const string Absent = "Absent";

    /// <summary>The most pages of operations on one subtopic, of a thousand each: beyond them the oldest are not asked for.</summary>
    private const int PagesMax = 20;

    /// <summary>Stores of a subtopic whose removal has ended, and that are not there.</summary>
    internal async Task<IReadOnlyList<string>> Of(string subtopic, CancellationToken cancel)
    {
        var named = $"?limit=1000&subtopic={Uri.EscapeDataString(subtopic)}";
        var operations = await All("/api/v1/stores/tickets" + named, AnswerJson.Default.AnswerPageStoreOperation, false, cancel);
        // Afterwards: what is made anew under a name of the past is seen there.
        return Gone(operations, await All("/api/v1/stores" + named, AnswerJson.Default.AnswerPageKnownStore, true, cancel));
    }

    /// <summary>This very Store is told to go with all that it has: it is not only to stop.</summary>
    internal async Task<bool> Goes(string store, CancellationToken cancel)
    {
        var path = new Uri(api, $"/api/v1/stores/{Uri.EscapeDataString(store)}");
        return (await http.GetFromJsonAsync(path, AnswerJson.Default.KnownStore, cancel))?.Desired == Absent;
    }

    /// <summary>A removal that has ended is what counts: of a Store that was never known nothing is said. Pure.</summary>
    internal static IReadOnlyList<string> Gone(IEnumerable<StoreOperation> operations, IEnumerable<KnownStore> stores)
    {
        var there = stores.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return [.. operations.Where(o => o is { Kind: "Delete Store", Status: "Successful", Store: { } name } && !there.Contains(name))
            .Select(o => o.Store!).Distinct(StringComparer.Ordinal)];
    }

    private async Task<List<T>> All<T>(string path, JsonTypeInfo<AnswerPage<T>> type, bool isWhole, CancellationToken cancel)
    {
        var (all, cursor) = (new List<T>(), (string?)null);
        for (var pages = 0; pages < PagesMax; pages++)
        {
            var address = new Uri(api, cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
            var page = await http.GetFromJsonAsync(address, type, cancel) ?? throw new JsonException("the answer is null");
            all.AddRange(page.Items);
            if ((cursor = page.Next) is null)
            {
                return all;
            }
        }

        return isWhole ? throw new JsonException($"the list has more than {PagesMax} pages") : all;
    }
}

/// <summary>Reads answers: they may have members that are not known here, and those of later versions more still.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResolvedStore))]
[JsonSerializable(typeof(AnswerPage<KnownStore>))]
[JsonSerializable(typeof(AnswerPage<StoreOperation>))]
internal sealed partial class AnswerJson : JsonSerializerContext;
