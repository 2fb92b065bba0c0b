namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>Reasons why a table of another database is not made here.</summary>
internal static class SinkTableFaults
{
    internal static SourceFault IsThere(TableSchema table) => new("DP-140", $"{table.FullName} is there already",
        "Leave it as it is and skip this step, or drop it");

    internal static SourceFault NoType(TableSchema table, Column column) => new("DP-141",
        $"{table.FullName}.{column.Name} is of type {(column.Type.Length > 0 ? column.Type : column.Kind.ToString())}, which SQLite lacks",
        "Leave the column out of the task");

    internal static SourceFault Generated(TableSchema table, Column column) => new("DP-142",
        $"{table.FullName}.{column.Name} is computed by the database, and how is not known here",
        "Make the table by hand, or leave the column out of the task");

    internal static SourceFault BadName(TableSchema table, string name) => new("DP-143",
        $"{table.FullName} cannot be made here because of the name '{name}': it is empty, given twice but for its case, or reserved",
        "Give it another name by the task's mapping");

    /// <summary>SQLite has nothing that holds the kind without a loss.</summary>
    internal static bool IsUnknown(ValueKind kind) =>
        kind is ValueKind.Absent or ValueKind.Null or ValueKind.Geometry or ValueKind.Array or ValueKind.Unknown;
}
