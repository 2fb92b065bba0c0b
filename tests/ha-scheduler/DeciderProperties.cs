using FsCheck;
using FsCheck.Fluent;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Properties of decisions over every snapshot. A failure prints the seed that makes the snapshot.</summary>
public sealed class DeciderProperties
{
    [Fact]
    public void A_component_is_placed_at_most_once_and_never_where_it_stands() => Holds(s => s.Decisions.OfType<Place>()
        .GroupBy(p => p.Object).All(g => g.Count() == 1) && s.Decisions.OfType<Place>().All(p => p.Host != p.From.Host));

    [Fact]
    public void Every_object_gets_one_decision() => Holds(s =>
        s.Decisions.Select(d => d.Object).Distinct().Count() == s.Decisions.Count
        && s.Snapshot.Hosts.All(h => s.Decisions.Any(d => d.Object == h.Verdict.Host))
        && s.Snapshot.Registrations.Where(r => r.Desired != DesiredState.Absent && (r.Host is null || s.IsDown(r.Host)))
            .All(r => s.Decisions.Any(d => d.Object == r.Id)));

    [Fact]
    public void Nothing_moves_between_regions() => Holds(s =>
        s.Decisions.OfType<Place>().All(p => s.Host(p.Host).Verdict.Region == p.From.Region));

    [Fact]
    public void A_module_that_is_off_moves_nothing() => Holds(s =>
        (s.Config.Enable && s.Config.EnableHost) || s.Decisions.OfType<Place>().All(p => p.From.Host is null));

    [Fact]
    public void An_interrupted_feed_convicts_and_moves_nothing() => Holds(s =>
        s.Snapshot.Feed.IsComplete
        || !s.Decisions.OfType<DeclareDown>().Any() && s.Decisions.OfType<Place>().All(p => p.From.Host is null));

    [Fact]
    public void The_brake_holds_in_the_first_pass() => Holds(s => s.Snapshot.Hosts.GroupBy(h => h.Verdict.Region)
        .Where(region => IsMassSilence([.. region], s.Config))
        .Where(region => s.Snapshot.Brakes.GetValueOrDefault(region.Key) is not { Engaged: true, Confirmed: true })
        .All(region => !s.Decisions.OfType<Place>().Any(p => p.From.Region == region.Key && p.From.Host is not null)));

    [Fact]
    public void A_move_starts_nothing_that_was_not_running() => Holds(s => s.Decisions.OfType<Place>()
        .Where(p => p.Desired == DesiredState.Running)
        .All(p => p.From.Desired == DesiredState.Running && p.From.CarriedState is null
            && s.LastState(p.From) is not ComponentState.Abnormal));

    [Fact]
    public void No_second_operation_within_the_cooldown() => Holds(s => s.Decisions.OfType<Place>()
        .All(p => p.From.Host is null || p.From.OperatedAt is not { } at || s.Snapshot.Now - at >= s.Config.CheckRequestInterval));

    [Fact]
    public void No_plan_takes_a_host_past_its_quota_or_onto_a_bottleneck() => Holds(s => s.Decisions.OfType<Place>()
        .GroupBy(p => p.Host)
        .All(g => s.Host(g.Key).Reported is { } host
            && s.Snapshot.Registrations.Count(r => r.Host == g.Key) + g.Count() <= host.Quotas.Others
            && Fleet.LoadLimits.Default.HasNoBottleneck(host.Report.Usage)));

    [Fact]
    public void Work_goes_only_to_hosts_that_are_online_and_heard() => Holds(s => s.Decisions.OfType<Place>()
        .All(p => s.Host(p.Host) is { Verdict.State: HostState.Online, HeardSinceVerdict: true } h && !Liveness.IsSuspect(h, s.Config)));

    [Fact]
    public void Only_a_host_that_goes_or_is_down_loses_work() => Holds(s => s.Decisions.OfType<Place>()
        .All(p => p.From.Host is null || s.IsDown(p.From.Host)));

    [Fact]
    public void The_same_snapshot_gives_the_same_decisions() => Holds(s =>
        s.Decisions.SequenceEqual(Decider.Decide(s.Snapshot, s.Config)));

    [Fact]
    public void The_order_of_hosts_decides_nothing() => Holds(s =>
        s.Decisions.ToHashSet().SetEquals(Decider.Decide(s.Snapshot with { Hosts = [.. s.Snapshot.Hosts.Reverse()] }, s.Config)));

