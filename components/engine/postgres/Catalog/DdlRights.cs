using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>These checks name what a role lacks to tell of changes of tables, or to make them.</summary>
internal static class DdlRights
{
    private const string Role = """
        SELECT current_user, current_database(), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
            (SELECT bool_and(has_schema_privilege(n.oid, 'USAGE')
                    AND has_table_privilege(c.oid, CASE c.relname WHEN 'hf_key' THEN 'SELECT' ELSE 'INSERT' END))
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'holdfast' AND c.relname IN ('hf_key', 'hf_captured'))
        """;

    private const string Foreign = """
        SELECT n.nspname, c.relname, pg_has_role(c.relowner, 'USAGE'), has_schema_privilege(n.oid, 'CREATE')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY($1::bigint[]::oid[]) ORDER BY 1, 2
        """;

    /// <summary>Checks a database that is read.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Source(Session session, PostgresDatabase database, CancellationToken cancel)
    {
        var me = (await session.Rows(Role, cancel).ConfigureAwait(false))[0];
        if (!await DdlCapture.IsInstalled(session, cancel).ConfigureAwait(false))
        {
            // The Store of a superuser installs it.
            return me[2] == "t" ? [] : [CatalogFaults.NoEventTriggers(database, Sql.Name(me[1]!), me[0]!)];
        }

        return me[3] == "t" ? [] : [CatalogFaults.NoRight(
            database, "may not read what its event triggers tell", DdlCapture.Grants(me[0]!))];
    }

    /// <summary>Checks a database that is written.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Sink(
        Session session, PostgresDatabase database, StreamFilter filter, CancellationToken cancel)
    {
        var role = Sql.Name((await session.Rows(Role, cancel).ConfigureAwait(false))[0][0]!);
        var tables = await TableReader.Read(session, filter, cancel).ConfigureAwait(false);
        var rows = await session.Rows(Foreign, cancel, tables.Select(t => (long)t.Oid).ToArray()).ConfigureAwait(false);
        return
        [
            .. rows.Where(r => r[3] != "t").Select(r => r[0]!).Distinct(StringComparer.Ordinal).Select(s => CatalogFaults.NoRight(
                database, $"may not make tables in schema {s}", $"GRANT CREATE ON SCHEMA {Sql.Name(s)} TO {role}")),
            .. rows.Where(r => r[2] != "t").Select(r => CatalogFaults.NoRight(database,
                $"may not change {r[0]}.{r[1]}, which it does not own", $"ALTER TABLE {Sql.Name(r[0]!, r[1]!)} OWNER TO {role}")),
        ];
    }
}
