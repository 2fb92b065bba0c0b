using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Trials;

/// <summary>
/// Gives turns to suspects: in each region one at a time. The next one begins only after the one before has lived through its window,
/// is held, or has failed by itself. Pure but for the choices that the placing hands out.
/// </summary>
internal sealed class SuspectQueue(Snapshot snapshot, Evidence evidence, TrialHosts hosts)
{
    private const int HostsMin = 2;

    private readonly List<(Case Case, Answer Asks)> _asking = [];
    private readonly Dictionary<string, Registration> _watched = new(StringComparer.Ordinal);

    /// <summary>Decides what needs no turn; the rest asks for one.</summary>
    internal Answer Look(Case @case)
    {
        var answer = SuspectRules.Look(@case, snapshot, evidence);
        if (answer.Occupies)
        {
            _watched[@case.Component.Region] = @case.Component;
        }

        if (answer.Asks is { } asks)
        {
            _asking.Add((@case, asks));
        }

        return answer.Decided;
    }

    /// <summary>One turn for each region in which nobody has one; all others are told whom they wait for.</summary>
    internal IEnumerable<Decision> Turns(Func<Wanted, Placement, Decision> place)
    {
        _asking.Sort(Order);
        foreach (var (@case, asks) in _asking)
        {
            var region = @case.Component.Region;
            var decision = _watched.TryGetValue(region, out var other) ? Behind(@case, other) : Begin(@case, asks, region, place);
            if (decision is not Hold)
            {
                _watched.TryAdd(region, @case.Component);
            }

            yield return decision;
        }
    }

    private Decision Begin(Case @case, Answer asks, string region, Func<Wanted, Placement, Decision> place)
    {
        // The target and one more: a poisoned one must not take the last host of a region.
        var goesElsewhere = asks.Wanted is not null || @case.Incident is not null;
        if (goesElsewhere && hosts.Count(region) is var count && count < HostsMin)
        {
            return new Hold(@case.Component.Id, Reason.NoSpareHost,
                $"{SuspectWords.Of(@case.Component.Suspicion!)}; {(count == 0 ? "no" : "only 1")} host of region {region} takes work")
            {
                Ticket = @case.Incident,
            };
        }

        if (asks.Wanted is { } wanted)
        {
            return hosts.For(@case) is { } apart
                ? place(wanted, apart)
                : NotAlone(@case, "other work came to each host of its region within the window");
        }

        return @case.Component.Kind != ComponentKind.Store && hosts.DisturbsInPlace(@case) is { } other
            ? NotAlone(@case, other)
            : asks.Decided!;
    }

    private static Hold NotAlone(Case @case, string other) => new(@case.Component.Id, Reason.SuspectWaits,
        $"{SuspectWords.Of(@case.Component.Suspicion!)}; it waits until it can be watched alone: {other}")
    {
        Ticket = @case.Incident,
    };

    private static Hold Behind(Case @case, Registration other) => new(@case.Component.Id, Reason.SuspectWaits,
        $"{SuspectWords.Of(@case.Component.Suspicion!)}; its turn comes after {other.Id}, which is watched on {other.Host}")
    {
        Ticket = @case.Incident,
    };

    /// <summary>Orders suspects: the one that has waited longest first, then by protection.</summary>
    private static int Order((Case Case, Answer Asks) a, (Case Case, Answer Asks) b)
    {
        var (first, second) = (a.Case.Component, b.Case.Component);
        return first.Suspicion!.Since != second.Suspicion!.Since
            ? first.Suspicion.Since!.Value.CompareTo(second.Suspicion.Since!.Value)
            : Protection(a.Case) != Protection(b.Case) ? Protection(a.Case).CompareTo(Protection(b.Case))
            : string.CompareOrdinal(first.Id, second.Id);
    }

    private static ProtectionLevel Protection(Case @case) => @case.Task?.Protection ?? ProtectionLevel.Ignore;
}
