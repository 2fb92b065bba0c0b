using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>The names of rows that were left out, written in the transaction that lacks them.</summary>
internal static class SkippedRows
{
    internal const string Create = """
        CREATE TABLE IF NOT EXISTS hf_skipped(task TEXT NOT NULL, ticket TEXT NOT NULL, position TEXT NOT NULL, table_name TEXT NOT NULL,
            row_key TEXT NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY(task, ticket)) WITHOUT ROWID
        """;

    internal static IReadOnlyList<SkippedRow> Read(Database database, string task)
    {
        var rows = new List<SkippedRow>();
        var statement = database.Bound(
            "SELECT ticket, position, table_name, row_key, code, why FROM hf_skipped WHERE task = ?1", [task]);
        while (statement.Step())
        {
            rows.Add(new SkippedRow(statement.Text(0), Position.TryParse(statement.Text(1), out var position) ? position : default,
                statement.Text(2), statement.Text(3), statement.Text(4), statement.Text(5)));
        }

        statement.Reset();
        return [.. rows.OrderBy(r => r.Position).ThenBy(r => r.Ticket, StringComparer.Ordinal)];
    }

    internal static void Write(Database database, string task, IEnumerable<SkippedRow> rows, long microseconds)
    {
        foreach (var row in rows)
        {
            database.Execute("""
                INSERT INTO hf_skipped(task, ticket, position, table_name, row_key, code, why, time) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT DO UPDATE SET code = excluded.code, why = excluded.why, time = excluded.time
                """, task, row.Ticket, row.Position.ToString(), row.Table, row.Key, row.Code, row.Why, microseconds);
        }
    }
}
