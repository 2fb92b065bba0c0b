using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Binlog;

/// <summary>A server's log, event by event.</summary>
internal sealed class LogStream : IAsyncDisposable
{
    private const uint OffsetMax = uint.MaxValue;
    private readonly WireConnection _wire;

    private LogStream(WireConnection wire, LogPlace place) => (_wire, Place) = (wire, place);

    internal EventParser Format { get; } = new();

    /// <summary>The place where the last event has ended.</summary>
    internal LogPlace Place { get; }

    /// <summary>Opens the log.</summary>
    /// <param name="server">The server.</param>
    /// <param name="sql">For questions about it.</param>
    /// <param name="at">The position from which it is read.</param>
    /// <param name="reader">Its name in the server's list of replicas; null: it is in none, and reads only up to the end.</param>
    /// <param name="heartbeat">Time for which the server may be silent.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<LogStream> Open(
        MySqlServer server, MySqlConnection sql, Position at, string? reader, TimeSpan heartbeat, CancellationToken cancel)
    {
        var newest = (await BinlogFiles.Newest(sql, cancel))?.File ?? new BinlogFile("binlog", 1, 6);
        var place = new LogPlace(LogPlace.Generation(at), newest.Base, newest.Digits);
        var file = newest with { Number = LogPlace.Number(at) };
        var id = await FreeId(sql, cancel);
        var wire = await WireConnection.Open(server, cancel);
        try
        {
            await Prepare(wire, sql, heartbeat, cancel);
            if (reader is not null)
            {
                await wire.Register(id, reader, cancel);
            }

            var isMaria = sql.IsMaria();
            if (at.Minor <= OffsetMax || isMaria)
            {
                // MariaDB cannot begin beyond 4 GiB: what comes before is read, and passed over.
                await wire.Dump(id, file.Name, at.Minor <= OffsetMax ? (uint)Math.Max(4, at.Minor) : 4, reader is null, cancel);
            }
            else
            {
                await wire.DumpFar(id, file.Name, at.Minor, reader is null, cancel);
            }

            return new LogStream(wire, place);
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next event has come already.</summary>
    internal bool IsAtHand => _wire.IsAtHand;

    /// <summary>The next event; null: the log ends here.</summary>
    internal async ValueTask<BinlogEvent?> Next(CancellationToken cancel)
    {
        if (await _wire.Event(cancel) is not { } raw)
        {
            return null;
        }

        var happened = Format.Parse(raw);
        if (happened.Kind == EventKind.Rotate)
        {
            var rotation = RotateEvent.Parse(happened);
            Place.Move(rotation.File, rotation.Offset);
        }
        else if (!happened.IsArtificial && happened.Kind is not (EventKind.Heartbeat or EventKind.Heartbeat2))
        {
            Place.Pass(happened.End);
        }

        return happened;
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private static async Task Prepare(WireConnection wire, MySqlConnection sql, TimeSpan heartbeat, CancellationToken cancel)
    {
        var period = (heartbeat.Ticks * 100).ToString(System.Globalization.CultureInfo.InvariantCulture);
        // The server's checksums are asked for as its files have them, so that this reader verifies them.
        await wire.Execute("SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum",
            cancel);
        await wire.Execute($"SET @master_heartbeat_period = {period}, @source_heartbeat_period = {period}", cancel);
        if (sql.IsMaria())
        {
            await wire.Execute("SET @mariadb_slave_capability = 4", cancel);
        }
        else
        {
            await wire.Execute($"SET @slave_uuid = '{Guid.NewGuid():D}', @replica_uuid = @slave_uuid", cancel);
        }
    }

    /// <summary>
    /// A number that no other reader has: two with one number throw each other out for ever. It is another one each time, so that a
    /// life of this program that the server has not noticed to be over disturbs nobody.
    /// </summary>
    private static async Task<uint> FreeId(MySqlConnection sql, CancellationToken cancel)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { await sql.Variable("server_id", cancel) ?? "" };
        try
        {
            foreach (var row in await sql.All(sql.IsMaria() ? "SHOW SLAVE HOSTS" : "SHOW REPLICAS", cancel))
            {
                taken.Add(Convert.ToString(row[0], System.Globalization.CultureInfo.InvariantCulture)!);
            }
        }
        catch (MySqlException)
        {
            // A reader that may not see the list takes a number all the same: of two thousand million.
        }

        while (true)
        {
            var id = 0x8000_0000 | (uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
            if (!taken.Contains(id.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            {
                return id;
            }
        }
    }
}
