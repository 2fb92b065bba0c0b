using System.Text.Json.Serialization;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>A page of a list; <paramref name="Next"/> goes into <c>?cursor=</c> for the one after it, null on the last.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next) : IHeardOf
{
    /// <inheritdoc/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AsOf { get; set; }
}

/// <summary>Pages of lists that are held in memory, in the order of their keys; a cursor is the last key seen.</summary>
public static class Paging
{
    public const int LimitDefault = 100;
    public const int LimitMax = 1000;

    public static Fault BadLimit(int limit) => Fault.Invalid("PF-105", "Give a limit within the bounds, or none.",
        new FieldFault("limit", limit, $"must be 1 to {LimitMax}"));

    /// <summary>A page of a list that the store keeps in order.</summary>
    /// <param name="query">Asks the store for so many.</param>
    public static async Task<IResult> Stored<T>(int? limit, Func<int, Task<Page<T>>> query)
    {
        if (limit is < 1 or > LimitMax)
        {
            return BadLimit(limit.Value).ToResult();
        }

        var page = await query(limit ?? LimitDefault);
        return Results.Ok(new ListPage<T>([.. page.Items.Select(i => i.Document)], page.Next));
    }

    /// <param name="key">Unique and ordered as text.</param>
    public static IResult Page<T, TView>(IEnumerable<T> items, Func<T, string> key, Func<T, TView> view, string? cursor, int? limit) =>
        PageAtOnce(items, key, page => page.Select(view), cursor, limit);

    /// <param name="key">Unique and ordered as text.</param>
    /// <param name="views">Of what is on the page: what it needs beside is looked up for these alone.</param>
    public static IResult PageAtOnce<T, TView>(
        IEnumerable<T> items, Func<T, string> key, Func<IReadOnlyList<T>, IEnumerable<TView>> views, string? cursor, int? limit)
    {
        var take = limit ?? LimitDefault;
        if (take is < 1 or > LimitMax)
        {
            return BadLimit(take).ToResult();
        }

        var rest = First(items.Where(i => cursor is null || string.CompareOrdinal(key(i), cursor) > 0), key, take + 1);
        var page = rest.Take(take).ToList();
        return Results.Ok(new ListPage<TView>([.. views(page)], rest.Count > take ? key(page[^1]) : null));
    }

    /// <summary>A page of a list that is in order already: read from the cursor on, until the page is full.</summary>
    /// <param name="ordered">By their keys, as ordinal text.</param>
    /// <param name="key">Unique.</param>
    /// <param name="isWanted">The list's filters.</param>
    public static IResult PageInOrder<T, TView>(
        IReadOnlyList<T> ordered, Func<T, string> key, Func<T, bool> isWanted, Func<T, TView> view, string? cursor, int? limit)
    {
        var take = limit ?? LimitDefault;
        if (take is < 1 or > LimitMax)
        {
            return BadLimit(take).ToResult();
        }

        var page = new List<TView>();
        var last = "";
        for (var at = cursor is null ? 0 : After(ordered, key, cursor); at < ordered.Count; at++)
        {
            if (!isWanted(ordered[at]))
            {
                continue;
            }

            if (page.Count == take)
            {
                return Results.Ok(new ListPage<TView>(page, last));
            }

            last = key(ordered[at]);
            page.Add(view(ordered[at]));
        }

        return Results.Ok(new ListPage<TView>(page, null));
    }

    /// <summary>Index of the first one with a higher key.</summary>
    private static int After<T>(IReadOnlyList<T> ordered, Func<T, string> key, string cursor)
    {
        var (from, to) = (0, ordered.Count);
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            (from, to) = string.CompareOrdinal(key(ordered[middle]), cursor) > 0 ? (from, middle) : (middle + 1, to);
        }

        return from;
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
