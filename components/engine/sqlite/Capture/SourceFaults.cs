using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>Faults of a SQLite file as a source.</summary>
internal static class SourceFaults
{
    /// <summary>The step of docs/data.md by which a source begins again.</summary>
    private const string Anew = "let the source begin anew (docs/data.md): delete the Store's log, copy the tables, start the tasks anew";

    internal static SourceFault NotInstalled(string path) => new("DP-120", $"no changes are captured in {path}",
        "Install the capture, then copy the tables");

    internal static SourceFault Other(string path) => new("DP-121", $"{path} is another file than the one whose changes were captured",
        $"Put the right file back; if this one is meant, {Anew}");

    internal static SourceFault Reopen(string path) => new("DP-132",
        $"{path} cannot be used: its -shm file was replaced while it was open", "It is opened again", IsPassing: true);

    internal static SourceFault NotWhole(string path) => new("DP-134",
        $"rows of {path} may have been missed: a captured table was made anew, was written to after a change, or its triggers are gone",
        $"The log holds what came before; then {Anew}");

    internal static SourceFault Interrupted(Position after, ulong generation) => new("DP-122",
        $"position {after} is of another generation than {generation}: rows may have been missed in between",
        "Copy the tables anew, and start from the newest position");

    internal static SourceFault Unknown(Position after, Position newest) => new("DP-123",
        $"position {after} is not in the log, whose newest is {newest}: the file is an older copy of itself",
        $"Put the right file back; if this one is meant, {Anew}");

    internal static SourceFault Pruned(Position after, Position oldest) => new("DP-124",
        $"position {after} is older than what the log keeps, which begins after {oldest}",
        "Read from another Store that has it, or copy the tables anew");

    internal static SourceFault Changed(string table, Position position) => new("DP-129",
        $"{table} was changed, and rows were written before anybody noticed: at {position} a row lacks columns",
        "Install the capture again, and copy the table anew; change tables while nobody writes to them");

    internal static SourceFault NotCaptured(string table) => new("DP-144", $"changes of {table} are not captured",
        "Install the capture with this table, then copy it");

    internal static SourceFault NoTable(string table) => new("DP-145", $"there is no table {table}",
        "Correct the name: letters are compared exactly as they were declared");

    internal static SourceFault NoKey(string table) => new("DP-146", $"{table} has no key that tells its rows apart",
        "Give the table a primary key, or copy it whole");

    internal static SourceFault NoKeyValue(string table, string value, string why) => new("DP-147",
        $"{value} cannot be a key of {table}: {why}", "Compare the tables' declarations at both ends");

    /// <summary>Runs work on a file; its errors become faults.</summary>
    internal static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteFailure error)
        {
            throw new SourceFaultException(Of(path, error));
        }
    }

    private static SourceFault Of(string path, SqliteFailure error) => error switch
    {
        { IsBusy: true } => new SourceFault("DP-130", $"{path} is locked by another program: {error.Message}",
            "It is tried again; if it stays so, look which program holds a transaction open", IsPassing: true),
        { IsDamage: true } => new SourceFault("DP-131", $"{path} is no SQLite database, or damaged: {error.Message}",
            "Check it with PRAGMA integrity_check, and restore it"),
        _ => new SourceFault("DP-132", $"{path} cannot be used: {error.Message}",
            "See whether the file and its directory are there and may be read and written, and whether the disk is full", IsPassing: true),
    };
}
