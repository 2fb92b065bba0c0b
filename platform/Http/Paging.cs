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

        var rest = First(items.Where(i => cursor is null || string.CompareOrdinal(key(i), cursor) > 0), key, take + 1);
        var page = rest.Take(take).ToList();
        return Results.Ok(new ListPage<TView>([.. page.Select(view)], rest.Count > take ? key(page[^1]) : null));
    }

    /// <summary>The first ones by their keys: one comparison for most of a long list, room for no more than is asked for.</summary>
    private static List<T> First<T>(IEnumerable<T> items, Func<T, string> key, int count)
    {
        var first = new PriorityQueue<T, string>(Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        foreach (var item in items)
        {
            if (first.Count < count)
            {
                first.Enqueue(item, key(item));
            }
            else
            {
                first.EnqueueDequeue(item, key(item));
            }
        }

        var ordered = new List<T>(first.Count);
        while (first.TryDequeue(out var last, out _))
        {
            ordered.Add(last);
        }

        ordered.Reverse();
        return ordered;
    }
}
