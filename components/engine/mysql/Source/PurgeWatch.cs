using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Source;

/// <summary>Notices that a server is about to purge a file that a Store has not read.</summary>
internal sealed class PurgeWatch(MySqlServer server, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>This share of the time for which a server keeps its files is enough to do something.</summary>
    private const double Share = 0.25;

    private long? _looked;

    internal bool IsDue => _looked is not { } at || clock.GetElapsedTime(at) >= Every;

    /// <exception cref="SourceFaultException">It is about to.</exception>
    internal async Task Look(MySqlConnection connection, Position durable, CancellationToken cancel)
    {
        _looked = clock.GetTimestamp();
        var keep = await Keep(connection, cancel);
        var files = await BinlogFiles.All(connection, cancel);
        var next = files.Find(f => f.Number > LogPlace.Number(durable));
        if (keep is not { } kept || next is null)
        {
            return;
        }

        // The file that is needed was written last when the next one was begun.
        var begun = await LogTimes.Begun(server, connection, LogPlace.Beginning(LogPlace.Generation(durable), next), cancel);
        if (IsNear(DateTimeOffset.FromUnixTimeSeconds(begun), kept, clock.GetUtcNow()) is { } left)
        {
            throw new SourceFaultException(SourceFaults.PurgedSoon(server, (next with { Number = LogPlace.Number(durable) }).Name, left));
        }
    }

    /// <summary>The time that is left, when that is little; null: there is enough.</summary>
    internal static TimeSpan? IsNear(DateTimeOffset written, TimeSpan kept, DateTimeOffset now) =>
        written + kept - now is var left && left < kept * Share ? left : null;

    /// <summary>Null: for ever.</summary>
    private static async Task<TimeSpan?> Keep(MySqlConnection connection, CancellationToken cancel)
    {
        var seconds = await connection.Variable("binlog_expire_logs_seconds", cancel);
        var days = await connection.Variable("expire_logs_days", cancel);
        return double.TryParse(seconds, CultureInfo.InvariantCulture, out var s) && s > 0 ? TimeSpan.FromSeconds(s)
            : double.TryParse(days, CultureInfo.InvariantCulture, out var d) && d > 0 ? TimeSpan.FromDays(d) : null;
    }
}
