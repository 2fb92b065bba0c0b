using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>These checks name what a user may not do at a server, each with the statement that mends it.</summary>
internal static class RightChecks
{
    private const long KeptSecondsMin = 48 * 3600;
    private static readonly string[] OfOwn = ["CREATE", "SELECT", "INSERT", "UPDATE"];
    private static readonly string[] Writing = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRIGGER"];

    /// <summary>Checks a server that is read, and for how long it keeps what is read.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Source(MySqlServer server, MySqlConnection connection,
        IReadOnlyList<(string Schema, string Name)> tables, CancellationToken cancel)
    {
        var (user, grants) = await Of(connection, cancel);
        var faults = new List<SourceFault>();
        string[][] wanted = connection.IsMaria()
            ? [["REPLICATION SLAVE"], ["BINLOG MONITOR", "REPLICATION CLIENT"], ["REPLICATION MASTER ADMIN"]]
            : [["REPLICATION SLAVE"], ["REPLICATION CLIENT"]];
        var lacking = wanted.Where(any => !any.Any(grants.Has)).Select(any => any[0]).ToList();
        if (lacking.Count > 0)
        {
            var rights = string.Join(", ", lacking);
            faults.Add(SourceFaults.NoRight(server, $"{rights} on the server, to read its log", $"GRANT {rights} ON *.* TO {user}"));
        }

        faults.AddRange(OnTables(server, user, grants, ["SELECT"], tables));
        faults.AddRange(Own(server, user, grants));
        foreach (var name in (string[])["binlog_expire_logs_seconds", "expire_logs_days"])
        {
            var seconds = name == "expire_logs_days" ? 86400 : 1;
            if (double.TryParse(await connection.Variable(name, cancel), CultureInfo.InvariantCulture, out var value)
                && value > 0 && value * seconds < KeptSecondsMin)
            {
                faults.Add(SourceFaults.Setting(name, value.ToString(CultureInfo.InvariantCulture),
                    (KeptSecondsMin / seconds).ToString(CultureInfo.InvariantCulture)));
                break; // MariaDB has both, of one value.
            }
        }

        return faults;
    }

    /// <summary>Checks a server that is written.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Sink(MySqlServer server, MySqlConnection connection,
        IReadOnlyList<(string Schema, string Name)> tables, CancellationToken cancel)
    {
        var (user, grants) = await Of(connection, cancel);
        var faults = new List<SourceFault>(OnTables(server, user, grants, Writing, tables));
        faults.AddRange(Own(server, user, grants));
        if (string.Equals(await connection.Variable("read_only", cancel), "ON", StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(SourceFaults.ReadOnly(server));
        }

        return faults;
    }

    /// <summary>Checks a server whose tables are to be changed.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Changing(MySqlServer server, MySqlConnection connection,
        IReadOnlyList<(string Schema, string Name)> tables, CancellationToken cancel)
    {
        var (user, grants) = await Of(connection, cancel);
        return [.. OnTables(server, user, grants, ["ALTER", "CREATE", "DROP", "INDEX"], tables)];
    }

    private static IEnumerable<SourceFault> OnTables(MySqlServer server, string user, Grants grants, string[] wanted,
        IReadOnlyList<(string Schema, string Name)> tables) =>
        from table in tables
        let lacking = wanted.Where(r => !grants.Has(r, table.Schema, table.Name)).ToList()
        where lacking.Count > 0
        group table by (table.Schema, Rights: string.Join(", ", lacking)) into each
        select SourceFaults.NoRight(server,
            $"{each.Key.Rights} on {string.Join(", ", each.Take(3).Select(t => $"{t.Schema}.{t.Name}"))}"
                + (each.Skip(3).Any() ? $" and {each.Count() - 3} more" : ""),
            $"GRANT {each.Key.Rights} ON {Sql.Name(each.Key.Schema)}.* TO {user}");

    private static IEnumerable<SourceFault> Own(MySqlServer server, string user, Grants grants)
    {
        var lacking = OfOwn.Where(r => !grants.Has(r, Sql.Own, "")).ToList();
        return lacking.Count == 0 ? [] : [SourceFaults.NoRight(server,
            $"{string.Join(", ", lacking)} on {Sql.Own}.*, where its own tables are",
            $"GRANT {string.Join(", ", OfOwn)} ON {Sql.Own}.* TO {user}")];
    }

    /// <summary>Reads the user's rights, with those of roles that are switched on.</summary>
    private static async Task<(string User, Grants Grants)> Of(MySqlConnection connection, CancellationToken cancel)
    {
        var user = string.Join('@', Convert.ToString((await connection.First("SELECT CURRENT_USER()", cancel))![0],
            CultureInfo.InvariantCulture)!.Split('@').Select(p => $"'{p.Replace("'", "''", StringComparison.Ordinal)}'"));
        var lines = (await connection.All("SHOW GRANTS", cancel)).ToList();
        if (await Role(connection, cancel) is { } role)
        {
            lines.AddRange(await connection.All(
                connection.IsMaria() ? "SHOW GRANTS FOR CURRENT_ROLE" : $"SHOW GRANTS FOR CURRENT_USER() USING {role}", cancel));
        }

        return (user, new Grants(lines.Select(l => Convert.ToString(l[0], CultureInfo.InvariantCulture)!)));
    }

    private static async Task<string?> Role(MySqlConnection connection, CancellationToken cancel) =>
        (await connection.First("SELECT CURRENT_ROLE()", cancel))![0] is string role && role is not ("" or "NONE") ? role : null;
}
