using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>A server's word on its own history.</summary>
/// <param name="Logged">The highest number of each server in its own log (gtid_binlog_state).</param>
/// <param name="Applied">The last one of each domain that it has replicated (gtid_slave_pos).</param>
/// <param name="ServerId">Its own number.</param>
internal sealed record ServerHistory(IReadOnlyList<Gtid> Logged, IReadOnlyList<Gtid> Applied, uint ServerId)
{
    /// <summary>It has this one, and all before it in the domain.</summary>
    internal bool Has(Gtid gtid) =>
        IsLogged(gtid) || Applied.Any(a => (a.Domain, a.Server) == (gtid.Domain, gtid.Server) && a.Sequence >= gtid.Sequence);

    internal bool IsLogged(Gtid gtid) =>
        Logged.Any(l => (l.Domain, l.Server) == (gtid.Domain, gtid.Server) && l.Sequence >= gtid.Sequence);

    /// <summary>The last one in its log that came from a server.</summary>
    internal Gtid? LastOf(uint domain, uint server) =>
        Logged.Where(l => (l.Domain, l.Server) == (domain, server)).Select(l => (Gtid?)l).FirstOrDefault();
}

/// <summary>Decides whether a server may take the place of the one that was read. Pure.</summary>
internal static class TakeoverRule
{
    /// <summary>GTIDs that readers were given and the server does not have.</summary>
    internal static IReadOnlyList<Gtid> Lacking(GtidState own, ServerHistory server) => [.. own.Given.Values.Where(g => !server.Has(g))];

    /// <summary>
    /// The last transaction of each domain that need not be read again. Where the server has all that was read, that is the last one read;
    /// else the last one that the server has of the same server. It is never before what was given.
    /// </summary>
    internal static IReadOnlyDictionary<uint, Gtid> Boundary(GtidState own, ServerHistory server)
    {
        var boundary = new Dictionary<uint, Gtid>();
        foreach (var (domain, reached) in own.Reached)
        {
            var known = server.Has(reached) ? reached : server.LastOf(domain, reached.Server);
            if (own.Given.TryGetValue(domain, out var given) && (known is null || known.Value.Sequence < given.Sequence))
            {
                known = given;
            }

            if (known is { } found)
            {
                boundary[domain] = found;
            }
        }

        return boundary;
    }

    /// <summary>GTIDs that the server has replicated beyond the boundary, and never wrote into a log of its own.</summary>
    internal static IReadOnlyList<Gtid> Unlogged(IReadOnlyDictionary<uint, Gtid> boundary, ServerHistory server) =>
        [.. server.Applied.Where(a => !server.IsLogged(a) && (!boundary.TryGetValue(a.Domain, out var b) || a.Sequence > b.Sequence))];

    /// <summary>
    /// Another Store has taken the source over at a boundary: whoever stands there too may go on with it. Whoever stands before it lacks
    /// what has former positions, whoever stands behind it has given former positions to what has new ones now.
    /// </summary>
    internal static bool Fits(GtidState own, IReadOnlyDictionary<uint, Gtid> boundary) =>
        own.Given.All(g => boundary.TryGetValue(g.Key, out var b) && g.Value.Sequence <= b.Sequence)
        && boundary.All(b => own.Reached.TryGetValue(b.Key, out var r) && r.Sequence >= b.Value.Sequence);

    /// <summary>It is behind the boundary already.</summary>
    internal static bool IsKnown(IReadOnlyDictionary<uint, Gtid> boundary, Gtid gtid) =>
        boundary.TryGetValue(gtid.Domain, out var last) && gtid.Sequence <= last.Sequence;
}

/// <summary>
/// Walks along a server's log and finds the first transaction behind a boundary. What stands before the boundary and was never in the
/// log of the former server was written on the new one while that was still a replica. Pure.
/// </summary>
internal sealed class TakeoverWalk
{
    private readonly IReadOnlyDictionary<uint, Gtid> _boundary;
    private readonly GtidState _own;
    private readonly HashSet<uint> _pending;
    private readonly List<Gtid> _errant = [];

    /// <param name="own">GTIDs that were read.</param>
    /// <param name="server">The server of the log.</param>
    /// <param name="boundary">See <see cref="TakeoverRule.Boundary"/>.</param>
    /// <param name="head">GTIDs that the log had where the walk begins.</param>
    internal TakeoverWalk(
        GtidState own, ServerHistory server, IReadOnlyDictionary<uint, Gtid> boundary, IReadOnlyList<Gtid> head)
    {
        (_own, _boundary) = (own, boundary);
        _pending = [.. boundary.Values.Where(b => server.IsLogged(b) && !head.Any(h => (h.Domain, h.Server) == (b.Domain, b.Server)
            && h.Sequence >= b.Sequence)).Select(b => b.Domain)];
        _errant.AddRange(head.Where(h => h.Server == server.ServerId && !own.Has(h)));
    }

    /// <summary>Written on the server while it was a replica.</summary>
    internal IReadOnlyList<Gtid> Errant => _errant;

    /// <summary>A transaction that need be read was found.</summary>
    internal bool IsFound { get; private set; }

    /// <summary>The boundary is passed in each domain.</summary>
    internal bool IsPassed => _pending.Count == 0;

    /// <summary>The walk may begin where the log had this: nothing behind the boundary is before it.</summary>
    internal static bool MayBegin(IReadOnlyList<Gtid> head, IReadOnlyDictionary<uint, Gtid> boundary) =>
        head.All(h => !boundary.TryGetValue(h.Domain, out var b) || h.Sequence <= b.Sequence);

    internal void Take(Gtid gtid)
    {
        var isKnown = TakeoverRule.IsKnown(_boundary, gtid);
        if (isKnown ? !_own.Has(gtid) : _pending.Contains(gtid.Domain) || !_boundary.ContainsKey(gtid.Domain) && !IsPassed)
        {
            _errant.Add(gtid);
        }
        else if (!isKnown)
        {
            IsFound = true;
        }

        if (_boundary.TryGetValue(gtid.Domain, out var last) && last == gtid)
        {
            _pending.Remove(gtid.Domain);
        }
    }
}
