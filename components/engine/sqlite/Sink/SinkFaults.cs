using Holdfast.Engine.Seams;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>Why a SQLite sink refuses a row for good.</summary>
internal static class SinkFaults
{
    internal static Refused NoTable(string table, int statement) =>
        new("DP-101", $"the sink has no table {table}", statement, null);

    internal static Refused NoColumn(string table, string column, int statement) =>
        new("DP-102", $"the sink's table {table} has no column {column} that can be written", statement, null);

    internal static Refused NotSaid(string table, string column, int statement, int? row) =>
        new("DP-103", $"{table}.{column} is not said by the source, and it has no default", statement, row);

    internal static Refused DoesNotFit(string table, string column, string why, string value, int statement, int row) =>
        new("DP-104", $"{table}.{column} cannot hold {value}: {why}", statement, row);

    internal static Refused Missing(string table, string verb, string key, int statement, int row) =>
        new("DP-105", $"{verb} in {table} meets no row with {key}", statement, row);

    internal static Refused Several(string table, string verb, string key, int rows, int statement, int row) =>
        new("DP-106", $"{verb} in {table} meets {rows} rows with {key}, one at most was expected", statement, row);

    internal static Refused Broken(string table, SqliteFailure error, int statement, int? row) =>
        new("DP-107", $"{table}: {error.Message}", statement, row);

    internal static Refused Triggers(string table, string trigger, int statement) =>
        new("DP-108", $"the sink's table {table} has a trigger {trigger}: it would do again what the source's rows say", statement, null);

    internal static Refused NoKey(string table, int statement) =>
        new("DP-109", $"the sink's table {table} has no primary key to write rows by", statement, null);

    internal static Refused NoFence(string task) =>
        new("DP-110", $"the sink knows no epoch of {task}: its fence is gone, so its rows may be of another time", 0, null);

    internal static Refused Unusable(string path, Exception error) =>
        new("DP-111", $"{path} cannot be written: {error.Message}", 0, null);
}
