using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// A statement as an event trigger tells it: the text of the session's query, which may be more or less than what was done, and what was
/// changed. They are compared: a function, several statements or a text that names others is not what was done.
/// </summary>
internal static class ToldStatement
{
    /// <summary>Reads a message.</summary>
    /// <param name="json">Its content.</param>
    /// <param name="transaction">The transaction in which it stands; one that was written in another one is nobody's.</param>
    /// <param name="number">Count of the statements that came before it in the transaction.</param>
    /// <param name="changes">Told of all tables that were changed.</param>
    /// <returns>Null: it changed nothing that a copy has to know.</returns>
    /// <exception cref="DamagedException">It is none of ours.</exception>
    internal static Ddl? Read(ReadOnlySpan<byte> json, string transaction, int number, ToldChanges changes)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var told = document.RootElement;
            // The log has the lower half of the number.
            return (uint)ulong.Parse(told.GetProperty("xid").GetString()!, CultureInfo.InvariantCulture)
                == uint.Parse(transaction, CultureInfo.InvariantCulture) ? Of(told, number, changes) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DamagedException($"a message of an event trigger is none that is known here: {error.Message}");
        }
    }

    private static Ddl? Of(JsonElement told, int number, ToldChanges changes)
    {
        var sql = told.GetProperty("sql").GetString() ?? "";
        List<TableName> tables = [.. told.GetProperty("tables").EnumerateArray()
            .Select(t => new TableName(t[0].GetString()!, t[1].GetString()!))];
        List<string> path = [.. told.GetProperty("path").EnumerateArray().Select(s => s.GetString()!)];
        changes.Explain(tables);
        TableName? only = tables.Count == 1 ? tables[0] : null;
        // Names without a schema are of the first one in which there is such a table: of that of a table that was changed.
        var reads = path.Concat(tables.Select(t => t.Schema)).Distinct(StringComparer.Ordinal).DefaultIfEmpty("public")
            .Select(s => (Schema: s, Does: DdlReader.Read(sql, s, Dialect.Postgres, only))).ToList();
        var (schema, does) = reads.Find(r => r.Does.WhyNot is null && tables.TrueForAll(
            t => r.Does.Tables.Contains(t) || r.Does.Names.Any(n => n.Table == t)));
        var whyNot = Doubt(told, sql)
            ?? (does is not null ? "" : reads[0].Does.WhyNot ?? $"the server says that it has changed {string.Join(", ", tables)}");
        if (whyNot.Length == 0 && does!.Actions.Count == 0)
        {
            return null;
        }

        var all = tables.Concat(whyNot.Length == 0 ? does!.Tables : []).Select(t => t.ToString()).Distinct(StringComparer.Ordinal).ToList();
        return new Ddl(sql, all.Count == 1 ? all[0] : "")
        {
            Engine = "postgres", Schema = schema ?? reads[0].Schema, Tables = all, WhyNot = whyNot, Number = number,
        };
    }

    /// <summary>Says why the text does not tell all; null: it may.</summary>
    private static string? Doubt(JsonElement told, string sql)
    {
        // Defaults that are not constant fill rows that are there with what only this server knows.
        const int ByDefault = 2;
        if (told.TryGetProperty("unpublished", out var unpublished) && unpublished.GetString() is { } why)
        {
            return $"rows are not captured of {why}";
        }

        if (told.TryGetProperty("lost", out var lost) && lost.ValueKind == JsonValueKind.Array)
        {
            return $"it is not known of which table {lost[0].GetString()} was";
        }

        return told.GetProperty("escapes").GetBoolean() && sql.Contains('\\', StringComparison.Ordinal)
                ? "its session read backslashes as escapes (standard_conforming_strings = off)"
            : told.TryGetProperty("rewrite", out var rewrite) && (rewrite.GetInt32() & ByDefault) != 0
                ? "rows that are there got values that the source's server computed"
            : null;
    }
}
