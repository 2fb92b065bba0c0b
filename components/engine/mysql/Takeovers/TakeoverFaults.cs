using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>Faults of a server that cannot take the place of the one that was read.</summary>
internal static class TakeoverFaults
{
    private const string Anew = "let the source begin anew (docs/data.md)";

    internal static SourceFault Lacks(MySqlServer server, IReadOnlyList<Gtid> lacking, ServerHistory has) => new("DP-375",
        $"{server} is to take over, and lacks transactions that were given out already: {Gtid.Text(lacking)}; "
        + $"its own log has {Text(has.Logged)}, it has replicated {Text(has.Applied)}",
        "It is tried again: let the replica catch up, or name one that has them, or bring the former primary back. If they are lost for "
        + $"good, the sink has what the source does not have: {Anew}", IsPassing: true);

    internal static SourceFault NotPromoted(MySqlServer server) => new("DP-376",
        $"{server} is a replica of the source that was read, and read_only",
        "It is tried again: promote it (STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = OFF), or name the primary", IsPassing: true);

    internal static SourceFault Errant(MySqlServer server, IReadOnlyList<Gtid> errant) => new("DP-377",
        $"{server} is to take over, and wrote transactions of its own while it was a replica: {Gtid.Text(errant.Take(10))}"
        + (errant.Count > 10 ? $" and {errant.Count - 10} more" : "") + "; the former primary never had them, and neither has the sink",
        "See what they are (mariadb-binlog), write what they changed at the sink too, or take it back at the source; then " + Anew);

    internal static SourceFault Elsewhere(MySqlServer server, GtidState own, IReadOnlyDictionary<uint, Gtid> boundary) => new("DP-378",
        $"another Store has gone on at {server} behind {Text(boundary.Values)}, this one has read up to {Text(own.Reached.Values)} and "
        + $"given out {Text(own.Given.Values)}: the same transactions would have two positions",
        "Give the Store the other one as store.backfill; or delete the folder log of this Store, which then begins anew, and let its "
        + "consumers read the other one");

    internal static SourceFault Unknown(MySqlServer server, string why) => new("DP-379",
        $"{server} is to take over, and it is not known up to which GTID its predecessor was read: {why}",
        $"Bring the former primary back, or {Anew}");

    internal static SourceFault Unlogged(MySqlServer server, IReadOnlyList<Gtid> unlogged) => new("DP-380",
        $"{server} is to take over, and its log lacks what it has replicated: {Gtid.Text(unlogged)}",
        $"Replicas that may take over need log_slave_updates = ON; name one that has it, or {Anew}");

    internal static SourceFault NotMaria(MySqlServer server) => new("DP-381",
        $"{server} has taken over from the server that was read; where it was is found by GTID at MariaDB only",
        $"Bring the former primary back, or {Anew}");

    internal static SourceFault WentBack(MySqlServer server, Gtid gtid, Gtid boundary) => new("DP-382",
        $"the log of {server} has {gtid} behind higher numbers of its domain, and {boundary} was the last one of the former server. "
        + "It cannot be told whether it was given out", $"Set gtid_strict_mode = ON and never gtid_seq_no; then {Anew}");

    private static string Text(IEnumerable<Gtid> list) => Gtid.Text(list) is { Length: > 0 } text ? text : "nothing";
}
