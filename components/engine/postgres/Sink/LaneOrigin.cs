using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>
/// The replication origin of a lane: by it the server itself knows that a transaction is no local one, so a native subscription with
/// <c>origin = none</c> leaves it out. An origin belongs to one session at a time, and a server has room for few. So it is set only where
/// somebody has granted the calls, and then for every transaction or for none.
/// </summary>
internal static class LaneOrigin
{
    /// <summary>
    /// Prepares each transaction; without it a session's transactions would all have the time of its first one.
    /// </summary>
    internal const string Transaction = "SELECT pg_replication_origin_xact_setup('0/0', clock_timestamp())::text";

    private const string DuplicateObject = "42710";

    /// <summary>A right that an administrator has by nature does not count: it was given to nobody for this.</summary>
    internal const string Granted = """
        SELECT count(*) FILTER (WHERE has_function_privilege(p.oid, 'EXECUTE') AND EXISTS (
            SELECT 1 FROM aclexplode(p.proacl) AS a WHERE a.grantee <> p.proowner AND a.privilege_type = 'EXECUTE'
                AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE'))))
        FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN
            ('pg_replication_origin_create', 'pg_replication_origin_session_setup', 'pg_replication_origin_xact_setup')
        """;

    /// <summary>The count of calls that <see cref="Granted"/> returns where all are granted.</summary>
    internal const string GrantedAll = "3";

    internal static string NameOf(LaneName lane) => string.Create(CultureInfo.InvariantCulture, $"hf_{lane.Task}_{lane.Lane}");

    /// <returns>True: the session's transactions have an origin.</returns>
    /// <exception cref="PostgresException">The server has no room for one more, or somebody else has it.</exception>
    internal static async Task<bool> Set(Session session, LaneName lane, CancellationToken cancel)
    {
        if (await session.One(Granted, cancel).ConfigureAwait(false) != GrantedAll)
        {
            return false;
        }

        var name = NameOf(lane);
        await Make(session, name, cancel).ConfigureAwait(false);
        try
        {
            await session.Run("SELECT pg_replication_origin_session_setup($1)", cancel, name).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == Failure.ObjectInUse)
        {
            // An older session of this lane is left of a process that hangs, or of a connection that broke. It can commit nothing any more
            // that this one would not see: for a commit it needs the lane's lock.
            await session.Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND usename = current_user AND datname = current_database()"
                + " AND application_name = current_setting('application_name')", cancel).ConfigureAwait(false);
            throw;
        }

        return true;
    }

    private static async Task Make(Session session, string name, CancellationToken cancel)
    {
        if (await session.One("SELECT 1 FROM pg_replication_origin WHERE roname = $1", cancel, name).ConfigureAwait(false) is not null)
        {
            return;
        }

        try
        {
            await session.Run("SELECT pg_replication_origin_create($1)", cancel, name).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is DuplicateObject or Failure.Duplicate)
        {
            // Another session of the lane was quicker.
        }
    }
}
