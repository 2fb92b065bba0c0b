namespace Holdfast.Engine.MySql.Sink;

/// <summary>A server's error, as a group takes it.</summary>
internal static class ServerErrors
{
    /// <summary>Answers for a statement that failed.</summary>
    /// <param name="error">As it came.</param>
    /// <param name="table">The table that was written.</param>
    /// <param name="statement">Index of the statement.</param>
    /// <param name="row">Index of the row; null: one of them.</param>
    internal static ApplyResult Of(MySqlException error, string table, int statement, int? row) => error.Number switch
    {
        // A row breaks a rule: unique, NOT NULL, too long, out of range, no such value, a check, a foreign key, no geometry.
        1048 or 1062 or 1136 or 1216 or 1217 or 1264 or 1265 or 1292 or 1364 or 1366 or 1367 or 1406 or 1411 or 1451 or 1452
            or 1526 or 1569 or 1586 or 1690 or 1748 or 3140 or 3141 or 3819 or 4025 or 4078 =>
            SinkFaults.Broken(table, error.Message, statement, row),
        1416 => new Refused("DP-104", $"{table} cannot hold a geometry: {error.Message}", statement, row),
        1146 or 1049 => RowRefusals.NoTable(table, statement),
        1054 => RowRefusals.NoColumn(table, error.Message, statement),
        1044 or 1045 or 1142 or 1143 or 1227 or 1410 => SinkFaults.NoRight(error.Message, statement),
        _ when IsPassing(error) => new TryAgain(error.Words()),
        _ => SinkFaults.Unusable(error.Message, statement),
    };

    /// <summary>A deadlock, a lock that was waited for, a full server, one that is read-only for a while, shuts down, or is away.</summary>
    internal static bool IsPassing(MySqlException error) => error.IsTransient || error.InnerException is not null
        || error.Number is 1213 or 1205 or 1020 or 1021 or 1040 or 1041 or 1053 or 1077 or 1078 or 1079 or 1080 or 1114 or 1152
            or 1156 or 1158 or 1159 or 1160 or 1161 or 1184 or 1203 or 1226 or 1290 or 1317 or 1836 or 1927 or 1969 or 2002 or 2003
            or 2006 or 2013 or 3024 or 3169 or 4031
        || error.SqlState is ['0', '8', ..];
}
