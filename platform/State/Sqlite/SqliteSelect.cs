namespace Holdfast.Platform.State.Sqlite;

/// <summary>A statement and the values of its @0, @1 and so on.</summary>
internal readonly record struct SqliteStatement(string Sql, object?[] Values);

/// <summary>Queries as SQL. Pure: a query gives statements, nothing is asked.</summary>
internal static class SqliteSelect
{
    /// <summary>
    /// The statements that give a page one after the other, until it is full; each takes the number of rows still
    /// wanted as its last value. A cursor between nulls and values needs several, since one with OR could not start in
    /// the index.
    /// </summary>
    internal static IReadOnlyList<SqliteStatement> Page<T>(
        SqliteTable table, DocumentQuery<T> query, string? groups = null) where T : class
    {
        var order = OrderExpression(table, query);
        var columns = $"id, version, doc, {order ?? "NULL"}";
        return Cursor.Of(query) is { } cursor
            ? [.. Rests(order, query.Descending, cursor).Select(rest => Rows(table, query, columns, rest, groups))]
            : [Rows(table, query, columns, null, groups)];
    }

    internal static SqliteStatement Count<T>(
        SqliteTable table, DocumentQuery<T> query, string? groups = null) where T : class
    {
        var values = new List<object?>();
        var from = From(table, groups, values);
        var where = Where(table, query, null, values);
        return new SqliteStatement($"SELECT count(*) FROM {from}{where}", [.. values]);
    }

