using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>
/// Tells how far a log was read, by names that other servers with the same history know. In a domain the numbers grow: where they do not,
/// nothing can be said of it.
/// </summary>
internal sealed class GtidState
{
    private readonly Dictionary<uint, Gtid> _reached = [];
    private readonly Dictionary<uint, Gtid> _given = [];
    private readonly Dictionary<(uint Domain, uint Server), ulong> _servers = [];
    private readonly SortedSet<uint> _unordered = [];

    /// <summary>The last one of each domain that was read.</summary>
    internal IReadOnlyDictionary<uint, Gtid> Reached => _reached;

    /// <summary>The last one of each domain of which something was given to readers.</summary>
    internal IReadOnlyDictionary<uint, Gtid> Given => _given;

    /// <summary>The highest number of each server that was ever in the log.</summary>
    internal IEnumerable<Gtid> Servers => _servers.Select(s => new Gtid(s.Key.Domain, s.Key.Server, s.Value));

    /// <summary>Domains in which a number has come after a higher one.</summary>
    internal IReadOnlySet<uint> Unordered => _unordered;

    /// <summary>Reads the state as a server or a file says it.</summary>
    internal static GtidState Of(
        IEnumerable<Gtid> reached, IEnumerable<Gtid> given, IEnumerable<Gtid> servers, IEnumerable<uint> unordered)
    {
        var state = new GtidState();
        foreach (var each in reached)
        {
            state._reached[each.Domain] = each;
        }

        foreach (var each in given)
        {
            state._given[each.Domain] = each;
        }

        foreach (var each in servers.Concat(state._reached.Values))
        {
            state.Learn(each);
        }

        state._unordered.UnionWith(unordered);
        return state;
    }

    internal GtidState Copy() => Of(_reached.Values, _given.Values, Servers, _unordered);

    /// <summary>A transaction was read; whatever comes again changes nothing.</summary>
    internal void Reach(Gtid gtid, bool isGiven)
    {
        if (_reached.TryGetValue(gtid.Domain, out var last) && gtid.Sequence <= last.Sequence)
        {
            // An event that comes again is known by its server's number; anything else is out of order.
            if (!Has(gtid))
            {
                _unordered.Add(gtid.Domain);
            }
        }
        else
        {
            _reached[gtid.Domain] = gtid;
        }

        if (isGiven && (!_given.TryGetValue(gtid.Domain, out var given) || gtid.Sequence > given.Sequence))
        {
            _given[gtid.Domain] = gtid;
        }

        Learn(gtid);
    }

    /// <summary>It was in the log.</summary>
    internal bool Has(Gtid gtid) => _servers.TryGetValue((gtid.Domain, gtid.Server), out var known) && known >= gtid.Sequence;

    private void Learn(Gtid gtid)
    {
        var key = (gtid.Domain, gtid.Server);
        _servers[key] = Math.Max(_servers.GetValueOrDefault(key), gtid.Sequence);
    }
}
