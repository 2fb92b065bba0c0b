namespace Holdfast.Apply.Tests.Model;

/// <summary>A statement broke a rule of the database.</summary>
internal sealed class BrokenRuleException(string message, int? row = null) : Exception(message)
{
    internal int? Row { get; } = row;
}

/// <summary>
/// A database that checks each unique key and each foreign key after each row, and takes the rows of one statement in any order, as a
/// set statement does.
/// </summary>
internal sealed class Tables
{
    private readonly Dictionary<string, List<object?[]>> _rows;

    internal Tables() => _rows = World.All.ToDictionary(t => t.FullName, _ => new List<object?[]>());

    private Tables(Tables other) =>
        _rows = other._rows.ToDictionary(t => t.Key, t => t.Value.Select(r => (object?[])r.Clone()).ToList());

    /// <summary>Texts that differ in case only are equal in keys.</summary>
    internal bool IsLax { get; init; }

    internal Tables Copy() => new(this) { IsLax = IsLax };

    internal List<object?[]> Rows(TableSchema table) => _rows[table.FullName];

    /// <summary>All rows as text, without an order.</summary>
    internal string Shown() => string.Join("\n", _rows.SelectMany(t => t.Value.Select(r => $"{t.Key} {Cells.Shown(r)}"))
        .Order(StringComparer.Ordinal));

    internal void Execute(SinkStatement statement, Random random)
    {
        var rows = Rows(statement.Table);
        if (statement.Mode == WriteMode.Truncate)
        {
            rows.Clear();
            return;
        }

        NoKeyTwice(statement);
        var order = Enumerable.Range(0, statement.Rows.Count).ToArray();
        if (statement.Rows.Count > 1)
        {
            random.Shuffle(order);
        }

        foreach (var i in order)
        {
            try
            {
                Execute(statement, statement.Rows[i], rows);
            }
            catch (BrokenRuleException broken)
            {
                throw new BrokenRuleException(broken.Message, i);
            }
        }
    }

    private void Execute(SinkStatement statement, SinkRow row, List<object?[]> rows)
    {
        var (table, after) = (statement.Table, row.After.IsNone ? [] : Cells.Of(row.After));
        var found = -1;
        if (statement.Mode != WriteMode.Insert)
        {
            var by = statement.Mode == WriteMode.Upsert ? after : Cells.Of(row.Before);
            Assert(statement.Key.Count > 0 && statement.Key.All(c => !Cells.IsAbsent(by[c])), $"{table.FullName}: nothing finds the row");
            // Without a key a row is found by what it holds, to the last byte.
            found = rows.FindIndex(r => statement.Key.All(c => table.PrimaryKey is null ? Equals(r[c], by[c]) : Same(r[c], by[c])));
            Assert(found >= 0 || statement.Mode == WriteMode.Upsert, $"{statement.Mode} {table.FullName}: no row {Cells.Shown(by)}");
        }

        if (statement.Mode == WriteMode.Delete)
        {
            rows.RemoveAt(found);
        }
        else
        {
            Assert(statement.Columns.All(c => !Cells.IsAbsent(after[c])), $"{table.FullName}: an absent column is written");
            var now = found >= 0 ? rows[found] : [.. table.Columns.Select(c => c.Name == "own" ? (object?)7L : null)];
            foreach (var column in statement.Columns)
            {
                now[column] = after[column];
            }

            if (found < 0)
            {
                rows.Add(now);
            }

            Check(table, now, rows);
        }

        CheckForeignKeys();
    }

    /// <summary>Changes one by one with no check at all: what any right way of applying them must come to.</summary>
    internal void ExecuteUnchecked(SinkStatement statement)
    {
        var rows = Rows(statement.Table);
        foreach (var row in statement.Rows)
        {
            var by = row.Before.IsNone ? null : Cells.Of(row.Before);
            // The latest of equal ones is the one that came first at the source in a swap of whole rows.
            var found = by is null ? -1 : rows.FindIndex(r => r.Zip(by).All(c => Cells.IsAbsent(c.Second) || Equals(c.First, c.Second)));
            if (statement.Mode == WriteMode.Delete)
            {
                rows.RemoveAt(found);
                continue;
            }

            var after = Cells.Of(row.After);
            var now = found >= 0 ? rows[found] : [.. statement.Table.Columns.Select(c => c.Name == "own" ? (object?)7L : null)];
            for (var i = 0; i < after.Length; i++)
            {
                now[i] = Cells.IsAbsent(after[i]) ? now[i] : after[i];
            }

            if (found < 0)
            {
                rows.Add(now);
            }
        }

        if (statement.Mode == WriteMode.Truncate)
        {
            rows.Clear();
        }
    }

    private void Check(TableSchema table, object?[] now, List<object?[]> rows)
    {
        foreach (var key in table.Keys)
        {
            var twin = rows.Find(r => r != now && key.Columns.All(c => r[c] is not null && now[c] is not null && Same(r[c], now[c])));
            Assert(twin is null, $"{table.FullName}: {Cells.Shown(now)} meets {Cells.Shown(twin ?? [])} in {key.Name}");
        }
    }

    private void CheckForeignKeys()
    {
        foreach (var child in Rows(World.Child))
        {
            Assert(child[1] is null || Rows(World.Parent).Exists(p => Equals(p[0], child[1])), $"child {Cells.Shown(child)} has no parent");
        }
    }

    private static void NoKeyTwice(SinkStatement statement)
    {
        if (statement.Table.PrimaryKey is not { } key)
        {
            return;
        }

        var seen = new HashSet<string>();
        foreach (var row in statement.Rows)
        {
            var keys = new[] { row.Before, row.After }.Where(i => !i.IsNone).Select(i => Cells.Of(i))
                .Where(c => key.Columns.All(k => !Cells.IsAbsent(c[k])))
                .Select(c => Cells.Shown(key.Columns.Select(k => c[k]))).ToHashSet();
            Assert(keys.All(seen.Add), $"{statement.Table.FullName} has a key twice in one statement");
        }
    }

    private bool Same(object? a, object? b) => IsLax && a is string x && b is string y
        ? string.Equals(x.TrimEnd(), y.TrimEnd(), StringComparison.OrdinalIgnoreCase)
        : Equals(a, b);

    private static void Assert(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokenRuleException(message);
        }
    }
}
