using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>The source whose positions a task's lanes have written.</summary>
internal static class SourceRow
{
    internal const string Create =
        "CREATE TABLE IF NOT EXISTS hf_source(task TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, system_id TEXT NOT NULL) WITHOUT ROWID";

    internal static SourceName? Read(Database database, string task)
    {
        var statement = database.Bound("SELECT kind, system_id FROM hf_source WHERE task = ?1", [task]);
        var source = statement.Step() ? new SourceName(statement.Text(0), statement.Text(1)) : null;
        statement.Reset();
        return source;
    }

    internal static void Write(Database database, string task, SourceName source) => database.Execute("""
        INSERT INTO hf_source(task, kind, system_id) VALUES(?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET kind = excluded.kind, system_id = excluded.system_id
        """, task, source.Kind, source.SystemId);
}
