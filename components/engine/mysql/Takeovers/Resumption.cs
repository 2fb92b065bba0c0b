using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>The place from which a log is read on.</summary>
/// <param name="From">The place in the server's log.</param>
/// <param name="After">The reader has everything up to here.</param>
/// <param name="Boundary">The last transactions that the reader has of a former server, by GTID.</param>
/// <param name="Tracker">Follows the names of what is read; null: they are not known.</param>
internal sealed record LogStart(Position From, Position After, IReadOnlyDictionary<uint, Gtid> Boundary, GtidTracker? Tracker)
{
    /// <summary>The reader has it from a former server.</summary>
    /// <exception cref="SourceFaultException">Its number is of that server's time, and the log is beyond it.</exception>
    internal bool IsKnown(MySqlServer server, string? name) => Boundary.Count > 0 && Gtid.Parse(name) is { } gtid
        && TakeoverRule.IsKnown(Boundary, gtid) && (Tracker?.HasPassed(Boundary[gtid.Domain]) == true
            ? throw new SourceFaultException(TakeoverFaults.WentBack(server, gtid, Boundary[gtid.Domain])) : true);
}

/// <summary>
/// Finds where a Store goes on: on the same server at its position, on one that took its place by the GTIDs of what the Store has.
/// </summary>
internal sealed class Resumption(MySqlServer server, MySqlConnection sql, StoredHistory history, TimeProvider clock)
{
    private static readonly Dictionary<uint, Gtid> None = [];

    internal async Task<LogStart> Find(ServerMark mark, Position after, CancellationToken cancel)
    {
        var former = LogPlace.Generation(after);
        if (mark.Generation == former)
        {
            return await Here(mark, after, cancel);
        }

        if (mark.Generation < former)
        {
            // A copy that has never been read, or one that was read before another one took its place.
            var own = Own(mark.SystemId, after);
            return Beyond(mark.SystemId, own, await new Takeover(server, sql).Take(mark.SystemId, after, own, cancel),
                await Takeover.History(sql, cancel));
        }

        if (await Takeover.Find(sql, mark.SystemId, mark.Generation, cancel) is not { } row)
        {
            throw new SourceFaultException(SourceFaults.Generation(server, after));
        }

        var known = Own(mark.SystemId, after);
        if (row.Former != former)
        {
            throw new SourceFaultException(TakeoverFaults.Unknown(server, "the source was taken over more than once since"));
        }

        return TakeoverRule.Fits(known, row.Boundary)
            ? Beyond(mark.SystemId, known, row, await Takeover.History(sql, cancel))
            : throw new SourceFaultException(TakeoverFaults.Elsewhere(server, known, row.Boundary));
    }

    private async Task<LogStart> Here(ServerMark mark, Position after, CancellationToken cancel)
    {
        var boundary = (await Takeover.Find(sql, mark.SystemId, mark.Generation, cancel))?.Boundary ?? None;
        if (GtidFile.Read(history.File) is { } noted && noted.SystemId == mark.SystemId && noted.Position <= after
            && LogPlace.Generation(noted.Position) == mark.Generation
            && (await BinlogFiles.All(sql, cancel)).Exists(f => f.Number == LogPlace.Number(noted.Position)))
        {
            // The part between the two is read once more for its names, and not shown.
            return new LogStart(noted.Position, after, boundary, new GtidTracker(history, mark.SystemId, noted.State.Copy(), clock));
        }

        if (await Takeover.At(sql, after, cancel) is not { } reached)
        {
            return new LogStart(after, after, boundary, null);
        }

        var has = await Takeover.History(sql, cancel);
        // Which of these were given out is not known any more; if nothing was, none.
        var given = history.Names(null)?.Any() == false ? [] : reached;
        var state = GtidState.Of(reached, given, has.Logged.Concat(has.Applied), []);
        GtidFile.TryWrite(history.File, new GtidMark(mark.SystemId, after, state));
        return new LogStart(after, after, boundary, new GtidTracker(history, mark.SystemId, state.Copy(), clock));
    }

    private LogStart Beyond(string systemId, GtidState own, TakeoverRow row, ServerHistory has)
    {
        var state = GtidState.Of(row.Boundary.Values, own.Given.Values, has.Logged.Concat(has.Applied), []);
        return new LogStart(row.Place, row.Place, row.Boundary, new GtidTracker(history, systemId, state, clock));
    }

    /// <summary>Finds how far the Store has read the former server: the last note, and what its log has behind that.</summary>
    private GtidState Own(string systemId, Position after)
    {
        if (!sql.IsMaria())
        {
            throw new SourceFaultException(TakeoverFaults.NotMaria(server));
        }

        if (GtidFile.Read(history.File) is not { } noted || noted.SystemId != systemId || noted.Position > after)
        {
            throw Unknown($"there is no note of that in {history.File}");
        }

        if (history.Names(noted.Position) is not { } names)
        {
            throw Unknown($"the Store's log does not reach back to {noted.Position}");
        }

        var state = noted.State.Copy();
        foreach (var (position, name) in names)
        {
            state.Reach(Gtid.Parse(name) ?? throw Unknown($"the transaction at {position} has no GTID"), isGiven: true);
        }

        return state.Unordered.Count == 0 ? state
            : throw Unknown($"in domain {string.Join(", ", state.Unordered)} numbers went back; set gtid_strict_mode = ON");

        SourceFaultException Unknown(string why) => new(TakeoverFaults.Unknown(server, why));
    }
}
