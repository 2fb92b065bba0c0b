using FsCheck;
using FsCheck.Fluent;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Properties of every plan, whatever the hosts, tags and wishes. A failure prints the seed.</summary>
public sealed class PlacementProperties
{
    private static readonly LoadLimits Limits = LoadLimits.Default;

    [Fact]
    public void No_host_is_taken_past_a_quota() => Holds(s => s.Hosts.All(h =>
        (s.StoresOn(h) == 0 || h.Stores + s.StoresOn(h) <= h.Quotas.Stores)
        && (s.OthersOn(h) == 0 || h.Others + s.OthersOn(h) <= h.Quotas.Others)));

    [Fact]
    public void No_host_is_expected_to_reach_a_limit() => Holds(s =>
    {
        var cost = ComponentCost.Among(s.Hosts, Limits);
        return s.Hosts.Where(h => s.StoresOn(h) + s.OthersOn(h) > 0).All(h =>
        {
            var coming = h.Awaited + s.StoresOn(h) + s.OthersOn(h);
            return Limits.HasNoBottleneck(new Usage(
                h.Usage.Cpu + coming * cost.Cpu, h.Usage.Memory + coming * cost.Memory, h.Usage.Disk));
        });
    });

    [Fact]
    public void Nothing_goes_where_a_tag_is_missing_or_it_may_not_go() => Holds(s => s.Placed.All(p =>
        p.Wish.Tags.All(s.Host(p.Host).Tags.Contains) && p.Host != p.Wish.Excluding));

    [Fact]
    public void The_order_of_hosts_decides_nothing() => Holds(s =>
    {
        var plan = new Placement(s.Hosts.AsEnumerable().Reverse().ToList());
        return s.Wishes.Select(w => w.From(plan)).SequenceEqual(s.Choices);
    });

    [Fact]
    public void The_same_candidates_and_wishes_give_the_same_plan() => Holds(s =>
    {
        var plan = new Placement(s.Hosts);
        return s.Wishes.Select(w => w.From(plan)).SequenceEqual(s.Choices);
    });

    [Fact]
    public void Every_seat_is_the_one_that_looking_at_all_hosts_would_give() => Holds(s =>
    {
        var cost = ComponentCost.Among(s.Hosts, Limits);
        var placed = new List<(Wish Wish, string Host)>();
        foreach (var (wish, choice) in s.Wishes.Zip(s.Choices))
        {
            var best = s.Hosts.Where(h => Fits(h, wish, placed, cost)).OrderBy(h => Filled(h, wish, placed))
                .ThenBy(h => Load(h, placed, cost)).ThenBy(h => h.Host, StringComparer.Ordinal).FirstOrDefault();
            if (best?.Host != choice.Host)
            {
                return false;
            }

            if (best is not null)
            {
                placed.Add((wish, best.Host));
            }
        }

        return true;
    });

    [Fact]
    public void Whoever_is_refused_learns_why_and_every_candidate_counts_once() => Holds(s => s.Choices.All(choice =>
        (choice.Host is null) == (choice.Refusal is not null)
        && (choice.Refusal is not { } r || r.Sentence.Length is > 0 and < 1000
            && r.Candidates == s.Hosts.Count && r.Bottlenecks + r.Full + r.Untagged + r.Excluded == s.Hosts.Count)));

    [Fact]
    public void The_order_of_equal_wishes_changes_no_count() => Holds(s =>
    {
        var only = s.Wishes.Where(w => w.Tags.Length == 0 && w.Excluding is null).ToList();
        return Counts(s.Hosts, only).SequenceEqual(Counts(s.Hosts, [.. only.AsEnumerable().Reverse()]));

        static IEnumerable<int> Counts(List<Candidate> hosts, List<Wish> wishes)
        {
            // Quotas alone decide here: load is shared by both kinds, and whoever comes first has it.
            var plan = new Placement(hosts.Select(h => h with { Usage = new Usage(0, 0, 0) }));
            return wishes.Select(w => (w.Kind == ComponentKind.Store, w.From(plan).Host)).Where(p => p.Host is not null)
                .CountBy(p => p).OrderBy(p => p.Key).Select(p => p.Value).ToList();
        }
    });

