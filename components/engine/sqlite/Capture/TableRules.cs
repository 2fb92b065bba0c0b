using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>Rules that say which tables cannot be captured.</summary>
internal static class TableRules
{
    /// <summary>SQLite's limit is 2,000 columns; a row of the log has two images and some more.</summary>
    internal const int ColumnsMax = 990;

    /// <summary>Null: the table can be captured.</summary>
    internal static SourceFault? WhyNot(TableShape shape) => shape switch
    {
        { Columns.Count: > ColumnsMax } => new SourceFault("DP-127",
            $"{shape.Schema.FullName} has {shape.Columns.Count} columns, {ColumnsMax} can be captured",
            "Split the table, or leave it out of the task"),
        { IsWithoutRowId: false, RowId: "" } => new SourceFault("DP-128",
            $"columns of {shape.Schema.FullName} take all three names of the row's number: rowid, oid and _rowid_",
            "Rename one of these columns, give the table an INTEGER PRIMARY KEY, or leave it out of the task"),
        _ => null,
    };
}
