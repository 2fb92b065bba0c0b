namespace Holdfast.Stores.Postgres;

/// <summary>Queries as SQL. Pure: a query gives a statement, nothing is asked.</summary>
internal static class PostgresSelect
{
    /// <summary>
    /// One statement, and so one state, for a page and one row beyond it: id, version, doc, order value. What follows a cursor
    /// may be two stretches of an index, one of nulls and one of values; OR could not start in the index.
    /// </summary>
    internal static PostgresStatement Page<T>(PostgresTable table, DocumentQuery<T> query) where T : class
    {
        var values = new PostgresValues(0);
        var key = query.OrderField is { } field ? table.Key(field) : null;
        var rows = query.Limit + 1;
        IReadOnlyList<string?> stretches = Cursor.Of(query) is { } cursor ? After(table, query, key, cursor, values) : [null];
        var columns = $"id, version, doc, {(key is null ? "NULL" : $"{key}::text")} AS k";
        var parts = stretches.Select((stretch, n) =>
            $"SELECT {columns}{(stretches.Count > 1 ? $", {key} AS o, {n} AS part" : "")} FROM {table.Name}"
            + $"{PostgresTerms.Where(table, query, values, stretch)} ORDER BY {Order(key, query.Descending)} LIMIT {rows}").ToList();
        return new PostgresStatement(
            parts is [var only]
                ? only
                : $"SELECT id, version, doc, k FROM (({string.Join(") UNION ALL (", parts)})) AS p "
                    + $"ORDER BY part, {Order("o", query.Descending)} LIMIT {rows}",
            values.All);
    }

    internal static PostgresStatement Count<T>(PostgresTable table, DocumentQuery<T> query) where T : class
    {
        var values = new PostgresValues(0);
        return new PostgresStatement($"SELECT count(*) FROM {table.Name}{PostgresTerms.Where(table, query, values)}", values.All);
    }

    /// <summary>A write for the ledger: its values begin at $2.</summary>
    internal static PostgresStatement DeleteMany<T>(PostgresTable table, DocumentQuery<T> query) where T : class
    {
        RefuseCursor(table, query, "deletion");
        var values = new PostgresValues(1);
        var order = Order(query.OrderField is { } field ? table.Key(field) : null, query.Descending);
        // FOR UPDATE: a row that somebody changes meanwhile is looked at again, and left when it does not match any more.
        var rows = $"SELECT id FROM {table.Name}{PostgresTerms.Where(table, query, values)} ORDER BY {order} "
            + $"LIMIT {query.Limit} FOR UPDATE";
        return new PostgresStatement(table.Noted($"DELETE FROM {table.Name} WHERE id IN ({rows})"), values.All);
    }

    /// <summary>A write for the ledger: its values begin at $2.</summary>
    internal static PostgresStatement Touch<T>(PostgresTable table, DocumentQuery<T> query) where T : class
    {
        RefuseCursor(table, query, "touch");
        var values = new PostgresValues(1);
        var where = PostgresTerms.Where(table, query, values);
        return new PostgresStatement(table.Noted($"UPDATE {table.Name} SET version = version + 1{where}"), values.All);
    }

    /// <summary>Writes the same order as the indexes, or just the other way round.</summary>
    private static string Order(string? key, bool descending) => (key, descending) switch
    {
        (null, false) => "id",
        (null, true) => "id DESC",
        (_, false) => $"{key} NULLS FIRST, id",
        (_, true) => $"{key} DESC NULLS LAST, id DESC",
    };

    private static IReadOnlyList<string?> After<T>(
        PostgresTable table, DocumentQuery<T> query, string? key, Cursor cursor, PostgresValues values) where T : class
    {
        var beyond = query.Descending ? "<" : ">";
        if (cursor.Id.Contains('\0', StringComparison.Ordinal)
            || cursor.Value is string value && value.Contains('\0', StringComparison.Ordinal))
        {
            throw new BadCursorException();
        }

        if (key is null)
        {
            return [$"id {beyond} {values.Stored(cursor.Id)}"];
        }

        if (cursor.Value is null)
        {
            var nulls = $"{key} IS NULL AND id {beyond} {values.Stored(cursor.Id)}";
            return query.Descending ? [nulls] : [nulls, $"{key} IS NOT NULL"];
        }

        var place = (table.Kind(query.OrderField!), cursor.Value) switch
        {
            (FieldKind.Text, string text) => values.Stored(text),
            (FieldKind.Number, long or double) => values.Number(cursor.Value),
            (FieldKind.Boolean, 0L) => "false",
            (FieldKind.Boolean, 1L) => "true",
            _ => throw new BadCursorException(),
        };
        var behind = $"({key}, id) {beyond} ({place}, {values.Stored(cursor.Id)})";
        return query.Descending ? [behind, $"{key} IS NULL"] : [behind];
    }

    private static void RefuseCursor<T>(PostgresTable table, DocumentQuery<T> query, string what) where T : class
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {table.Collection}: a {what} takes no cursor.");
        }
    }
}
