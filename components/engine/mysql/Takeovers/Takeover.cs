using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>
/// A server took the place of another one: from a place in its log on, and with everything up to the boundary known by GTID.
/// </summary>
internal sealed record TakeoverRow(uint Former, Position Place, IReadOnlyDictionary<uint, Gtid> Boundary);

/// <summary>
/// Lets a replica take the place of the server that was read, once its own log has proven that it has what was given out. It is written
/// down at that server, so that each Store of the source goes on at the same place.
/// </summary>
internal sealed class Takeover(MySqlServer server, MySqlConnection sql)
{
    private const string Create = $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_takeover(system_id VARCHAR(36) NOT NULL, generation INT UNSIGNED NOT NULL,
            former INT UNSIGNED NOT NULL, log_file BIGINT UNSIGNED NOT NULL, log_offset BIGINT UNSIGNED NOT NULL,
            boundary LONGTEXT NOT NULL, time DATETIME(6) NOT NULL, PRIMARY KEY(system_id, generation)) ENGINE=InnoDB
        """;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>Null: the server did not begin this generation by taking over.</summary>
    internal static async Task<TakeoverRow?> Find(
        MySqlConnection connection, string systemId, uint generation, CancellationToken cancel)
    {
        try
        {
            const string Row =
                $"SELECT former, log_file, log_offset, boundary FROM {Sql.Own}.hf_takeover WHERE system_id = @p0 AND generation = @p1";
            return await connection.First(Row, cancel, systemId, generation) is [var former, var file, var offset, string boundary]
                ? new TakeoverRow(Convert.ToUInt32(former, CultureInfo.InvariantCulture), LogPlace.Of(generation, Number(file),
                    Number(offset)), Gtid.List(boundary).ToDictionary(b => b.Domain))
                : null;
        }
        catch (MySqlException error) when (error.ErrorCode == MySqlErrorCode.NoSuchTable)
        {
            return null;
        }
    }

    /// <summary>The GTIDs in the server's log, and those that it has replicated.</summary>
    internal static async Task<ServerHistory> History(MySqlConnection connection, CancellationToken cancel)
    {
        var row = (await connection.First(
            "SELECT @@GLOBAL.gtid_binlog_state, @@GLOBAL.gtid_slave_pos, @@GLOBAL.server_id", cancel))!;
        return new ServerHistory(Gtid.List(Text(row[0])), Gtid.List(Text(row[1])),
            Convert.ToUInt32(row[2], CultureInfo.InvariantCulture));
    }

    /// <summary>Finds up to where the log was read at a position, as the server that wrote it says; null: it does not.</summary>
    internal static async Task<IReadOnlyList<Gtid>?> At(MySqlConnection connection, Position at, CancellationToken cancel)
    {
        var file = (await BinlogFiles.All(connection, cancel)).Find(f => f.Number == LogPlace.Number(at));
        if (file is null || at.Minor > uint.MaxValue)
        {
            return null;
        }

        try
        {
            return await connection.First("SELECT BINLOG_GTID_POS(@p0, @p1)", cancel, file.Name, at.Minor) is [{ } text]
                ? Gtid.List(Text(text)) : null;
        }
        catch (MySqlException)
        {
            // Reading meets what is wrong, and says it; here nothing is known then.
            return null;
        }
    }

    /// <summary>Proves, and writes down.</summary>
    /// <param name="systemId">The source's identity, which stays.</param>
    /// <param name="after">The last position that the Store has of the former server.</param>
    /// <param name="own">That place by GTID.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">It is not proven.</exception>
    internal async Task<TakeoverRow> Take(string systemId, Position after, GtidState own, CancellationToken cancel)
    {
        if (await sql.Variable("read_only", cancel) != "OFF")
        {
            throw Fault(TakeoverFaults.NotPromoted(server));
        }

        var has = await History(sql, cancel);
        if (TakeoverRule.Lacking(own, has) is { Count: > 0 } lacking)
        {
            throw Fault(TakeoverFaults.Lacks(server, lacking, has));
        }

        var boundary = TakeoverRule.Boundary(own, has);
        if (TakeoverRule.Unlogged(boundary, has) is { Count: > 0 } unlogged)
        {
            throw Fault(TakeoverFaults.Unlogged(server, unlogged));
        }

        var generation = Math.Max(await Installation.Newest(sql, systemId, cancel), LogPlace.Generation(after)) + 1;
        var place = await Place(own, has, boundary, generation, cancel);
        await sql.Run(Create, cancel);
        await Write(systemId, generation, LogPlace.Generation(after), place, boundary, cancel);
        return new TakeoverRow(LogPlace.Generation(after), place, boundary);
    }

    /// <summary>Finds the place of the first transaction that need be read.</summary>
    private async Task<Position> Place(GtidState own, ServerHistory has, IReadOnlyDictionary<uint, Gtid> boundary, uint generation,
        CancellationToken cancel)
    {
        foreach (var file in Enumerable.Reverse(await BinlogFiles.All(sql, cancel)))
        {
            var begin = LogPlace.Beginning(generation, file);
            if (await Head(begin, cancel) is var head && TakeoverWalk.MayBegin(head, boundary))
            {
                return await Walk(new TakeoverWalk(own, has, boundary, head), begin, cancel);
            }
        }

        throw Fault(new SourceFault("DP-353", $"the log of {server} does not reach back to {Gtid.Text(boundary.Values)}",
            "Read from another Store that has it, or copy the tables anew; let the server keep its log for longer "
            + "(binlog_expire_logs_seconds)"));
    }

    private async Task<IReadOnlyList<Gtid>> Head(Position file, CancellationToken cancel)
    {
        await using var stream = await LogStream.Open(server, sql, file, null, Quiet, cancel);
        while (await stream.Next(cancel) is { Kind: not EventKind.MariaGtid } happened)
        {
            if (happened.Kind == EventKind.MariaGtidList)
            {
                return GtidListEvent.Parse(happened);
            }
        }

        return [];
    }

    private async Task<Position> Walk(TakeoverWalk walk, Position from, CancellationToken cancel)
    {
        await using var stream = await LogStream.Open(server, sql, from, null, Quiet, cancel);
        Position? found = null;
        while (!walk.IsPassed || found is null)
        {
            var before = Position.Later(stream.Place.Position, from);
            if (await stream.Next(cancel) is not { } happened)
            {
                found ??= before;
                break;
            }

            if (happened.Kind == EventKind.MariaGtid && Gtid.Parse(GtidEvent.OfMaria(happened).Id) is { } gtid)
            {
                walk.Take(gtid);
                found ??= walk.IsFound ? before : null;
            }
        }

        if (walk.Errant.Count > 0)
        {
            throw Fault(TakeoverFaults.Errant(server, walk.Errant));
        }

        return walk.IsPassed ? found.Value : throw Fault(TakeoverFaults.Unknown(server, "its log ends before that"));
    }

    private async Task Write(string systemId, uint generation, uint former, Position place, IReadOnlyDictionary<uint, Gtid> boundary,
        CancellationToken cancel)
    {
        await using var transaction = await sql.BeginTransactionAsync(cancel);
        // Two Stores of one source may come at once: the second one finds the first one's row when it tries again.
        await sql.Run($"INSERT INTO {Sql.Own}.hf_takeover VALUES(@p0, @p1, @p2, @p3, @p4, @p5, UTC_TIMESTAMP(6))", cancel, systemId,
            generation, former, LogPlace.Number(place), place.Minor, Gtid.Text(boundary.Values));
        await Installation.Become(sql, systemId, generation, cancel);
        // Tables that the former server had given a number last may not be here: their numbers are not given again.
        await sql.Run($"INSERT INTO {Sql.Own}.hf_table(id, shape, name) SELECT COALESCE(MAX(id), 0) + 65536, "
            + $"UNHEX(REPLACE(UUID(), '-', '')), 'takeover {generation.ToString(CultureInfo.InvariantCulture)}' "
            + $"FROM {Sql.Own}.hf_table", cancel);
        await transaction.CommitAsync(cancel);
    }

    private static ulong Number(object? value) => Convert.ToUInt64(value, CultureInfo.InvariantCulture);

    private static string? Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture);

    private static SourceFaultException Fault(SourceFault fault) => new(fault);
}
