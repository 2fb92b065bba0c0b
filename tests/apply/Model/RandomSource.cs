namespace Holdfast.Apply.Tests.Model;

/// <summary>The way in which a source tells its changes.</summary>
internal sealed record Habits
{
    /// <summary>All columns before a change; else the key alone, and of an update only when it changes.</summary>
    internal bool FullBefore { get; init; } = true;

    /// <summary>Columns that did not change may be left out after an update.</summary>
    internal bool LeavesOut { get; init; }

    /// <summary>Unique keys are checked at commit: two rows may exchange theirs without a third value.</summary>
    internal bool IsDeferred { get; init; }

    /// <summary>Tables are emptied now and then.</summary>
    internal bool Truncates { get; init; }

    /// <summary>Texts that differ in case and trailing spaces only are equal, and come in all forms.</summary>
    internal bool IsLax { get; init; }

    /// <summary>Each combination that a source may have.</summary>
    internal static readonly IReadOnlyList<Habits> All =
    [
        new(), new() { FullBefore = false }, new() { LeavesOut = true }, new() { FullBefore = false, LeavesOut = true },
        new() { Truncates = true, LeavesOut = true }, new() { IsLax = true, Truncates = true }, new() { IsLax = true, FullBefore = false },
        new() { IsDeferred = true },
    ];

    /// <inheritdoc/>
    public override string ToString() =>
        $"before {(FullBefore ? "full" : "key")}, leaves out {LeavesOut}, deferred {IsDeferred}, truncates {Truncates}, lax {IsLax}";
}

/// <summary>A database under random transactions that keep its rules, and the log that it writes.</summary>
internal sealed class RandomSource(int seed, Habits habits)
{
    private static readonly string[] Letters = ["a", "b", "c", "d", "e", "f"];
    private readonly Random _random = new(seed);
    private readonly Dictionary<TableSchema, List<object?[]>> _rows = World.All.ToDictionary(t => t, _ => new List<object?[]>());
    private readonly List<Change> _changes = [];
    private ulong _minor;

    internal IReadOnlyList<object?[]> Rows(TableSchema table) => _rows[table];

    internal TransactionPart Next(int changesMax = 5)
    {
        _changes.Clear();
        var wanted = _random.Next(1, changesMax + 1);
        for (var tries = 0; _changes.Count < wanted && tries < 60; tries++)
        {
            Step(World.All[_random.Next(World.All.Count)]);
        }

        _minor += (ulong)_random.Next(1, 4);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var change in _changes)
        {
            ChangeCodec.Write(bytes, change);
        }

