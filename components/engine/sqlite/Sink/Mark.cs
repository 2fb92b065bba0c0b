using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>
/// The mark of the present writer: one row, which a task's transaction sets first and clears last. A file has one writer at a time, so a
/// trigger that reads the row in between learns whose transaction it is in. The number grows with each marked transaction, so that two of
/// one task that follow each other are told apart.
/// </summary>
internal static class Mark
{
    internal const string Create =
        "CREATE TABLE IF NOT EXISTS hf_now(id INTEGER PRIMARY KEY CHECK(id = 1), tx INTEGER NOT NULL, origin TEXT)";

    internal const string Fill = "INSERT INTO hf_now(id, tx) SELECT 1, 0 WHERE NOT EXISTS(SELECT 1 FROM hf_now)";

    internal static void Set(Database database, string mark) =>
        database.Execute("UPDATE hf_now SET tx = tx + 1, origin = ?1 WHERE id = 1", mark);

    internal static void Clear(Database database) => database.Execute("UPDATE hf_now SET origin = NULL WHERE id = 1");
}
