using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>The answers of a PostgreSQL source instead of rows.</summary>
internal static class CaptureFaults
{
    /// <summary>The step of docs/data.md by which a source begins again.</summary>
    private const string Anew = "let the source begin anew (docs/data.md): delete the Store's log, copy the tables, start the tasks anew";

    internal static SourceFault NotInstalled(PostgresDatabase database) => new("DP-159", $"no changes are captured in {database}",
        "Start a Store on it, or create publication and slot as docs/engines/postgres.md says, then copy the tables");

    internal static SourceFault Setting(PostgresDatabase database, string setting, string value, string wanted, string mend) =>
        new("DP-160", $"{database} has {setting} = {value}, {wanted} is needed", mend);

    internal static SourceFault Unlogged(string table) => new("DP-161", $"changes of {table} are not in the server's log: it is UNLOGGED",
        $"ALTER TABLE {table} SET LOGGED, or leave it out");

    internal static SourceFault NoIdentity(string table) => new("DP-162",
        $"{table} has no replica identity: once published, its updates and deletes would fail",
        $"ALTER TABLE {table} REPLICA IDENTITY FULL");

    internal static SourceFault Lost(string slot, string why) => new("DP-163",
        $"the server has thrown away what slot {slot} still needed: {why}",
        $"Raise max_slot_wal_keep_size; the rows are missing for good: {Anew}");

    internal static SourceFault Pruned(Position after, string oldest) => new("DP-164",
        $"position {after} is older than what the server keeps for this reader, which begins after {oldest}",
        "Read from another Store that has it, or copy the tables anew");

    internal static SourceFault Unknown(Position after, Position newest) => new("DP-165",
        $"position {after} is not in the server's log, whose newest is {newest}: the server is an older copy of itself",
        $"Put the right server back; if this one is meant, {Anew}");

    internal static SourceFault OtherHistory(Position after, ulong timeline, string why) => new("DP-166",
        $"position {after} is of another history than the server's timeline {timeline.ToString(CultureInfo.InvariantCulture)}: {why}",
        $"A standby was promoted that lacked it, or a backup was restored; {Anew}");

    internal static SourceFault Endangered(SlotState slot, string why) => new("DP-167",
        $"slot {slot.Name} keeps {slot.Retained.ToString(CultureInfo.InvariantCulture)} bytes of the server's log: {why}",
        $"See why its reader stands still; of one that does not come back: SELECT pg_drop_replication_slot('{slot.Name}')");

    internal static SourceFault Strange(Position at, string what) => new("DP-168",
        $"the server's log has something at {at} that this version does not know: {what}", "Take a newer version of Holdfast");

    internal static SourceFault Other(PostgresDatabase database, string known, string found) => new("DP-169",
        $"{database} is another database ({found}) than the one whose changes were captured ({known})",
        $"Put the right one back; if this one is meant, {Anew}");

    internal static SourceFault Standby(PostgresDatabase database) => new("DP-170",
        $"{database} is a standby, which this version does not read",
        "Name the primary as host", IsPassing: true);

    internal static SourceFault Busy(string slot) => new("DP-171", $"slot {slot} is read by another session still",
        "It is tried again; if it stays so, another Store has the same name", IsPassing: true);

    internal static SourceFault NoValue(string column, string type, Exception error) => new("DP-173",
        $"a value of {column} is no {type} that rows can hold: {error.Message}", "Correct the value at the source, or leave the table out");

    internal static SourceFault NoFailover(PostgresDatabase database, string why, string mend) =>
        new("DP-187", $"{database}: a Store would not go on at a promoted standby: {why}", mend);

    internal static SourceFault NoSlot(PostgresDatabase database, string slot) => new("DP-177",
        $"{database} has no slot {slot} of Holdfast", "See `holdfast sources slots` for those that there are");

    internal static SourceFault InUse(string slot, string why) => new("DP-178", $"slot {slot} is not dropped: {why}",
        "Delete the Store that has it first (`holdfast stores delete`), or see who reads: SELECT * FROM pg_stat_replication");

    internal static SourceFault NoReplication(PostgresDatabase database) => new("DP-172",
        $"{database}: the role may not read the server's log", $"ALTER ROLE {database.User} REPLICATION");
}