        return new TransactionPart
        {
            Position = new Position(1, _minor),
            CommitTime = 1_000_000 * (long)_minor,
            Count = _changes.Count,
            Changes = bytes.WrittenMemory,
        };
    }

    internal static IReadOnlyList<TransactionPart> Stream(int seed, Habits habits, int transactions)
    {
        var source = new RandomSource(seed, habits);
        return [.. Enumerable.Range(0, transactions).Select(_ => source.Next())];
    }

    private void Step(TableSchema table)
    {
        var rows = _rows[table];
        var row = rows.Count > 0 ? rows[_random.Next(rows.Count)] : null;
        switch (_random.Next(20))
        {
            case < 7: Insert(table, Fresh(table)); break;
            case < 12 when row is not null: Update(table, row, Altered(table, row)); break;
            case < 15 when row is not null: Delete(table, row); break;
            case < 17 when row is not null && Delete(table, row): Insert(table, Altered(table, row)); break;
            case < 19 when rows.Count > 1 && table.Keys.Count > 0: Swap(table, row!, rows[_random.Next(rows.Count)]); break;
            case 19 when habits.Truncates && table != World.Parent && _random.Next(4) == 0:
                rows.Clear();
                _changes.Add(new Change(ChangeKind.Truncate, table.Id, default, default));
                break;
        }
    }

    /// <summary>Two rows exchange the values of a key: by a third value, or at once where that is allowed.</summary>
    private void Swap(TableSchema table, object?[] a, object?[] b)
    {
        var key = table.Keys[_random.Next(table.Keys.Count)].Columns;
        if (a == b || table == World.Parent || key.Any(k => a[k] is null || b[k] is null))
        {
            return;
        }

        var (ofA, ofB) = (With(a, key, b), With(b, key, a));
        // Rows that foreign keys tie together are written one by one: no third value, no exchange.
        if (habits.IsDeferred && table != World.Child && _random.Next(2) == 0)
        {
            Update(table, a, ofA, isChecked: false);
            Update(table, b, ofB, isChecked: false);
            return;
        }

        var away = (object?[])a.Clone();
        foreach (var column in key)
        {
            away[column] = away[column] is string ? "away" : 999L;
        }

        Update(table, a, away);
        var moved = _rows[table].Find(r => r.SequenceEqual(away))!;
        Update(table, b, ofB);
        Update(table, moved, ofA);
    }

    private static object?[] With(object?[] row, IEnumerable<int> columns, object?[] from)
    {
        var with = (object?[])row.Clone();
        foreach (var column in columns)
        {
            with[column] = from[column];
        }

        return with;
    }

    private object?[] Fresh(TableSchema table) => [.. table.Columns.Select((_, i) => Cell(table, i))];

    private object?[] Altered(TableSchema table, object?[] row)
    {
        var altered = (object?[])row.Clone();
        for (var i = 0; i < altered.Length; i++)
        {
            altered[i] = _random.Next(3) == 0 ? Cell(table, i) : altered[i];
        }

        return altered;
    }

    private object? Cell(TableSchema table, int column)
    {
        if (table == World.Child && column == 1)
        {
            var parents = _rows[World.Parent];
            return parents.Count == 0 ? null : parents[_random.Next(parents.Count)][0];
        }

        if (table.Columns[column].IsNullable && _random.Next(5) == 0)
        {
            return null;
        }

        if (table.Columns[column].Kind == ValueKind.Text)
        {
            var letter = Letters[_random.Next(Letters.Length)];
            return !habits.IsLax ? letter : _random.Next(3) switch { 0 => letter, 1 => letter.ToUpperInvariant(), _ => letter + " " };
        }

        return (long)_random.Next(table.Columns[column].Name is "room" or "seat" ? 3 : 8);
    }

    private void Insert(TableSchema table, object?[] row)
    {
        _rows[table].Add(row);
        if (IsBroken(table, row))
        {
            _rows[table].Remove(row);
            return;
        }

        _changes.Add(new Change(ChangeKind.Insert, table.Id, default, Cells.Row(row)));
    }

    private bool Delete(TableSchema table, object?[] row)
    {
        if (table == World.Parent && _rows[World.Child].Exists(c => Equals(c[1], row[0])))
        {
            return false;
        }

        _rows[table].Remove(row);
        _changes.Add(new Change(ChangeKind.Delete, table.Id, Before(table, row, null), default));
        return true;
    }

    private void Update(TableSchema table, object?[] row, object?[] to, bool isChecked = true)
    {
        var rows = _rows[table];
        var at = rows.IndexOf(row);
        if (at < 0 || row.SequenceEqual(to) || table == World.Parent && !Equals(row[0], to[0]))
        {
            return;
        }

        rows[at] = to;
        if (isChecked && IsBroken(table, to))
        {
            rows[at] = row;
            return;
        }

        var after = (object?[])to.Clone();
        for (var i = 0; i < after.Length && table.Keys.Count > 0; i++)
        {
            // The key is always said.
            if (habits.LeavesOut && !table.Keys[0].Columns.Contains(i) && Equals(row[i], to[i]) && _random.Next(2) == 0)
            {
                after[i] = Cells.Absent;
            }
        }

        _changes.Add(new Change(ChangeKind.Update, table.Id, Before(table, row, to), Cells.Row(after)));
    }

    private Row Before(TableSchema table, object?[] row, object?[]? to)
    {
        if (habits.FullBefore || table.PrimaryKey is not { } key)
        {
            return Cells.Row(row);
        }

        return to is not null && key.Columns.All(k => Equals(row[k], to[k]))
            ? default
            : Cells.Row([.. row.Select((c, i) => key.Columns.Contains(i) ? c : Cells.Absent)]);
    }

    private bool IsBroken(TableSchema table, object?[] row) => table.Keys.Any(k => k.Columns.All(c => row[c] is not null)
        && _rows[table].Exists(r => r != row && k.Columns.All(c => Same(r[c], row[c]))));

    private bool Same(object? a, object? b) => habits.IsLax && a is string x && b is string y
        ? string.Equals(x.TrimEnd(), y.TrimEnd(), StringComparison.OrdinalIgnoreCase)
        : Equals(a, b);
}
