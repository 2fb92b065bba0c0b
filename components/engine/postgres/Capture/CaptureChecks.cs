using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>The conditions under which changes can be captured, and the dangers of a capture that runs.</summary>
internal static class CaptureChecks
{
    private const int VersionMin = 140000;
    private const long RetainedMax = 10L << 30;

    private const string Settings = """
        SELECT current_setting('server_version_num'), current_setting('server_version'), current_setting('wal_level'), pg_is_in_recovery(),
            r.rolreplication OR r.rolsuper,
            current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots),
            current_setting('max_replication_slots'), current_setting('server_encoding')
        FROM pg_roles r WHERE r.rolname = current_user
        """;

    /// <summary>Checks the server; empty: a capture can be installed.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Server(Session session, PostgresDatabase database, CancellationToken cancel)
    {
        var row = (await session.Rows(Settings, cancel).ConfigureAwait(false))[0];
        var faults = new List<SourceFault>();
        if (int.Parse(row[0]!, CultureInfo.InvariantCulture) < VersionMin)
        {
            faults.Add(CaptureFaults.Setting(database, "server_version", row[1]!, "14 or later", "Upgrade the server"));
        }

        if (row[3] == "t")
        {
            faults.Add(CaptureFaults.Standby(database));
        }

        if (row[2] != "logical")
        {
            faults.Add(CaptureFaults.Setting(database, "wal_level", row[2]!, "logical",
                "ALTER SYSTEM SET wal_level = logical, then restart the server"
                    + " (managed ones have a parameter of their own: docs/engines/postgres.md)"));
        }

        if (row[4] != "t")
        {
            faults.Add(CaptureFaults.NoReplication(database));
        }

        return faults;
    }

    /// <summary>Checks as <see cref="Server"/>, and for what a new capture needs besides.</summary>
    internal static async Task<SourceFault?> Room(Session session, PostgresDatabase database, CancellationToken cancel)
    {
        var row = (await session.Rows(Settings, cancel).ConfigureAwait(false))[0];
        // One keeps the past, one is the reader's.
        return int.Parse(row[5]!, CultureInfo.InvariantCulture) < 2
            ? CaptureFaults.Setting(database, "max_replication_slots", row[6]!, "room for 2 more",
                "Drop slots that nobody needs, or raise it and max_wal_senders and restart the server")
            : null;
    }

    /// <summary>Says why a table's changes cannot be captured; null: they can.</summary>
    internal static SourceFault? Of(TableShape table) => table.IsLogged ? null : CaptureFaults.Unlogged(table.Schema.FullName);

    /// <summary>Tables that are published.</summary>
    internal static async Task<HashSet<uint>> Published(Session session, CancellationToken cancel) =>
        [.. (await session.Rows("SELECT prrelid FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE p.pubname = $1",
            cancel, CaptureNames.Publication).ConfigureAwait(false)).Select(r => TypeReader.Oid(r[0]))];

    internal static async Task<bool> IsPublication(Session session, CancellationToken cancel) => await session.One(
        "SELECT 1 FROM pg_publication WHERE pubname = $1", cancel, CaptureNames.Publication).ConfigureAwait(false) is not null;

    internal static async Task<uint> DatabaseOid(Session session, CancellationToken cancel) => TypeReader.Oid(await session.One(
        "SELECT oid FROM pg_database WHERE datname = current_database()", cancel).ConfigureAwait(false));

    /// <summary>Said before it hurts.</summary>
    internal static SourceFault? Endangered(SlotState slot) => slot switch
    {
        { IsLost: true } => CaptureFaults.Lost(
            slot.Name, $"its wal_status is lost{(slot.Reason is { } why ? $", {why}" : "")}"),
        { Status: "unreserved" } => CaptureFaults.Endangered(slot, "its wal_status is unreserved, the next checkpoint may remove it"),
        { Safe: { } safe } when safe < slot.Retained => CaptureFaults.Endangered(slot,
            $"more than half of max_slot_wal_keep_size is used, {safe.ToString(CultureInfo.InvariantCulture)} bytes are left"),
        { IsActive: false, Retained: > RetainedMax } => CaptureFaults.Endangered(slot, "nobody reads by it"),
        _ => null,
    };
}
