using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>Reasons for which a SQLite sink refuses a row for good.</summary>
internal static class SinkFaults
{
    internal static Refused Broken(string table, SqliteFailure error, int statement, int? row) =>
        new("DP-107", $"{table}: {error.Message}", statement, row);

    internal static Refused Triggers(string table, string trigger, int statement) =>
        new("DP-108", $"the sink's table {table} has a trigger {trigger}: it would do again what the source's rows say", statement, null)
        {
            Workaround = "Drop the trigger at the sink: the source's rows say what it did there",
        };

    internal static Refused NoFence(string task) =>
        new("DP-110", $"the sink knows no epoch of {task}: its fence is gone, so its rows may be of another time", 0, null)
        {
            Workaround = "The sink's file was replaced, or an older copy was put back: copy the task's tables again",
        };

    internal static Refused Unusable(string path, Exception error) => new("DP-111", $"{path} cannot be written: {error.Message}", 0, null)
    {
        Workaround = "Check it with PRAGMA integrity_check, and restore it",
    };
}
