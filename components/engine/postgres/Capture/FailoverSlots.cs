using System.Runtime.CompilerServices;
using Holdfast.Engine.Postgres.Db;
using Npgsql.Replication;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>
/// Slots that a standby may have too, with which it goes on once it is promoted. Servers know them since version 17; where nobody asks a
/// standby to have them (<c>sync_replication_slots</c>) they cost nothing.
/// </summary>
internal static class FailoverSlots
{
    private const int VersionMin = 17;

    internal static bool Are(Session session) => session.Connection.PostgreSqlVersion.Major >= VersionMin;

    /// <summary>Further arguments of the call that makes a slot: not temporary, not of two phases, and a standby may have it.</summary>
    internal static string Created(Session session) => Are(session) ? ", false, false, true" : "";

    /// <summary>A slot that begins where another one stands. The server does not copy that a standby may have it.</summary>
    internal static async Task Copy(Session session, PostgresDatabase database, string from, string to, CancellationToken cancel)
    {
        await session.Run("SELECT pg_copy_logical_replication_slot($1, $2, false)", cancel, from, to).ConfigureAwait(false);
        if (await SlotState.Read(session, to, cancel).ConfigureAwait(false) is { } slot)
        {
            await Make(session, database, slot, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Lets a standby have a slot that there is already, and by which nobody reads. A server that refuses it is read as one that
    /// has no standby; <c>sources check</c> names the slot.
    /// </summary>
    internal static async Task Make(Session session, PostgresDatabase database, SlotState slot, CancellationToken cancel)
    {
        if (!Are(session) || slot is not { HasFailover: false, IsActive: false, IsLost: false, IsTemporary: false })
        {
            return;
        }

        await using var connection = new LogicalReplicationConnection(database.ConnectionString("slots"));
        await connection.Open(cancel).ConfigureAwait(false);
        try
        {
            await Row(connection, $"ALTER_REPLICATION_SLOT {slot.Name} ( FAILOVER true )", cancel).ConfigureAwait(false);
        }
        catch (PostgresException)
        {
            // Said above.
        }
        catch (Exception error) when (error is InvalidOperationException or NpgsqlException)
        {
            // The driver has no call for it, and waits for a row that does not come: by then it is done.
        }
    }

    /// <summary>Finds what a failover to an existing standby would do to the readers.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Checks(
        Session session, PostgresDatabase database, IReadOnlyList<SlotState> slots, CancellationToken cancel)
    {
        if (!Are(session))
        {
            return [];
        }

        var standbys = (await session.Rows("SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'physical' AND NOT temporary"
            + " ORDER BY 1", cancel).ConfigureAwait(false)).ConvertAll(r => r[0]!);
        var isAwaited = await session.One("SELECT current_setting('synchronized_standby_slots')", cancel).ConfigureAwait(false) is not "";
        return standbys.Count == 0 || slots.Count == 0 ? []
            : slots.FirstOrDefault(s => s is { HasFailover: false, IsTemporary: false }) is { } left
                ? [CaptureFaults.NoFailover(
                    database, $"no standby has slot {left.Name}", "Start its Store anew, which lets standbys have it")]
            : isAwaited ? [] : [CaptureFaults.NoFailover(database, "a Store may have read what no standby has yet (DP-166)",
                $"ALTER SYSTEM SET synchronized_standby_slots = '{string.Join(", ", standbys)}'; SELECT pg_reload_conf(): Stores wait for"
                    + " these then. At the standbys: sync_replication_slots = on, hot_standby_feedback = on, dbname in primary_conninfo")];
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ReadSingleRow")]
    private static extern Task<object[]> Row(ReplicationConnection connection, string command, CancellationToken cancel);
}
