using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Tables;

/// <summary>Reads tables out of a file's own catalog.</summary>
internal static class TableReader
{
    /// <summary>The only schema that a file has.</summary>
    internal const string Main = "main";

    /// <summary>Names of the engine's own tables and triggers begin so.</summary>
    internal const string OwnPrefix = "hf_";

    private static readonly string[] RowIdNames = ["rowid", "_rowid_", "oid"];

    /// <summary>Names of all tables that hold rows of their own: no views, no virtual tables with theirs, none of this engine.</summary>
    internal static IReadOnlyList<string> Names(Database database)
    {
        var names = new List<string>();
        var statement = database.Prepared("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name");
        while (statement.Step())
        {
            names.Add(statement.Text(0));
        }

        statement.Reset();
        return [.. names.Where(n => !IsOwn(n) && !n.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>The table or trigger is this engine's.</summary>
    internal static bool IsOwn(string name) => name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>A table; null: there is none of this name.</summary>
    internal static TableShape? Read(Database database, string name)
    {
        var list = database.Bound(
            "SELECT wr, strict, name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name = ?1", [name]);
        if (!list.Step())
        {
            list.Reset();
            return null;
        }

        var (isWithoutRowId, isStrict) = (list.Int64(0) != 0, list.Int64(1) != 0);
        name = list.Text(2);
        list.Reset();
        var sql = database.Text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1 COLLATE NOCASE", name)!;
        var (columns, shapes, primary) = Columns(database, name, isStrict);
        // INTEGER and nothing else, and not INTEGER PRIMARY KEY DESC, which has an index: then the column is the row's number.
        var alias = !isWithoutRowId && primary.Count == 1 && IsInteger(columns[primary[0]])
            && database.Number("SELECT count(*) FROM pragma_index_list(?1) WHERE origin = 'pk'", name) == 0 ? primary[0] : -1;
        if (alias >= 0 || isWithoutRowId)
        {
            foreach (var key in primary)
            {
                columns[key] = columns[key] with { IsNullable = false };
            }
        }

        var uniques = Uniques(database, name);
        var schema = new TableSchema
        {
            Id = 0, Schema = Main, Name = name, Columns = columns, Keys = Keys(primary, uniques, alias),
        };
        return new TableShape
        {
            Schema = Collated(schema, uniques),
            Columns = shapes,
            Uniques = uniques,
            Sql = sql,
            RowId = isWithoutRowId ? "" : alias >= 0 ? columns[alias].Name : FreeName(columns),
            RowIdColumn = alias,
            IsWithoutRowId = isWithoutRowId,
            IsStrict = isStrict,
            Triggers = Triggers(database, name),
        };
    }

    private static (List<Column> Columns, List<ColumnShape> Shapes, IReadOnlyList<int> Primary) Columns(
        Database database, string name, bool isStrict)
    {
        var (columns, shapes, primary) = (new List<Column>(), new List<ColumnShape>(), new List<(long Place, int Column)>());
        var statement = database.Bound(
            "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo(?1)", [name]);
        while (statement.Step())
        {
            var (type, hidden) = (statement.Text(1), statement.Int64(5));
            if (statement.Int64(4) > 0)
            {
                primary.Add((statement.Int64(4), columns.Count));
            }

            var affinity = Affinities.Of(type, isStrict);
            shapes.Add(new ColumnShape(affinity, statement.Int64(3) != 0));
            columns.Add(new Column
            {
                Name = statement.Text(0),
                Kind = Kind(affinity),
                Type = type,
                IsNullable = statement.Int64(2) == 0,
                IsGenerated = hidden is 2 or 3,
            });
        }

        statement.Reset();
        return (columns, shapes, [.. primary.OrderBy(p => p.Place).Select(p => p.Column)]);
    }

    private static List<IndexShape> Uniques(Database database, string name)
    {
        var found = new List<(string Name, bool IsPartial, bool IsPrimary)>();
        var list = database.Bound(
            "SELECT name, partial, origin = 'pk' FROM pragma_index_list(?1) WHERE \"unique\" ORDER BY seq DESC", [name]);
        while (list.Step())
        {
            found.Add((list.Text(0), list.Int64(1) != 0, list.Int64(2) != 0));
        }

        list.Reset();
        var uniques = new List<IndexShape>();
        foreach (var (index, isPartial, _) in found.OrderByDescending(f => f.IsPrimary))
        {
            var (columns, collations) = (new List<int>(), new List<string>());
            var statement = database.Bound("SELECT cid, coll FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno", [index]);
            while (statement.Step())
            {
                columns.Add(statement.Int64(0) < 0 ? -1 : (int)statement.Int64(0));
                collations.Add(statement.TextOrNull(1) ?? "BINARY");
            }

            statement.Reset();
            uniques.Add(new IndexShape(index, columns, collations, isPartial));
        }

        return uniques;
    }

    private static List<UniqueKey> Keys(IReadOnlyList<int> primary, List<IndexShape> uniques, int alias)
    {
        var keys = new List<UniqueKey>();
        if (primary.Count > 0)
        {
            keys.Add(new UniqueKey { Name = "PRIMARY", Columns = primary, IsPrimary = true });
        }

        // The index of the primary key comes first where it has one, and says nothing new.
        var rest = primary.Count > 0 && alias < 0 && uniques.Count > 0 ? uniques.Skip(1) : uniques;
        keys.AddRange(rest.Select(u => new UniqueKey
        {
            Name = u.Name,
            Columns = [.. u.Columns.Where(c => c >= 0).DefaultIfEmpty(0)],
            IsInexact = u.IsPartial || u.HasExpressions,
        }));
        return keys;
    }

    /// <summary>A column has the collation of its indexes: keys are told apart as they tell them apart.</summary>
    private static TableSchema Collated(TableSchema schema, List<IndexShape> uniques)
    {
        var columns = schema.Columns.ToArray();
        foreach (var (column, collation) in uniques.SelectMany(u => u.Columns.Zip(u.Collations)))
        {
            if (column >= 0 && collation != "BINARY")
            {
                columns[column] = columns[column] with { Collation = collation };
            }
        }

        return schema with { Columns = columns };
    }

    private static List<string> Triggers(Database database, string name)
    {
        var triggers = new List<string>();
        var statement = database.Bound(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE ORDER BY rowid", [name]);
        while (statement.Step())
        {
            triggers.Add(statement.Text(0));
        }

        statement.Reset();
        return [.. triggers.Where(t => !IsOwn(t))];
    }

    private static bool IsInteger(Column column) => column.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase);

    private static string FreeName(List<Column> columns) =>
        RowIdNames.FirstOrDefault(n => !columns.Any(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))) ?? "";

    internal static ValueKind Kind(Affinity affinity) => affinity switch
    {
        Affinity.Integer => ValueKind.Int64,
        Affinity.Text => ValueKind.Text,
        Affinity.None => ValueKind.Bytes,
        Affinity.Real or Affinity.Numeric => ValueKind.Float64,
        _ => throw new ArgumentOutOfRangeException(nameof(affinity), affinity, null),
    };
}
