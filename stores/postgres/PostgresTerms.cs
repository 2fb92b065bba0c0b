namespace Holdfast.Stores.Postgres;

/// <summary>Conditions as SQL; pure. A value of another kind than the field's equals nothing and is next to nothing.</summary>
internal static class PostgresTerms
{
    private const string Never = "false";

    internal static string Where<T>(PostgresTable table, DocumentQuery<T> query, PostgresValues values, string? more = null)
        where T : class
    {
        var terms = query.Conditions.Select(condition => Term(table, condition, values)).ToList();
        if (query is { IdPrefix: { } prefix, IdEnd: { } end })
        {
            terms.Add($"id >= {values.Text(prefix)} AND id < {values.Text(end)}");
        }

        if (more is not null)
        {
            terms.Add(more);
        }

        return terms.Count == 0 ? "" : " WHERE " + string.Join(" AND ", terms);
    }

    private static string Term(PostgresTable table, Condition condition, PostgresValues values)
    {
        var key = table.Key(condition.Field);
        var value = condition.Value;
        if (value is IEnumerable<object?> != (condition.Match == Match.In))
        {
            throw new ArgumentException(
                $"{condition.Field}: a list goes with {nameof(Match.In)}, and only a list", nameof(condition));
        }

        var kind = table.Kind(condition.Field);
        return condition.Match switch
        {
            Match.Equal => value is null ? $"{key} IS NULL" : Compared("="),
            Match.NotEqual => value is null ? $"{key} IS NOT NULL" : $"({key} IS NULL OR NOT {Compared("=")})",
            Match.Less => Compared("<"),
            Match.LessOrEqual => Compared("<="),
            Match.Greater => Compared(">"),
            Match.GreaterOrEqual => Compared(">="),
            Match.In => OneOf(condition.Field, key, kind, [.. (IEnumerable<object?>)value!], values),
            Match.Contains => kind == FieldKind.Text && value is string part
                ? $"(jsonb_typeof(doc->'{condition.Field}') = 'string' AND position(lower({values.Text(part)}::text COLLATE \"C\") "
                    + $"IN lower(doc->>'{condition.Field}' COLLATE \"C\")) > 0)"
                : Never,
        };

        string Compared(string sign) => (kind, value) switch
        {
            (FieldKind.Text, string text) => ComparedText(condition.Field, key, sign, text, values),
            (FieldKind.Number, long or double) => $"{key} {sign} {values.Number(value)}",
            (FieldKind.Boolean, bool flag) => $"{key} {sign} {(flag ? "true" : "false")}",
            _ => Never,
        };
    }

    /// <summary>
    /// A text shorter than the key compares with the key as with the whole. A longer one needs both: the key leads to the
    /// few that may match, the whole decides.
    /// </summary>
    private static string ComparedText(string field, string key, string sign, string text, PostgresValues values)
    {
        var place = values.Text(text);
        if (text.Length < PostgresTable.KeyMax / 2)
        {
            return $"{key} {sign} {place}";
        }

        var keySign = sign is "=" ? "=" : sign[0] + "=";
        return $"({key} {keySign} left({place}, {PostgresTable.KeyMax}) AND {Whole(field)} {sign} {place})";
    }

    private static string OneOf(string field, string key, FieldKind kind, IReadOnlyList<object?> list, PostgresValues values)
    {
        var listed = kind switch
        {
            FieldKind.Text => OneOfTexts(field, key, [.. list.OfType<string>()], values),
            FieldKind.Number => $"{key} = ANY({values.Numbers(list.Where(v => v is long or double).Select(v => v!))})",
            FieldKind.Boolean => string.Join(" OR ",
                list.OfType<bool>().Distinct().Select(flag => $"{key} = {(flag ? "true" : "false")}").DefaultIfEmpty(Never)),
        };
        return list.Contains(null) ? $"({listed} OR {key} IS NULL)" : $"({listed})";
    }

    private static string OneOfTexts(string field, string key, IReadOnlyList<string> texts, PostgresValues values)
    {
        if (texts.All(text => text.Length < PostgresTable.KeyMax / 2))
        {
            return $"{key} = ANY({values.Texts(texts)})";
        }

        var keys = values.Texts(texts.Select(FirstOf));
        return $"({key} = ANY({keys}) AND {Whole(field)} = ANY({values.Texts(texts)}))";
    }

    /// <summary>The beginning of a text as left() has it: by characters as PostgreSQL counts them, of the text as it is kept.</summary>
    private static string FirstOf(string text) =>
        string.Concat(StoredJson.Keep(text).EnumerateRunes().Take(PostgresTable.KeyMax).Select(rune => rune.ToString()));

    private static string Whole(string field) => $"(doc->>'{field}' COLLATE \"C\")";
}
