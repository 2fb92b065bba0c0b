namespace Holdfast.Engine.MySql.Sink;

/// <summary>Reasons for which a sink refuses a row for good, beyond those of every engine (<see cref="RowRefusals"/>).</summary>
internal static class SinkFaults
{
    internal static Refused Broken(string table, string why, int statement, int? row) => new("DP-107", $"{table}: {why}", statement, row);

    internal static Refused Triggers(string table, string trigger, int statement) =>
        new("DP-108", $"the sink's table {table} has a trigger {trigger}: it would do again what the source's rows say", statement, null)
        {
            Workaround = "Drop the trigger at the sink: the source's rows say what it did there",
        };

    internal static Refused NoFence(string task) =>
        new("DP-110", $"the sink knows no epoch of {task}: its fence is gone, so its rows may be of another time", 0, null)
        {
            Workaround = "The sink's database holdfast was dropped, or an older copy was put back: copy the task's tables again",
        };

    internal static Refused NoRight(string why, int statement) => new("DP-191", $"the sink refuses: {why}", statement, null)
    {
        Workaround = "Grant the sink's user what docs/engines/mysql.md names",
    };

    internal static Refused Unusable(string why, int statement) => new("DP-192", $"the sink cannot be written: {why}", statement, null)
    {
        Workaround = "Look into the server's own log",
    };

    internal static Refused TooLarge(string table, long bytes, long most, int statement, int row) => new("DP-193",
        $"a row of {table} takes {bytes} bytes as SQL, and the sink's max_allowed_packet is {most}", statement, row)
    {
        Workaround = "SET GLOBAL max_allowed_packet to more than the row takes; up to 1 GiB",
    };

    internal static Refused NoTransactions(string table, string engine, int statement) => new("DP-194",
        $"the sink's table {table} is of the engine {engine}, which has no transactions", statement, null)
    {
        Workaround = $"ALTER TABLE {table} ENGINE = InnoDB",
    };
}
