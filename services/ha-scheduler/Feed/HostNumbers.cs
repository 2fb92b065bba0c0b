namespace Holdfast.HaScheduler.Feed;

/// <summary>
/// The furthest report of each host, as batches and verdicts say, and who reports below it. Collectors may forget a number that they
/// handed out before the store had it. To a scheduler the next life under that number, or below it, is one of the past
/// (docs/decisions/0046). Clockless; one thread at a time.
/// </summary>
internal sealed class HostNumbers
{
    /// <summary>Hosts that are announced at once; the others follow when these are numbered anew.</summary>
    private const int SaidMax = 1_000;

    private readonly Dictionary<string, (long Incarnation, long Sequence)> _furthest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan Since, TimeSpan Last)> _below = new(StringComparer.Ordinal);

    internal void Hear(HostReport report, TimeSpan now)
    {
        var (host, heard) = (report.Host, (report.Incarnation, report.Sequence));
        if (_furthest.TryGetValue(host, out var furthest) && heard.CompareTo(furthest) < 0)
        {
            _below[host] = (_below.TryGetValue(host, out var below) ? below.Since : now, now);
        }
        else
        {
            _furthest[host] = heard;
            _below.Remove(host);
        }
    }

    /// <summary>Notes the lives of a host, and the report, that a verdict names.</summary>
    internal void Know(HostVerdict verdict)
    {
        Know(verdict.Host, verdict.Incarnation, verdict.Sequence);
        if (verdict.Start is { } start)
        {
            Know(verdict.Host, start.Incarnation, null);
        }
    }

    /// <summary>Its judges have heard of this life, up to this report; null: of none in particular.</summary>
    private void Know(string host, long incarnation, long? sequence)
    {
        var known = (incarnation, sequence ?? -1);
        if (!_furthest.TryGetValue(host, out var furthest) || furthest.CompareTo(known) < 0)
        {
            _furthest[host] = known;
        }
    }

    /// <summary>Those that go on below it, and have not been heard beyond it for longer than a life can be silent.</summary>
    internal IReadOnlyList<HostNumber> Below(TimeSpan now, TimeSpan after) => _below.Count == 0 ? [] :
    [
        .. _below.Where(b => now - b.Value.Since > after && now - b.Value.Last <= after)
            .OrderBy(b => b.Value.Since).Take(SaidMax).Select(b => new HostNumber(b.Key, _furthest[b.Key].Incarnation)),
    ];
}
