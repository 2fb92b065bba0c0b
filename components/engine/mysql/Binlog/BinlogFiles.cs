using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Binlog;

/// <summary>A file of a server's log: <c>binlog.000012</c>.</summary>
internal sealed record BinlogFile(string Base, ulong Number, int Digits)
{
    internal string Name => $"{Base}.{Number.ToString("D" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}";

    /// <summary>Null: it is no name of such a file.</summary>
    internal static BinlogFile? Parse(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 && uint.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new BinlogFile(name[..dot], number, name.Length - dot - 1) : null;
    }
}

/// <summary>The files of a server's log.</summary>
internal static class BinlogFiles
{
    /// <summary>The oldest first.</summary>
    internal static async Task<List<BinlogFile>> All(MySqlConnection connection, CancellationToken cancel) =>
        [.. (await connection.All("SHOW BINARY LOGS", cancel))
            .Select(r => BinlogFile.Parse(Convert.ToString(r[0], CultureInfo.InvariantCulture)!)).OfType<BinlogFile>()];

    /// <summary>The place where the log ends now; null: the server writes none.</summary>
    internal static async Task<(BinlogFile File, ulong End)?> Newest(MySqlConnection connection, CancellationToken cancel)
    {
        object?[]? row;
        try
        {
            row = await connection.First("SHOW MASTER STATUS", cancel);
        }
        catch (MySqlException error) when (error.ErrorCode == MySqlErrorCode.ParseError)
        {
            // MySQL from 8.4 on.
            row = await connection.First("SHOW BINARY LOG STATUS", cancel);
        }

        return row is not null && BinlogFile.Parse(Convert.ToString(row[0], CultureInfo.InvariantCulture)!) is { } file
            ? (file, Convert.ToUInt64(row[1], CultureInfo.InvariantCulture)) : null;
    }
}
