using System.Buffers.Binary;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Finds the place of a time. The server has no index of its log by time, so a temporary slot reads through the log that is kept. Of each
/// transaction only its beginning leaves the server.
/// </summary>
internal static class TimeSearch
{
    private const int PieceChanges = 50_000;
    private const long EpochMicroseconds = 946_684_800_000_000;

    /// <returns>The last place before the first transaction of that time or later; null: it may be before the log.</returns>
    internal static async Task<Position?> At(
        Session session, PostgresDatabase database, DateTimeOffset time, CancellationToken cancel)
    {
        var server = await ServerIdentity.Read(session, cancel).ConfigureAwait(false);
        var retainer = CaptureNames.Retainer(server.DatabaseOid);
        if (await SlotState.Read(session, retainer, cancel).ConfigureAwait(false) is not { IsLost: false })
        {
            throw new SourceFaultException(CaptureFaults.NotInstalled(database));
        }

        var walk = $"{retainer}_t{session.Connection.ProcessID.ToString(CultureInfo.InvariantCulture)}";
        await session.Run("SELECT pg_copy_logical_replication_slot($1, $2, true)", cancel, retainer, walk).ConfigureAwait(false);
        var wanted = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond - EpochMicroseconds;
        Position? last = null;
        while (true)
        {
            var begins = await Begins(session, walk, cancel).ConfigureAwait(false);
            foreach (var (lsn, commit) in begins)
            {
                if (commit >= wanted)
                {
                    return last;
                }

                last = new Position(server.Timeline, lsn);
            }

            if (begins.Count == 0)
            {
                return last;
            }
        }
    }

    private static async Task<List<(ulong Lsn, long Commit)>> Begins(Session session, string slot, CancellationToken cancel)
    {
        await using var command = session.Command($"""
            SELECT encode(substring(data FROM 2 FOR 16), 'hex') FROM pg_logical_slot_get_binary_changes($1, NULL, $2,
                'proto_version', '1', 'publication_names', '{CaptureNames.Publication}', 'messages', 'true') WHERE get_byte(data, 0) = 66
            """, slot, PieceChanges);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var begins = new List<(ulong, long)>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            var bytes = Convert.FromHexString(reader.GetString(0));
            begins.Add((BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8))));
        }

        return begins;
    }
}