    /// <summary>Takes the limit as its last value.</summary>
    internal static SqliteStatement DeleteMany<T>(SqliteTable table, DocumentQuery<T> query) where T : class
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {table.Name}: a deletion takes no cursor.");
        }

        var rows = Rows(table, query, "rowid", null);
        return rows with { Sql = $"DELETE FROM \"{table.Name}\" WHERE rowid IN ({rows.Sql})" };
    }

    internal static SqliteStatement Touch<T>(SqliteTable table, DocumentQuery<T> query) where T : class
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {table.Name}: a touch takes no cursor.");
        }

        var values = new List<object?>();
        var where = Where(table, query, null, values);
        return new SqliteStatement($"UPDATE \"{table.Name}\" SET version = version + 1{where}", [.. values]);
    }

    private static string? OrderExpression<T>(SqliteTable table, DocumentQuery<T> query) where T : class =>
        query.OrderField is { } field ? table.Expression(field) : null;

    private static SqliteStatement Rows<T>(
        SqliteTable table, DocumentQuery<T> query, string columns, Rest? rest, string? groups = null) where T : class
    {
        var values = new List<object?>();
        var from = From(table, groups, values);
        var where = Where(table, query, rest, values);
        var direction = query.Descending ? " DESC" : "";
        var first = rest is { OneValue: true } ? null : OrderExpression(table, query);
        var order = (first is null ? "" : $"{first}{direction}, ") + $"id{direction}";
        return new SqliteStatement(
            $"SELECT {columns} FROM {from}{where} ORDER BY {order} LIMIT @{values.Count}", [.. values, null]);
    }

    /// <summary>
    /// With groups only what the text index finds is looked at, and then sorted: CROSS JOIN keeps SQLite from going
    /// through the table in the order asked for.
    /// </summary>
    private static string From(SqliteTable table, string? groups, List<object?> values)
    {
        if (groups is null)
        {
            return $"\"{table.Name}\"";
        }

        values.Add(groups);
        return $"(SELECT DISTINCT id AS found FROM ({table.Text!.Candidates($"@{values.Count - 1}")})) "
            + $"CROSS JOIN \"{table.Name}\" ON id = found";
    }

    /// <summary>Search text for the text index, for this query; null: the index cannot help.</summary>
    internal static string? Groups<T>(SqliteTable table, DocumentQuery<T> query) where T : class =>
        table.Text is { } text && query.Conditions.FirstOrDefault(c => c.Match == Match.Contains && c.Field == text.Field) is { } contains
            ? SqliteText.Groups(contains.Value)
            : null;

    private static string Where<T>(
        SqliteTable table, DocumentQuery<T> query, Rest? rest, List<object?> values) where T : class
    {
        string Bind(object? value)
        {
            values.Add(value);
            return $"@{values.Count - 1}";
        }

        var terms = query.Conditions.Select(condition => Term(table, condition, Bind)).ToList();
        if (query.IdPrefix is { } prefix)
        {
            terms.Add($"id >= {Bind(prefix)} AND id < {Bind(query.IdEnd)}");
        }

        if (rest is not null)
        {
            terms.Add(rest.Term(Bind));
        }

        return terms.Count == 0 ? "" : " WHERE " + string.Join(" AND ", terms);
    }

    private static string Term(SqliteTable table, Condition condition, Func<object?, string> bind)
    {
        var field = table.Expression(condition.Field);
        var value = condition.Value;
        if (value is IEnumerable<object?> != (condition.Match == Match.In))
        {
            throw new ArgumentException(
                $"{condition.Field}: a list goes with {nameof(Match.In)}, and only a list", nameof(condition));
        }

        return condition.Match switch
        {
            Match.Equal => value is null ? $"{field} IS NULL" : $"{field} = {bind(value)}",
            Match.NotEqual => $"{field} IS NOT {bind(value)}",
            Match.Less => Compared("<"),
            Match.LessOrEqual => Compared("<="),
            Match.Greater => Compared(">"),
            Match.GreaterOrEqual => Compared(">="),
            Match.In => OneOf(field, (IEnumerable<object?>)value!, bind),
            // No LIKE: its patterns have a length limit, and its wildcards would have to be escaped.
            Match.Contains => $"({SqliteTable.JsonType(condition.Field)} = 'text' "
                + $"AND instr(lower({field}), lower({bind(value)})) > 0)",
        };

        string Compared(string sign) => $"{field} {sign} {bind(value)}"; // A null on either side makes it false.
    }

    /// <summary>One value for the whole list: the statement is the same for every length.</summary>
    private static string OneOf(string field, IEnumerable<object?> list, Func<object?, string> bind)
    {
        var values = list.ToList();
        var json = JsonSerializer.Serialize(values.Where(v => v is not null), StateJson.Options);
        var listed = $"{field} IN (SELECT value FROM json_each({bind(json)}))";
        return values.Contains(null) ? $"({listed} OR {field} IS NULL)" : listed;
    }

    /// <summary>
    /// One stretch of what follows a cursor. With one order value all through it comes by id alone: SQLite would sort
    /// when told to order by an expression that is null.
    /// </summary>
    private sealed record Rest(bool OneValue, Func<Func<object?, string>, string> Term);

    /// <summary>Conditions for the documents after the cursor, in order. Nulls come first ascending and last descending.</summary>
    private static IReadOnlyList<Rest> Rests(string? order, bool descending, Cursor cursor)
    {
        var beyond = descending ? "<" : ">";
        var sameValue = new Rest(
            true, bind => $"{order} = {bind(cursor.Value)} AND id {beyond} {bind(cursor.Id)}");
        var otherValues = new Rest(false, bind => $"{order} {beyond} {bind(cursor.Value)}");
        var sameNull = new Rest(true, bind => $"{order} IS NULL AND id {beyond} {bind(cursor.Id)}");
        var allNulls = new Rest(true, _ => $"{order} IS NULL");
        // At or above minus infinity is everything but null; IS NOT NULL would read the nulls to leave them out.
        var allValues = new Rest(false, _ => $"{order} >= -9e999");
        return (order, cursor.Value, descending) switch
        {
            (null, _, _) => [new Rest(true, bind => $"id > {bind(cursor.Id)}")],
            (_, null, false) => [sameNull, allValues],
            (_, null, true) => [sameNull],
            (_, _, false) => [sameValue, otherValues],
            (_, _, true) => [sameValue, otherValues, allNulls],
        };
    }
}
