namespace Holdfast.Apply.Tests.Model;

/// <summary>Tells which transactions touch each other, without hashes and without the code under test.</summary>
internal static class Exact
{
    /// <summary>For each transaction that is done, all that came before it and touches it is done as well.</summary>
    internal static void IsClosed(IReadOnlyList<TransactionPart> stream, IReadOnlySet<Position> done, Habits habits)
    {
        var open = new HashSet<string>();
        var tables = new HashSet<string>();
        foreach (var part in stream)
        {
            var touches = Touches(part, habits).ToList();
            if (!done.Contains(part.Position))
            {
                open.UnionWith(touches);
                tables.UnionWith(touches.Where(t => t.EndsWith("emptied", StringComparison.Ordinal)).Select(t => t.Split(' ')[0]));
                continue;
            }

            var met = touches.Find(t => open.Contains(t) || tables.Contains(t.Split(' ')[0]));
            Assert.True(met is null, $"{part.Position} is done before an earlier transaction that touches {met}");
            Assert.DoesNotContain(touches, t => t.EndsWith("emptied", StringComparison.Ordinal)
                && open.Any(o => o.StartsWith(t.Split(' ')[0] + " ", StringComparison.Ordinal)));
        }
    }

    private static IEnumerable<string> Touches(TransactionPart part, Habits habits) => part.Read().SelectMany(c => Touches(c, habits));

    private static IEnumerable<string> Touches(Change change, Habits habits)
    {
        var table = World.All.Single(t => t.Id == change.Table);
        var lane = table == World.Child || table == World.Parent ? "family" : table.FullName;
        if (change.Kind == ChangeKind.Truncate)
        {
            yield return $"{lane} emptied";
        }

        if (table.Keys.Count == 0 || lane == "family")
        {
            yield return $"{lane} any";
            yield break;
        }

        foreach (var key in table.Keys)
        {
            foreach (var image in new[] { change.Before, change.After }.Where(i => !i.IsNone).Select(i => Cells.Of(i)))
            {
                if (key.Columns.All(c => image[c] is not null && !Cells.IsAbsent(image[c])))
                {
                    yield return $"{lane} {key.Name} {Cells.Shown(key.Columns.Select(c => Folded(image[c], habits)))}";
                }
            }
        }
    }

    private static object? Folded(object? cell, Habits habits) =>
        habits.IsLax && cell is string text ? text.TrimEnd().ToUpperInvariant() : cell;
}
