using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>A database of a server, and where the server's log ends.</summary>
/// <param name="SystemId">The server's system identifier and the database's number: both stay with the data.</param>
/// <param name="DatabaseOid">The database's number.</param>
/// <param name="Timeline">The server's history; another one begins when a standby is promoted.</param>
/// <param name="Insert">The end of the log.</param>
/// <param name="Flushed">The end of what is on the server's disk.</param>
/// <param name="Clock">The server's clock, read after the end of the log.</param>
/// <param name="Version">The server's own words.</param>
internal sealed record ServerIdentity(
    string SystemId, uint DatabaseOid, ulong Timeline, ulong Insert, ulong Flushed, DateTimeOffset Clock, string Version)
{
    private const string Query = """
        SELECT s.system_identifier, d.oid, i.lsn, pg_current_wal_flush_lsn(), left(pg_walfile_name(i.lsn), 8),
            (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, current_setting('server_version')
        FROM (SELECT pg_current_wal_insert_lsn() AS lsn OFFSET 0) AS i, pg_control_system() AS s, pg_database AS d
        WHERE d.datname = current_database()
        """;

    /// <summary>All that is committed is at or before this.</summary>
    internal Position Newest => new(Timeline, Lsn.End(Insert) - 1);

    internal static async Task<ServerIdentity> Read(Session session, CancellationToken cancel)
    {
        var row = (await session.Rows(Query, cancel).ConfigureAwait(false))[0];
        return new ServerIdentity($"{row[0]}/{row[1]}", TypeReader.Oid(row[1]),
            ulong.Parse(row[4]!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), Lsn.Read(row[2]!), Lsn.Read(row[3]!),
            DateTimeOffset.UnixEpoch.AddTicks(long.Parse(row[5]!, CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond), row[6]!);
    }
}
