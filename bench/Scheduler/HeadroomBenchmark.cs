using Holdfast.Fleet;
using Holdfast.HaScheduler;
using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Bench.Scheduler;

/// <summary>The answer that each pass gives over the whole fleet: "does each region survive its largest host, and each IDC?"</summary>
internal static class HeadroomBenchmark
{
    private const double GoalMsPerPass = 20;
    private const int Hosts = 10_000;

    internal static Task<bool> Run()
    {
        var four = FleetScene.Of(Hosts, 0, new Dictionary<string, BrakeState>(StringComparer.Ordinal));
        var one = FleetScene.OneRegion(Hosts, Hosts * 3 / 10, silent: false);
        var reached = Answer("four regions, no tags", four, _ => null);
        reached &= Answer("one region, no tags", one, _ => null);
        reached &= Answer("one region, tags on a tenth", one, r => r.Task.EndsWith('7') ? Common : null);
        reached &= Answer("one region, tags on all", one, _ => Common);
        reached &= Answer("one region, scarce tags on a tenth", one, r => r.Task.EndsWith('7') ? Scarce : null);
        return Task.FromResult(reached);
    }

    /// <summary>All hosts have the one, every fifth has the other: then the loss must be planned to know.</summary>
    private static readonly string[] Common = ["ssd"], Scarce = ["gpu"], Both = ["ssd", "gpu"];

    /// <summary>Measures the answer with all that goes into it made from the snapshot; a pass comes once a second.</summary>
    private static bool Answer(string what, Snapshot snapshot, Func<Registration, IReadOnlyList<string>?> tagsOf)
    {
        var candidates = snapshot.Hosts.Select((h, n) => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc, 0,
            FleetScene.ComponentsPerHost) with { Tags = n % 5 == 0 ? Both : Common }).ToList();
        var answers = StandingHeadroom.Of(snapshot, candidates, tagsOf);
        var ms = Timing.Median(() => StandingHeadroom.Of(snapshot, candidates, tagsOf));
        Print.Line($"{what}: once in {StandingHeadroom.Every.TotalSeconds:0} s", $"{ms:0.0} ms; {answers[0].Sentence}");
        return Print.Goal($"{what}: a pass", ms / StandingHeadroom.Every.TotalSeconds, "ms", GoalMsPerPass, atLeast: false);
    }
}
