using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>A page of a list; <paramref name="Next"/> goes into <c>?cursor=</c> for the one after it, null on the last.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Pages of lists that are held in memory, in the order of their keys; a cursor is the last key seen.</summary>
public static class Paging
{
    public const int LimitDefault = 100;
    public const int LimitMax = 1000;

    public static Fault BadLimit(int limit) => Fault.Invalid("PF-105", "Give a limit within the bounds, or none.",
        new FieldFault("limit", limit, $"must be 1 to {LimitMax}"));

    /// <param name="key">Unique and ordered as text.</param>
    public static IResult Page<T, TView>(IEnumerable<T> items, Func<T, string> key, Func<T, TView> view, string? cursor, int? limit)
    {
        var take = limit ?? LimitDefault;
        if (take is < 1 or > LimitMax)
        {
            return BadLimit(take).ToResult();
        }

        var rest = items
            .Where(i => cursor is null || string.CompareOrdinal(key(i), cursor) > 0)
            .OrderBy(key, StringComparer.Ordinal)
            .Take(take + 1)
            .ToList();
        var page = rest.Take(take).ToList();
        return Results.Ok(new ListPage<TView>([.. page.Select(view)], rest.Count > take ? key(page[^1]) : null));
    }
}
