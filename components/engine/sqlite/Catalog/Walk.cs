using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>
/// Walks over a table in the order of a key. It compares by the collations of the key's index, which may differ from the columns' own. NULL
/// comes before everything, since SQLite lets a primary key hold it.
/// </summary>
internal sealed record Walk
{
    /// <summary>Its name in quotes.</summary>
    internal required string Table { get; init; }

    /// <summary>Indexes of the key's columns.</summary>
    internal required IReadOnlyList<int> Key { get; init; }

    /// <summary>Affinities of the key's columns.</summary>
    internal required IReadOnlyList<Affinity> Affinities { get; init; }

    /// <summary>The key's columns, each with the collation of the index.</summary>
    internal required IReadOnlyList<string> Terms { get; init; }

    /// <summary>The key's columns may hold NULL.</summary>
    internal required IReadOnlyList<bool> IsNullable { get; init; }

    /// <summary>The key's columns.</summary>
    internal required string Keys { get; init; }

    /// <summary>Text for ORDER BY.</summary>
    internal string Order => string.Join(", ", Terms);

    /// <summary>Text for ORDER BY, from the end.</summary>
    internal string Backwards => Sql.List(Terms, t => $"{t} DESC");

    /// <summary>A row with a key whose values are the first parameters.</summary>
    internal string Same => Sql.List(Terms.Select((t, i) => (t, i)), t => $"{t.t} IS {Parameter(t.i)}", " AND ");

    /// <summary>The walk of a table that has a key which tells its rows apart.</summary>
    /// <exception cref="SourceFaultException">It has none, or is not there.</exception>
    internal static Walk Of(Database database, TableSchema table)
    {
        var shape = TableReader.Read(database, table.Name);
        var key = shape?.Schema.PrimaryKey ?? shape?.Schema.Keys.FirstOrDefault(
            k => !k.IsInexact && k.Columns.All(c => !shape.Schema.Columns[c].IsNullable));
        if (shape is null || key is null)
        {
            throw new SourceFaultException(shape is null ? SourceFaults.NoTable(table.FullName) : SourceFaults.NoKey(table.FullName));
        }

        var index = shape.Uniques.FirstOrDefault(u => !u.IsPartial && u.Columns.SequenceEqual(key.Columns) && !(key.IsPrimary
            && shape.RowIdColumn >= 0));
        var names = key.Columns.Select(c => Sql.Name(shape.Schema.Columns[c].Name)).ToList();
        return new Walk
        {
            Table = Sql.Name(shape.Name),
            Key = key.Columns,
            Keys = string.Join(", ", names),
            Affinities = [.. key.Columns.Select(c => shape.Columns[c].Affinity)],
            Terms = [.. names.Select((n, i) => index is null ? n : $"{n} COLLATE {Sql.Name(index.Collations[i])}")],
            IsNullable = [.. key.Columns.Select(c => shape.Schema.Columns[c].IsNullable)],
        };
    }

    /// <summary>Rows after a key whose values are the first parameters.</summary>
    internal string After(bool isBounded) => Between(isBounded, isBoundedAbove: false);

    /// <summary>Rows after one key, up to and with another one; the parameters follow in this order.</summary>
    internal string Between(bool isBoundedBelow, bool isBoundedAbove)
    {
        var conditions = new List<string>();
        if (isBoundedBelow)
        {
            conditions.Add(IsNullable.Contains(true) ? Beyond(0, 0) : $"({Order}) > ({Parameters(0)})");
        }

        if (isBoundedAbove)
        {
            var first = isBoundedBelow ? Terms.Count : 0;
            conditions.Add(IsNullable.Contains(true) ? $"NOT ({Beyond(0, first)})" : $"({Order}) <= ({Parameters(first)})");
        }

        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    /// <summary>Greater in the first column that differs; NULL is less than everything. Never itself NULL.</summary>
    private string Beyond(int term, int first)
    {
        var (column, value) = (Terms[term], Parameter(first + term));
        var greater = $"({value} IS NULL AND {column} IS NOT NULL OR ifnull({column} > {value}, 0))";
        return term == Terms.Count - 1 ? greater : $"({greater} OR {column} IS {value} AND {Beyond(term + 1, first)})";
    }

    private string Parameters(int first) => Sql.List(Enumerable.Range(first, Terms.Count), Parameter);

    private static string Parameter(int at) => $"?{(at + 1).ToString(CultureInfo.InvariantCulture)}";
}
