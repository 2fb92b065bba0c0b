using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>These checks name what a role may not do, and limits of the server, each with the statement that mends it.</summary>
internal static class RightChecks
{
    private const int HourMs = 3_600_000;
    private const int DayS = 86_400;
    private const int KeptMbMin = 1024;
    private static readonly string[] Writing = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"];

    private const string Role = """
        SELECT current_user, current_database(), has_database_privilege(current_database(), 'CREATE'),
            current_setting('max_wal_senders'),
            current_setting('max_wal_senders')::int - (SELECT count(*) FROM pg_stat_get_wal_senders()),
            pg_is_in_recovery(), current_setting('server_version_num'), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        """;

    private const string Limits = """
        SELECT name, reset_val FROM pg_settings
        WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'max_slot_wal_keep_size',
            'idle_replication_slot_timeout')
        """;

    private const string Rights = """
        SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), pg_has_role(c.relowner, 'USAGE'), c.oid,
            has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT'), has_table_privilege(c.oid, 'UPDATE'),
            has_table_privilege(c.oid, 'DELETE'), has_table_privilege(c.oid, 'TRUNCATE')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY($1::bigint[]::oid[]) ORDER BY 1, 2
        """;

    /// <summary>Checks a database that is read.</summary>
    /// <param name="session">Of the role.</param>
    /// <param name="database">The database.</param>
    /// <param name="tables">The tables that are wanted of it.</param>
    /// <param name="published">Numbers of tables that are captured; null: there is no publication.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<SourceFault>> Source(Session session, PostgresDatabase database,
        IReadOnlyList<TableShape> tables, IReadOnlySet<uint>? published, CancellationToken cancel)
    {
        var me = (await session.Rows(Role, cancel).ConfigureAwait(false))[0];
        var rows = await Of(session, tables, cancel).ConfigureAwait(false);
        var role = Sql.Name(me[0]!);
        var faults = new List<SourceFault>(Reading(database, role, rows));
        if (published is null && me[2] != "t")
        {
            faults.Add(CatalogFaults.NoRight(database, $"may not make a publication in {me[1]}",
                $"GRANT CREATE ON DATABASE {Sql.Name(me[1]!)} TO {role}; or its owner makes the publication (docs/engines/postgres.md)"));
        }

        var foreign = rows.Where(r => r[3] != "t" && published?.Contains(TypeReader.Oid(r[4])) != true).Select(Name).ToList();
        if (foreign.Count > 0)
        {
            var all = string.Join(", ", foreign);
            faults.Add(CatalogFaults.NoRight(database, $"may not publish {Few(foreign)}, which it does not own", published is null
                ? $"CREATE PUBLICATION {CaptureNames.Publication} FOR TABLE {all} WITH (publish_via_partition_root = true)"
                    + $"; or let {role} own them"
                : $"ALTER PUBLICATION {CaptureNames.Publication} ADD TABLE {all}; or let {role} own them"));
        }

        if (int.Parse(me[4]!, CultureInfo.InvariantCulture) < 1)
        {
            faults.Add(CaptureFaults.Setting(database, "max_wal_senders", me[3]!, "room for 1 more",
                $"ALTER SYSTEM SET max_wal_senders = {int.Parse(me[3]!, CultureInfo.InvariantCulture) + 4}, then restart the server"));
        }

        faults.AddRange((await session.Rows(Limits, cancel).ConfigureAwait(false)).Select(
            l => Limit(database, role, l[0]!, long.Parse(l[1]!, CultureInfo.InvariantCulture))).OfType<SourceFault>());
        return faults;
    }

    /// <summary>Checks a database that is written.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Sink(
        Session session, PostgresDatabase database, StreamFilter filter, CancellationToken cancel)
    {
        var me = (await session.Rows(Role, cancel).ConfigureAwait(false))[0];
        if (me[5] == "t")
        {
            return [CatalogFaults.ReadOnly(database)];
        }

        var role = Sql.Name(me[0]!);
        var tables = await TableReader.Read(session, filter, cancel).ConfigureAwait(false);
        var rows = await Of(session, tables, cancel).ConfigureAwait(false);
        var faults = new List<SourceFault>(Usage(database, role, rows));
        var lacking = rows.Where(r => r.Skip(5).Any(has => has == "f")).ToList();
        if (lacking.Count > 0)
        {
            var rights = string.Join(", ", Writing.Where((_, i) => lacking.Any(r => r[5 + i] == "f")));
            faults.Add(CatalogFaults.NoRight(database, $"lacks {rights} on {Few([.. lacking.Select(Name)])}",
                $"GRANT {rights} ON {string.Join(", ", lacking.Select(Name))} TO {role}"));
        }

        faults.AddRange(await Own(session, database, role, me, cancel).ConfigureAwait(false) is { } own ? [own] : []);
        if (!await MaySwitchOff(session, me, cancel).ConfigureAwait(false))
        {
            faults.Add(CatalogFaults.KeysChecked(database, role));
        }

        if (await session.One(LaneOrigin.Granted, cancel).ConfigureAwait(false) != LaneOrigin.GrantedAll)
        {
            faults.Add(CatalogFaults.NoOrigins(database, role));
        }

        if (lacking.Count == 0 && (await Behind(session, filter, cancel).ConfigureAwait(false)) is { Count: > 0 } behind)
        {
            faults.Add(CatalogFaults.SequenceBehind(database, Few(behind)));
        }

        faults.AddRange(Missing(filter, tables));
        return faults;
    }

    /// <summary>Sequences that the role may read, of columns whose farthest value an index knows.</summary>
    private static async Task<List<string>> Behind(Session session, StreamFilter filter, CancellationToken cancel)
    {
        try
        {
            return [.. (await PostgresSequences.Read(session, filter, isQuick: true, cancel).ConfigureAwait(false)).Where(s => s.IsBehind)
                .Select(s => s.Name)];
        }
        catch (Npgsql.PostgresException error) when (error.SqlState == "42501")
        {
            // A user that writes rows need not read sequences; one that moves them is told so then.
            return [];
        }
    }

    /// <summary>Names that a filter gives, and that are no table.</summary>
    internal static IEnumerable<SourceFault> Missing(StreamFilter filter, IReadOnlyList<TableShape> tables) => filter.Tables
        .Where(p => !p.Contains('*', StringComparison.Ordinal) && !tables.Any(t => t.Schema.FullName == p)).Select(CatalogFaults.NoTable);

    private static Task<List<string?[]>> Of(Session session, IReadOnlyList<TableShape> tables, CancellationToken cancel) =>
        session.Rows(Rights, cancel, tables.Select(t => (long)t.Oid).ToArray());

    private static IEnumerable<SourceFault> Reading(PostgresDatabase database, string role, List<string?[]> rows)
    {
        var unread = rows.Where(r => r[5] != "t").Select(Name).ToList();
        return Usage(database, role, rows).Concat(unread.Count == 0 ? [] : [CatalogFaults.NoRight(
            database, $"lacks SELECT on {Few(unread)}, to copy and compare rows",
            $"GRANT SELECT ON {string.Join(", ", unread)} TO {role}")]);
    }

    private static IEnumerable<SourceFault> Usage(PostgresDatabase database, string role, List<string?[]> rows) =>
        rows.Where(r => r[2] != "t").Select(r => r[0]!).Distinct(StringComparer.Ordinal).Select(s => CatalogFaults.NoRight(
            database, $"lacks USAGE on schema {s}", $"GRANT USAGE ON SCHEMA {Sql.Name(s)} TO {role}"));

    private static async Task<SourceFault?> Own(
        Session session, PostgresDatabase database, string role, string?[] me, CancellationToken cancel)
    {
        const string Schema = """
            SELECT has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE') OR
                (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname LIKE 'hf\_%' AND c.relkind = 'r'
                    AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                    AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) = 4
            FROM pg_namespace n WHERE n.nspname = 'holdfast'
            """;
        return await session.Rows(Schema, cancel).ConfigureAwait(false) switch
        {
            [["t"]] => null,
            [] => me[2] == "t" ? null : CatalogFaults.NoRight(database, $"may not make the schema {TableReader.Own} for its own tables",
                $"CREATE SCHEMA {TableReader.Own} AUTHORIZATION {role}"),
            _ => CatalogFaults.NoRight(database, $"may not use the schema {TableReader.Own} with its own tables",
                $"GRANT USAGE, CREATE ON SCHEMA {TableReader.Own} TO {role}; "
                    + $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {TableReader.Own} TO {role}"),
        };
    }

    private static async Task<bool> MaySwitchOff(Session session, string?[] me, CancellationToken cancel) => me[7] == "t"
        || int.Parse(me[6]!, CultureInfo.InvariantCulture) >= 150000 && await session.One(
            "SELECT has_parameter_privilege(current_user, 'session_replication_role', 'SET')", cancel).ConfigureAwait(false) == "t";

    private static SourceFault? Limit(PostgresDatabase database, string role, string name, long value) => name switch
    {
        "max_slot_wal_keep_size" => value is < 0 or >= KeptMbMin ? null : CaptureFaults.Setting(database, name, $"{value} MB",
            "-1, or more than is written while a Store may be away,", $"ALTER SYSTEM SET {name} = -1; SELECT pg_reload_conf()"),
        "idle_replication_slot_timeout" => value is 0 or >= DayS ? null : CaptureFaults.Setting(database, name, $"{value} s",
            "0, or longer than a Store may be away,", $"ALTER SYSTEM SET {name} = 0; SELECT pg_reload_conf()"),
        _ => value is 0 or >= HourMs ? null : CaptureFaults.Setting(
            database, name, $"{value} ms", "0, or longer than a large transaction takes,", $"ALTER ROLE {role} SET {name} = 0"),
    };

    private static string Name(string?[] row) => Sql.Name(row[0]!, row[1]!);

    private static string Few(List<string> names) =>
        string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
