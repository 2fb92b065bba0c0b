using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>
/// The statements by which a table became another one. SQLite tells no statement, only what there is: where it cannot be told which ones
/// led from the one to the other, nothing is said. It drops no column that a trigger names, so none of a captured table.
/// </summary>
internal static class ChangeText
{
    /// <summary>Statements, in their order; empty: which ones it were cannot be told.</summary>
    /// <param name="was">The table as it was.</param>
    /// <param name="wasSql">Text of its CREATE TABLE.</param>
    /// <param name="now">The table as it is.</param>
    /// <param name="nowSql">Text of its CREATE TABLE.</param>
    /// <param name="indexes">The text of each CREATE INDEX that there is now, by name.</param>
    internal static IReadOnlyList<string> Of(
        TableSchema was, string wasSql, TableSchema now, string nowSql, IReadOnlyDictionary<string, string> indexes)
    {
        var (before, after) = (was.Columns, now.Columns);
        if (before.SequenceEqual(after))
        {
            return Indexes(was, now, indexes);
        }

        // An index that came or went at the same time would be passed by.
        if (was.Keys.Count != now.Keys.Count || was.Keys.Zip(now.Keys).Any(k => !k.First.Equals(k.Second)))
        {
            return [];
        }

        return after.Count == before.Count ? Renamed(was, now)
            : before.SequenceEqual(after.Take(before.Count)) ? Added(was, wasSql, now, nowSql) : [];
    }

    private static List<string> Added(TableSchema was, string wasSql, TableSchema now, string nowSql)
    {
        var names = now.Columns.Skip(was.Columns.Count).Select(c => c.Name).ToList();
        return Inserted(wasSql, nowSql) is { } inserted && DefinitionList.Of(inserted, Dialect.Sqlite) is { } found
            && found.Select(d => d.Name).SequenceEqual(names, StringComparer.Ordinal)
            ? found.ToList().ConvertAll(d => $"ALTER TABLE {Sql.Name(now.Name)} ADD COLUMN {d.Text}") : [];
    }

    /// <summary>SQLite writes new columns into the text behind the last one: text that stands there behind a comma.</summary>
    private static string? Inserted(string was, string now)
    {
        var length = now.Length - was.Length;
        var start = 0;
        while (start < was.Length && start < now.Length && was[start] == now[start])
        {
            start++;
        }

        // The same letters may stand before it and at its end: it begins with the comma.
        for (; length > 0 && start >= 0; start--)
        {
            if (now[start] == ',' && was.AsSpan(0, start).SequenceEqual(now.AsSpan(0, start))
                && was.AsSpan(start).SequenceEqual(now.AsSpan(start + length)))
            {
                return now.Substring(start + 1, length - 1);
            }
        }

        return null;
    }

    /// <summary>A column with another name at the same place is the same one, unless names went from column to column.</summary>
    private static List<string> Renamed(TableSchema was, TableSchema now)
    {
        var statements = new List<string>();
        for (var i = 0; i < was.Columns.Count; i++)
        {
            var (one, other) = (was.Columns[i], now.Columns[i]);
            if (one == other)
            {
                continue;
            }

            if (one with { Name = other.Name } != other || was.IndexOf(other.Name) >= 0)
            {
                return [];
            }

            statements.Add($"ALTER TABLE {Sql.Name(now.Name)} RENAME COLUMN {Sql.Name(one.Name)} TO {Sql.Name(other.Name)}");
        }

        return statements;
    }

    private static List<string> Indexes(TableSchema was, TableSchema now, IReadOnlyDictionary<string, string> indexes)
    {
        var gone = was.Keys.Where(k => !now.Keys.Contains(k)).ToList();
        var come = now.Keys.Where(k => !was.Keys.Contains(k)).ToList();
        return gone.Concat(come).Any(k => k.IsPrimary) || come.Any(k => !indexes.ContainsKey(k.Name))
            ? [] : [.. gone.Select(k => $"DROP INDEX {Sql.Name(k.Name)}"), .. come.Select(k => indexes[k.Name])];
    }
}