    [Fact]
    public void Counting_all_at_once_says_what_taking_one_by_one_says() => Holds(s =>
    {
        var plan = new Placement(s.Hosts);
        var choices = s.Wishes.Select(_ => plan.Take(ComponentKind.IncrSync)).ToList();
        var (without, because) = new Placement(s.Hosts).TakeAll(ComponentKind.IncrSync, s.Wishes.Count);
        return without == choices.Count(p => p.Host is null)
            && because == choices.Select(p => p.Refusal).FirstOrDefault(r => r is not null);
    });

    private static bool Fits(Candidate host, Wish wish, List<(Wish Wish, string Host)> placed, ComponentCost cost)
    {
        var coming = host.Awaited + placed.Count(p => p.Host == host.Host) + 1;
        return host.Host != wish.Excluding && wish.Tags.All(host.Tags.Contains) && Taken(host, wish, placed) < Quota(host, wish)
            && Limits.HasNoBottleneck(new Usage(
                host.Usage.Cpu + coming * cost.Cpu, host.Usage.Memory + coming * cost.Memory, host.Usage.Disk));
    }

    private static double Filled(Candidate host, Wish wish, List<(Wish, string)> placed) =>
        (double)Taken(host, wish, placed) / Quota(host, wish);

    private static double Load(Candidate host, List<(Wish Wish, string Host)> placed, ComponentCost cost)
    {
        var coming = host.Awaited + placed.Count(p => p.Host == host.Host);
        return Math.Max(host.Usage.Cpu + coming * cost.Cpu, host.Usage.Memory + coming * cost.Memory);
    }

    private static int Taken(Candidate host, Wish wish, List<(Wish Wish, string Host)> placed) =>
        (wish.IsStore ? host.Stores : host.Others) + placed.Count(p => p.Host == host.Host && p.Wish.IsStore == wish.IsStore);

    private static int Quota(Candidate host, Wish wish) => wish.IsStore ? host.Quotas.Stores : host.Quotas.Others;

    private static void Holds(Func<RandomPlan, bool> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new RandomPlan(seed)))
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));
}

internal sealed record Wish(ComponentKind Kind, string[] Tags, string? Excluding)
{
    internal bool IsStore => Kind == ComponentKind.Store;

    internal HostChoice From(Placement plan) => plan.Take(Kind, Tags, Excluding);
}

/// <summary>Hosts near their limits, and more wishes than they can grant; all made from a seed.</summary>
internal sealed class RandomPlan
{
    private readonly Random _random;

    internal RandomPlan(int seed)
    {
        _random = new Random(seed);
        Hosts = [.. Enumerable.Range(0, _random.Next(0, 12)).Select(RandomHost)];
        Wishes = [.. Enumerable.Range(0, _random.Next(1, 80)).Select(_ => new Wish(
            Pick(ComponentKind.IncrSync, ComponentKind.IncrSync, ComponentKind.FullImport, ComponentKind.Store),
            Chance(0.6) ? [] : Tags(), Chance(0.2) && Hosts.Count > 0 ? Hosts[_random.Next(Hosts.Count)].Host : null))];
        var plan = new Placement(Hosts);
        Choices = [.. Wishes.Select(w => w.From(plan))];
    }

    internal List<Candidate> Hosts { get; }

    internal List<Wish> Wishes { get; }

    internal List<HostChoice> Choices { get; }

    internal IEnumerable<(Wish Wish, string Host)> Placed =>
        Wishes.Zip(Choices).Where(p => p.Second.Host is not null).Select(p => (p.First, p.Second.Host!));

    internal Candidate Host(string name) => Hosts.Single(h => h.Host == name);

    internal int StoresOn(Candidate host) => Placed.Count(p => p.Host == host.Host && p.Wish.IsStore);

    internal int OthersOn(Candidate host) => Placed.Count(p => p.Host == host.Host && !p.Wish.IsStore);

    private Candidate RandomHost(int number)
    {
        var (stores, others) = (_random.Next(0, 4), _random.Next(0, 12));
        return new Candidate($"h{number}", "north", Pick("a", "b"), new Usage(Load(), Load(), Chance(0.95) ? 0.5 : 0.9),
            new Quotas(_random.Next(0, 8), _random.Next(0, 20)), stores, others)
        {
            Tags = Tags(),
            Awaited = Chance(0.7) ? 0 : _random.Next(0, stores + others + 1),
        };
    }

    private string[] Tags() => [.. new[] { "ssd", "gpu", "near" }.Where(_ => Chance(0.5))];

    private double Load() => Chance(0.9) ? Math.Round(_random.NextDouble() * 0.8, 3) : 0.9;

    private bool Chance(double share) => _random.NextDouble() < share;

    private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];
}
