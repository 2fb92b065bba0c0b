using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Values;

namespace Holdfast.Engine.MySql.Source;

/// <summary>Places in a log by time. Files say when they were begun, and groups when they were committed.</summary>
internal static class LogTimes
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>Reads when a file was begun: seconds since 1970.</summary>
    internal static async Task<uint> Begun(MySqlServer server, MySqlConnection sql, Position at, CancellationToken cancel)
    {
        await using var stream = await LogStream.Open(server, sql, at, null, Quiet, cancel);
        while (await stream.Next(cancel) is { } happened)
        {
            if (happened.Kind == EventKind.FormatDescription)
            {
                return happened.Time;
            }
        }

        return 0;
    }

    /// <summary>The last position all of whose groups were committed before a time; null: the log begins later.</summary>
    internal static async Task<Position?> Before(
        MySqlServer server, MySqlConnection sql, uint generation, DateTimeOffset time, CancellationToken cancel)
    {
        var wanted = (time - DateTimeOffset.UnixEpoch).Ticks / 10;
        var files = await BinlogFiles.All(sql, cancel);
        var from = files.Count - 1;
        while (from >= 0
            && await Begun(server, sql, LogPlace.Beginning(generation, files[from]), cancel) * Temporals.Second >= wanted)
        {
            from--;
        }

        return from < 0 ? null : await Scan(server, sql, LogPlace.Beginning(generation, files[from]), wanted, cancel);
    }

    /// <summary>Reads on until a group that is late enough, or to the end.</summary>
    private static async Task<Position> Scan(
        MySqlServer server, MySqlConnection sql, Position from, long wanted, CancellationToken cancel)
    {
        await using var stream = await LogStream.Open(server, sql, from, null, Quiet, cancel);
        var last = from;
        while (await stream.Next(cancel) is { } happened)
        {
            var group = happened.Kind switch
            {
                EventKind.Gtid or EventKind.AnonymousGtid => GtidEvent.OfMySql(happened),
                EventKind.MariaGtid => GtidEvent.OfMaria(happened),
                _ => null,
            };
            if (group is null)
            {
                continue;
            }

            if (group.Committed(happened) >= wanted)
            {
                return last;
            }

            last = stream.Place.Position;
        }

        return last;
    }
}
