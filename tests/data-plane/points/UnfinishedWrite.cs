using System.Diagnostics;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.DataPlane.Points;

/// <summary>A process that has half written to a sink's file, far beyond what it keeps in memory, and is killed.</summary>
internal static class UnfinishedWrite
{
    internal static int Make(string file)
    {
        using var database = Database.Open(file, TimeSpan.FromSeconds(30));
        database.Run("PRAGMA cache_size = 10");
        database.Prepared("BEGIN IMMEDIATE").Run();
        database.Run("UPDATE account SET balance = 0");
        database.Run("DELETE FROM journal");
        database.Run("""
            CREATE TABLE waste AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
            SELECT i, randomblob(50) AS b FROM n
            """);
        Process.GetCurrentProcess().Kill();
        return 1;
    }
}
