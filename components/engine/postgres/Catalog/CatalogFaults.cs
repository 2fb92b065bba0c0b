using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>Reasons why a table is not made, read or published.</summary>
internal static class CatalogFaults
{
    internal static SourceFault IsThere(TableSchema table) => new("DP-140", $"{table.FullName} is there already",
        "Leave it as it is and skip this step, or drop it");

    internal static SourceFault NoType(TableSchema table, Column column) => new("DP-156",
        $"{table.FullName}.{column.Name} is of type {(column.Type.Length > 0 ? column.Type : column.Kind.ToString())},"
            + " which has no like here",
        "Create the type or the extension at the sink under the same name, or leave the column out of the task");

    internal static SourceFault Generated(TableSchema table, Column column) => new("DP-142",
        $"{table.FullName}.{column.Name} is computed by the database, and how is not known here",
        "Make the table by hand, or leave the column out of the task");

    internal static SourceFault BadName(TableSchema table, string name) => new("DP-157",
        $"{table.FullName} cannot be made here because of the name '{name}': it is empty, given twice, reserved or longer than 63 bytes",
        "Give it another name by the task's mapping");

    internal static SourceFault NoTable(string table) => new("DP-145", $"there is no table {table}",
        "Correct the name: letters are compared exactly as they were declared");

    internal static SourceFault NoKey(string table) => new("DP-146", $"{table} has no key that tells its rows apart",
        "Give the table a primary key, or copy it whole");

    internal static SourceFault NoKeyValue(string table, string value, string why) => new("DP-147",
        $"{value} cannot be a key of {table}: {why}", "Compare the tables' declarations at both ends");

    internal static SourceFault NotPublished(string table) => new("DP-144", $"changes of {table} are not captured",
        "Install the capture with this table, then copy it");

    internal static SourceFault NoRight(PostgresDatabase database, string lack, string mend) =>
        new("DP-174", $"{database}: the role {lack}", mend);

    internal static SourceFault NoEventTriggers(PostgresDatabase database, string name, string role) => new("DP-427",
        $"{database}: changes of tables are not told: there are no event triggers, and the role may not make them",
        $"As a superuser (on RDS its main user): holdfast-data ddl-capture | psql -d {name}, then"
            + $" {Capture.DdlCapture.Grants(role)}");

    internal static SourceFault ReadOnly(PostgresDatabase database) => new("DP-175",
        $"{database} is a standby: nothing can be written there", "Name the primary as host");

    internal static SourceFault SequenceBehind(PostgresDatabase database, string sequences) => new("DP-189",
        $"{database}: rows have values already that {sequences} will give: inserts of an application would be refused, or repeat them",
        "Before the application is switched over: holdfast sources sequences --advance");

    internal static SourceFault NoOrigins(PostgresDatabase database, string role) => new("DP-188",
        $"{database}: transactions of tasks have no replication origin, so a native subscription takes them for local ones",
        "GRANT EXECUTE ON FUNCTION pg_replication_origin_create(text), pg_replication_origin_session_setup(text),"
            + $" pg_replication_origin_xact_setup(pg_lsn, timestamptz) TO {role}"
            + "; or leave it so where no subscription with origin = none reads this database");

    internal static SourceFault KeysChecked(PostgresDatabase database, string role) => new("DP-176",
        $"{database}: foreign keys are checked and a table with a trigger that fires is refused, since the role may not switch them off",
        $"GRANT SET ON PARAMETER session_replication_role TO {role}; or leave it so, as with versions before 15");
}
