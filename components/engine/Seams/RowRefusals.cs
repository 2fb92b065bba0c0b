namespace Holdfast.Engine.Seams;

/// <summary>Reasons for which a sink refuses a table or a row for good; words and codes are the same for every engine.</summary>
public static class RowRefusals
{
    /// <summary>There is no such table.</summary>
    public static Refused NoTable(string table, int statement) => new("DP-101", $"the sink has no table {table}", statement, null)
    {
        Workaround = "Create it with the source's columns and keys, or take the table out of the task",
    };

    /// <summary>There is no such column, or the database computes it.</summary>
    public static Refused NoColumn(string table, string column, int statement) =>
        new("DP-102", $"the sink's table {table} has no column {column} that can be written", statement, null)
        {
            Workaround = "Add the column, or leave it out of the task",
        };

    /// <summary>No row of the source says a column without which the sink takes none.</summary>
    public static Refused NeverSaid(string table, string column, int statement) => NotSaid(table, column, statement, null) with
    {
        Workaround = "Give the sink's column a default, or let it be NULL if the source does not have it",
    };

    /// <summary>A row lacks a value without which it is not written or found.</summary>
    public static Refused NotSaid(string table, string column, int statement, int? row) =>
        new("DP-103", $"{table}.{column} is not said by the source, and it has no default", statement, row);

    /// <summary>The column would make another value of it.</summary>
    public static Refused DoesNotFit(string table, string column, string why, string value, int statement, int row) =>
        new("DP-104", $"{table}.{column} cannot hold {value}: {why}", statement, row);

    /// <summary>No row is met.</summary>
    public static Refused Missing(string table, string verb, string key, int statement, int row) =>
        new("DP-105", $"{verb} in {table} meets no row with {key}", statement, row);

    /// <summary>More rows are met than one.</summary>
    public static Refused Several(string table, string verb, string key, long rows, int statement, int row) =>
        new("DP-106", $"{verb} in {table} meets {rows} rows with {key}, one at most was expected", statement, row);

    /// <summary>Nothing tells which row is meant.</summary>
    public static Refused NoKey(string table, int statement) =>
        new("DP-109", $"the sink's table {table} has no primary key to write rows by", statement, null)
        {
            Workaround = "Give it the source's primary key",
        };
}
