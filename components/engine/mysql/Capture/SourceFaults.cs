namespace Holdfast.Engine.MySql.Capture;

/// <summary>Reasons why a server's log cannot be read, or its tables.</summary>
internal static class SourceFaults
{
    internal static SourceFault NotInstalled(MySqlServer server) => new("DP-362",
        $"{server} has no tables of ours in the database holdfast",
        "Let a Store prepare it, or run the statements of docs/engines/mysql.md");

    internal static SourceFault Generation(MySqlServer server, Position after) => new("DP-361",
        $"the log of {server} was begun anew (RESET MASTER) since {after}", "Copy the tables anew, and start from the newest position");

    internal static SourceFault Setting(string name, string? value, string wanted) => new("DP-354",
        $"{name} is {value ?? "not known"}, and must be {wanted}",
        $"SET GLOBAL {name} = {(long.TryParse(wanted, out _) ? wanted : $"'{wanted}'")}; and the same in the server's file");

    internal static SourceFault NoLog(MySqlServer server) => new("DP-354", $"{server} writes no binary log",
        "Start it with log_bin");

    internal static SourceFault UnknownEvent(byte kind, Position at) => new("DP-356",
        $"the log has an event of kind {kind} behind {at}, which is not known here",
        "Nothing is passed over: a newer version may know it");

    internal static SourceFault RowsAsStatement(string statement, Position at) => new("DP-357",
        $"rows were changed by a statement at {at}, which the log has as text: {Cut(statement)}",
        "SET GLOBAL binlog_format = 'ROW', and in no session otherwise; then copy the tables that it changed anew, and start behind it");

    internal static SourceFault Incident(Position at, string why) => new("DP-358",
        $"the server says behind {at} that its log lacks something: {why}", "Copy the tables anew, and start behind it");

    internal static SourceFault NoNames(string table) => new("DP-359",
        $"the log does not say the columns' names of {table}",
        "SET GLOBAL binlog_row_metadata = 'FULL'; and the same in the server's file");

    internal static SourceFault XaUnseen(string xid, Position at) => new("DP-364",
        $"an XA transaction {xid} is committed at {at}, and its rows were written before this reader began",
        "Copy the tables that it changed anew, and start behind it; let XA transactions end before a Store is started");

    internal static SourceFault TakenBack(Position at) => new("DP-365",
        $"the transaction at {at} was taken back in part or as a whole after its rows were written into the log",
        "It changed tables of an engine without transactions: copy those anew and start behind it; use InnoDB");

    internal static SourceFault NoMap(ulong table, Position at) => new("DP-366",
        $"the transaction at {at} has rows of a table {table} that it does not name", "The log is damaged: copy the tables anew");

    internal static SourceFault NoValue(string column, Position at, string why) => new("DP-367",
        $"a value of {column} at {at} cannot be read: {why}", "Leave the table out of the task, or give the column another type");

    internal static SourceFault NoTable(string pattern) => new("DP-370", $"there is no table {pattern}",
        "Correct the name, or take it out of the task");

    internal static SourceFault NoKey(string table) => new("DP-371", $"{table} has no key that tells its rows apart",
        "Give the table a primary key, or copy it whole");

    internal static SourceFault Cascade(string table, string key) => new("DP-372",
        $"{table} has a foreign key {key} that changes rows by itself, which the server's log does not say",
        "Let the application change those rows, or leave the table out of the task");

    internal static SourceFault PurgedSoon(MySqlServer server, string file, TimeSpan left) => new("DP-369",
        FormattableString.Invariant($"{server} lets {file} go in {left.TotalMinutes:0} minutes, and not all of it is stored"),
        "Let the server keep its log for longer (binlog_expire_logs_seconds), or look why the Store is behind", IsPassing: true);

    internal const string NoRightCode = "DP-373";

    internal static SourceFault NoRight(MySqlServer server, string lack, string mend) =>
        new(NoRightCode, $"{server}: the user is not granted {lack}", mend);

    internal static SourceFault ReadOnly(MySqlServer server) => new("DP-374", $"{server} is read_only: nothing can be written there",
        "Name the primary as host, or SET GLOBAL read_only = OFF");

    private static string Cut(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
