using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>Each statement of a source that a task has passed, written in the transaction that passes it.</summary>
internal static class DdlRows
{
    internal const string Create = """
        CREATE TABLE IF NOT EXISTS hf_ddl(task TEXT NOT NULL, ticket TEXT NOT NULL, position TEXT NOT NULL, statement TEXT NOT NULL,
            outcome TEXT NOT NULL, run TEXT NOT NULL, epoch INTEGER NOT NULL, time INTEGER NOT NULL, PRIMARY KEY(task, ticket))
            WITHOUT ROWID
        """;

    internal static void Write(Database database, LaneName name, SinkDdl ddl, long microseconds) => database.Execute("""
        INSERT INTO hf_ddl(task, ticket, position, statement, outcome, run, epoch, time) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET outcome = excluded.outcome, run = excluded.run, epoch = excluded.epoch, time = excluded.time
        """, name.Task, ddl.Ticket, ddl.Position.ToString(), ddl.Statement, ddl.Outcome.ToString(),
        string.Join(";\n", ddl.Run.Select(r => r.Sql)), name.Epoch, microseconds);
}
