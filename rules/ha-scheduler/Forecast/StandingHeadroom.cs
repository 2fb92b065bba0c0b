using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Forecast;

/// <summary>
/// Forecast for each region of the loss of its largest host or of an IDC. Kept between passes: usage changes with every report, so an
/// answer is made again by time, not by change. Used by one pass's thread.
/// </summary>
internal sealed class StandingHeadroom
{
    /// <summary>Age at which an answer is made again, so readers see a change by then. A pass pays a fifth of the cost.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private TimeSpan? _madeAt;

    /// <summary>One per region, by name; empty until the first <see cref="Look"/> while the feed is complete.</summary>
    internal IReadOnlyList<Headroom> Answers { get; private set; } = [];

    /// <param name="now">On the pass's monotonic clock.</param>
    /// <param name="make">Makes the answers anew; called only when the last ones are old.</param>
    internal IReadOnlyList<Headroom> Look(TimeSpan now, Func<IReadOnlyList<Headroom>> make)
    {
        if (_madeAt is not { } at || now - at >= Every)
        {
            Answers = make();
            _madeAt = now;
        }

        return Answers;
    }

    /// <param name="candidates">Hosts that take work now, of all regions.</param>
    /// <param name="tagsOf">Tags that a component's task requires of a host.</param>
    internal static IReadOnlyList<Headroom> Of(Snapshot snapshot, IReadOnlyCollection<Candidate> candidates,
        Func<Registration, IReadOnlyList<string>?> tagsOf, LoadLimits? limits = null)
    {
        var work = new Dictionary<string, List<Resident>>(snapshot.Hosts.Count, StringComparer.Ordinal);
        foreach (var component in snapshot.Registrations)
        {
            if (component is { Host: { } host, Kind: ComponentKind.IncrSync, Desired: not DesiredState.Absent })
            {
                (work.TryGetValue(host, out var there) ? there : work[host] = []).Add(new Resident(component.Kind, tagsOf(component)));
            }
        }

        var free = candidates.ToLookup(c => c.Region, StringComparer.Ordinal);
        return
        [
            .. snapshot.Hosts.Where(h => h.Verdict.State != HostState.Down).GroupBy(h => h.Verdict.Region, StringComparer.Ordinal)
                .OrderBy(region => region.Key, StringComparer.Ordinal)
                .Select(region => Marked(snapshot, Survival.Of(region.Key, [.. free[region.Key]],
                    [.. region.Select(h => new HostWork(h.Verdict.Host, h.Verdict.Idc, work.GetValueOrDefault(h.Verdict.Host) ?? []))],
                    limits))),
        ];
    }

    /// <summary>Tells whether the region has a host, up or not, that this loss would leave it.</summary>
    internal static bool LeavesSome(Loss loss, IEnumerable<HostVerdict> hosts) =>
        hosts.Any(h => loss.Lost != $"host {h.Host}" && loss.Lost != $"idc {h.Idc}");

    private static Headroom Marked(Snapshot snapshot, Headroom answer)
    {
        var hosts = snapshot.Hosts.Select(h => h.Verdict).Where(v => v.Region == answer.Region).ToList();
        return answer with
        {
            Scenarios = [.. answer.Scenarios.Select(s => s.Survives || LeavesSome(s, hosts) ? s : s with { Unavoidable = true })],
        };
    }
}
