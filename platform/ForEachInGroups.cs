namespace Holdfast.Platform;

/// <summary>Acts on many things in groups: what comes together a store commits in one go.</summary>
public static class ForEachInGroupsExtensions
{
    /// <summary>
    /// One group after the other, each of them at once. Returns when all are done; a failure in a group keeps the groups behind it
    /// from being begun.
    /// </summary>
    /// <param name="most">The size of a group.</param>
    public static async Task ForEachInGroups<T>(this IEnumerable<T> items, int most, Func<T, Task> act)
    {
        foreach (var some in items.Chunk(most))
        {
            await Task.WhenAll(some.Select(act));
        }
    }
}
