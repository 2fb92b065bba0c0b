using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>Reasons why a table of another database is not made here.</summary>
internal static class TableFaults
{
    internal static SourceFault IsThere(TableSchema table) => new("DP-140", $"{table.FullName} is there already",
        "Leave it as it is and skip this step, or drop it");

    internal static SourceFault NoType(TableSchema table, Column column) => new("DP-195",
        $"{table.FullName}.{column.Name} is of type {(column.Type.Length > 0 ? column.Type : column.Kind.ToString())}, for which the "
        + "server has none that holds all of its values", "Make the table by hand, or leave the column out of the task");

    internal static SourceFault Generated(TableSchema table, Column column) => new("DP-142",
        $"{table.FullName}.{column.Name} is computed by the database, and how is not known here",
        "Make the table by hand, or leave the column out of the task");

    internal static SourceFault BadName(TableSchema table, string name) => new("DP-196",
        $"{table.FullName} cannot be made here because of the name '{name}': it is empty, too long, given twice but for its case, "
        + "or reserved",
        "Give it another name by the task's mapping");

    internal static SourceFault Refused(TableSchema table, string why) => new("DP-197",
        $"the server does not make {table.FullName}: {why}", "Make the table by hand");
}