    private static bool IsMassSilence(List<HostSnapshot> region, HaConfig config)
    {
        var silent = region.Where(h => Liveness.IsSuspect(h, config)).ToList();
        var idc = silent.Select(h => h.Verdict.Idc).Distinct().ToList();
        var wholeIdc = idc.Count == 1 && silent.Count < region.Count && region.All(h => h.Verdict.Idc != idc[0] || silent.Contains(h));
        return silent.Count >= config.BrakeHostsMin && (double)silent.Count / region.Count > config.BrakeShare && !wholeIdc;
    }

    private static void Holds(Func<RandomScene, bool> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new RandomScene(seed)))
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));
}

/// <summary>A snapshot made from a seed: a few regions, hosts of every state, components of every fate.</summary>
internal sealed class RandomScene
{
    private readonly Random _random;

    internal RandomScene(int seed)
    {
        _random = new Random(seed);
        var mood = _random.NextDouble();
        var hosts = Enumerable.Range(0, _random.Next(1, 25)).Select(n => RandomHost(n, mood)).ToList();
        var components = Enumerable.Range(0, _random.Next(0, 60)).Select(n => RandomComponent(n, hosts)).ToList();
        Snapshot = Scene.Of([.. hosts.Select(h => Reporting(h, components))], components) with
        {
            Feed = Chance(0.8) ? Scene.CompleteFeed : Scene.InterruptedFeed,
            Brakes = Chance(0.3)
                ? new Dictionary<string, BrakeState> { [Region()] = new(true, Chance(0.5)) }
                : new Dictionary<string, BrakeState>(),
        };
        Config = Scene.Config with { Enable = Chance(0.9), EnableHost = Chance(0.9), CheckHostDownIntervalSec = Chance(0.95) ? 30 : 20 };
        Decisions = Decider.Decide(Snapshot, Config);
    }

    internal Snapshot Snapshot { get; }

    internal HaConfig Config { get; }

    internal IReadOnlyList<Decision> Decisions { get; }

    internal HostSnapshot Host(string name) => Snapshot.Hosts.Single(h => h.Verdict.Host == name);

    /// <summary>Down once the pass is through.</summary>
    internal bool IsDown(string host) => Decisions.Any(d => d is DeclareDown && d.Object == host)
        || Host(host).Verdict.State == HostState.Down && !Decisions.Any(d => d is Quarantine && d.Object == host);

    internal ComponentState? LastState(Registration component) => component.Host is null
        ? null
        : Host(component.Host).Reported?.Components.FirstOrDefault(c => c.Name == component.Name && c.Epoch == component.Epoch)?.State;

    private HostSnapshot RandomHost(int number, double mood)
    {
        var host = Scene.Host($"h{number}",
            Pick(HostState.Online, HostState.Online, HostState.Online, HostState.Down, HostState.Quarantined),
            silent: Chance(mood) ? Pick(16, 31, 300) : Pick(0, 5, 15), region: Region(), idc: Pick("a", "b"), heard: Chance(0.8));
        host = host with { Unheard = host.Silence + Scene.Seconds(Pick(0, 0, 0, 60)) };
        return Chance(0.05)
            ? host with { Reported = null }
            : host.With(h => h with
            {
                Quotas = new Quotas(Stores: 3, Others: _random.Next(0, 8)),
                ComponentsInventory = Pick(1, 1, 1, 0),
                Report = h.Report with { Usage = new Usage(Load(), Load(), Load()), DesiredVersion = Pick(0, 1) },
            });
    }

    private Registration RandomComponent(int number, List<HostSnapshot> hosts)
    {
        var on = Chance(0.85) ? hosts[_random.Next(hosts.Count)].Verdict : null;
        return Scene.Component($"t{number}", on?.Host, on?.Region ?? Region(), _random.Next(1, 9)) with
        {
            Desired = Pick(DesiredState.Running, DesiredState.Running, DesiredState.Stopped, DesiredState.Absent),
            CarriedState = Chance(0.1) ? ComponentState.Abnormal : null,
            OperatedAt = Chance(0.3) ? Scene.Now.AddSeconds(-Pick(0, 599, 600, 601)) : null,
        };
    }

    private HostSnapshot Reporting(HostSnapshot host, List<Registration> components) => host.Reported is null
        ? host
        : host.With(h => h with
        {
            Components = [.. components.Where(c => c.Host == host.Verdict.Host && Chance(0.8)).Select(c =>
                Scene.Runs(c with { Epoch = c.Epoch - Pick(0, 0, 0, 1) }, Pick(Enum.GetValues<ComponentState>())))],
        });

    private string Region() => Pick("north", "north", "south");

    private double Load() => Chance(0.9) ? _random.NextDouble() * 0.84 : 0.95;

    private bool Chance(double share) => _random.NextDouble() < share;

    private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];
}
