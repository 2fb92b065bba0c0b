namespace Holdfast.Platform.Tests.Mongo;

/// <summary>A query as an index sees it: fields by how they are compared, and the field of its order besides the id.</summary>
/// <param name="Order">"_id": by the id alone; "-": in no order.</param>
internal sealed record QueryShape(IReadOnlyList<(string How, string Field)> Conditions, string Order)
{
    internal IReadOnlySet<string> Equal => Fields("=", "in");

    internal IReadOnlySet<string> Ranged => Fields("<", "<=", ">", ">=", "!=");

    private HashSet<string> Fields(params string[] how) =>
        Conditions.Where(c => how.Contains(c.How, StringComparer.Ordinal)).Select(c => c.Field).ToHashSet(StringComparer.Ordinal);
}

/// <summary>
/// Use of an index by a query, after MongoDB's manual, pure. "Compound Indexes": a query uses an index by a prefix of its fields. "Use
/// Indexes to Sort Query Results": the fields of the sort follow those that are compared for equality, none in between. They have the
/// same direction or all the other one. $in counts as equality, its stretches are merged. A range ends the prefix.
/// </summary>
internal static class MongoIndexUse
{
    internal const string Index = "index";
    internal const string Walk = "walk";
    internal const string Sorts = "sorts";
    private const string Whole = "whole";

    /// <summary>By the best of the indexes; a collection always has that of its ids.</summary>
    internal static string Of(QueryShape shape, IEnumerable<IReadOnlyList<string>> indexes)
    {
        var uses = indexes.Append(["_id"]).Select(index => By(shape, index)).ToList();
        return new[] { Index, shape.Conditions.Count == 0 ? Walk : Sorts, Walk, Sorts }.FirstOrDefault(uses.Contains) ?? Whole;
    }

    private static string By(QueryShape shape, IReadOnlyList<string> index)
    {
        var equal = index.TakeWhile(shape.Equal.Contains).Count();
        var bounded = equal > 0 || shape.Ranged.Contains(index[0]);
        return (bounded, Ordered(shape, index, equal)) switch
        {
            (true, true) => Index,
            (false, true) => Walk,
            (true, false) => Sorts,
            (false, false) => Whole,
        };
    }

    private static bool Ordered(QueryShape shape, IReadOnlyList<string> index, int at)
    {
        if (shape.Order == "-")
        {
            return true;
        }

        // A field that is compared for equality is the same in all that is found; one of several values is not.
        var constant = shape.Conditions.Where(c => c.How == "=").Select(c => c.Field).ToHashSet(StringComparer.Ordinal);
        foreach (var field in new[] { shape.Order, "_id" }.Distinct(StringComparer.Ordinal).Where(f => !constant.Contains(f)))
        {
            if (at >= index.Count || index[at++] != field)
            {
                return false;
            }
        }

        return true;
    }
}
