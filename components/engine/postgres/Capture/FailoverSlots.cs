using System.Runtime.CompilerServices;
using Holdfast.Engine.Postgres.Db;
using Npgsql;
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

    /// <summary>What the call that makes a slot says besides: not temporary, not of two phases, and a standby may have it.</summary>
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
        catch (Exception error) when (error is InvalidOperationException or NpgsqlException && !cancel.IsCancellationRequested)
        {
            // The driver has no call for it, and waits for a row that does not come: by then it is done.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ReadSingleRow")]
    private static extern Task<object[]> Row(ReplicationConnection connection, string command, CancellationToken cancel);
}
