using Holdfast.Fleet;
using Holdfast.HaScheduler;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.Bench.Scheduler;

/// <summary>Measures how fast places are handed out, and what the loss of an IDC costs a pass.</summary>
internal static class PlacementBenchmark
{
    private const double GoalPerSecond = 50_000;
    private const double GoalIdcLossMs = 1_000;
    private const int Hosts = 10_000;
    private const int LostHosts = 3_000;
    private const int Wishes = 100_000;

    private static readonly string[] Tags = ["ssd", "gpu", "near", "new", "large"];

    /// <summary>A new plan over 10,000 hosts each time: what a pass pays, with its queues.</summary>
    internal static Task<bool> Placements()
    {
        var candidates = Enumerable.Range(0, Hosts).Select(Candidate).ToList();
        var reached = Placed("placements, no tags", candidates, _ => null);
        reached &= Placed("placements, one tag of five", candidates, n => [Tags[n % Tags.Length]]);
        reached &= Placed("placements, one of 31 sets of tags or none", candidates, TagsOf);
        Print.Line("refusals once all is full", $"{Refusals(candidates):#,0}/s");
        return Task.FromResult(reached);
    }

    /// <summary>One region of 10,000 hosts with ten components each; an IDC of 3,000 falls silent at once.</summary>
    internal static Task<bool> IdcLoss()
    {
        var config = Profile.Standard.Ha;
        var (whole, lost) = (FleetScene.OneRegion(Hosts, LostHosts, silent: false), FleetScene.OneRegion(Hosts, LostHosts, silent: true));
        var plain = Timing.Median(() => Decider.Decide(whole, config));
        var ms = Timing.Median(() => Decider.Decide(lost, config));
        var decisions = Decider.Decide(lost, config);
        Print.Line("plain pass over the same fleet", $"{plain:0.0} ms");
        Print.Line("hosts declared down, components placed",
            $"{decisions.OfType<DeclareDown>().Count():#,0}, {decisions.OfType<Place>().Count():#,0}");
        var complete = decisions.OfType<Place>().Count() == LostHosts * FleetScene.ComponentsPerHost;
        Print.Line("pass that plans the loss, to the plain one", $"{ms / plain:0.0} times");
        return Task.FromResult(Print.Goal("pass that plans the loss of 3,000 hosts", ms, "ms", GoalIdcLossMs, atLeast: false) && complete);
    }

    private static bool Placed(string what, List<Candidate> candidates, Func<int, string[]?> tags)
    {
        var wishes = Enumerable.Range(0, Wishes).Select(tags).ToList();
        var placed = 0;
        var ms = Timing.Median(() =>
        {
            var plan = new Placement(candidates);
            placed = wishes.Count(w => plan.Take(ComponentKind.IncrSync, w).Host is not null);
        });
        return Print.Goal($"{what} ({placed:#,0})", placed / ms * 1_000, "/s", GoalPerSecond, atLeast: true);
    }

    private static double Refusals(List<Candidate> candidates)
    {
        var full = candidates.Select(c => c with { Others = c.Quotas.Others }).ToList();
        var ms = Timing.Median(() =>
        {
            var plan = new Placement(full);
            for (var n = 0; n < Wishes; n++)
            {
                plan.Take(ComponentKind.IncrSync, TagsOf(n));
            }
        });
        return Wishes / ms * 1_000;
    }

    private static Candidate Candidate(int host) =>
        new(FleetScene.HostName(host), "region", $"idc-{host % 3}", new Usage(0.2 + host % 7 * 0.02, 0.3, 0.5), Quotas.Unset, 2, 20)
        {
            Tags = [.. Tags.Where((_, tag) => (host + tag) % 5 != 0)],
        };

    private static string[] TagsOf(int wish) => [.. Tags.Where((_, tag) => (wish % 31 >> tag & 1) == 1).Take(4)];
}
