using Holdfast.Rules.HaScheduler.Suspects;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>Suspects that ask for their turn at once: who is first, and what a turn needs. suspectWindow is 90 s.</summary>
public sealed class TrialOrderTests
{
    private static readonly Suspicion Waits = new()
    {
        Falls = [new Fall("h8", "a", Scene.Now.AddMinutes(-9), Scene.Now.AddMinutes(-9)),
            new Fall("h9", "b", Scene.Now.AddMinutes(-6), Scene.Now.AddMinutes(-6))],
        Since = Scene.Now.AddSeconds(-100),
    };

    private static Case Asks(string task, double since = 100, string host = "h1", string? incident = null,
        ProtectionLevel? protection = ProtectionLevel.Medium, ComponentKind kind = ComponentKind.IncrSync) => new(
            Scene.Component(task, host) with
            {
                Kind = kind,
                CameAt = Scene.Now.AddMinutes(-6),
                Suspicion = Waits with { Since = Scene.Now.AddSeconds(-since) },
            },
            protection is { } level ? Some.Task(task, level) : null, Scene.Config with { EnableStore = true },
            incident is null ? Scene.Host(host) : Scene.DownHost(host), incident, false, null);

    /// <param name="hosts">Hosts that take work.</param>
    private static List<Decision> Turns(int hosts, params Case[] cases)
    {
        HostSnapshot[] free = [.. Enumerable.Range(0, hosts).Select(n => Scene.Host($"free{n}"))];
        var snapshot = Scene.Of([.. free, .. cases.Select(c => c.Host!).DistinctBy(h => h.Verdict.Host)],
            [.. cases.Select(c => c.Component)]);
        var config = new EffectiveConfig(Scene.Config);
        var queue = new SuspectQueue(snapshot, new Evidence(snapshot, new SharedCauses(snapshot, config), new HashSet<string>()),
            new TrialHosts(snapshot, config, free.Select(h => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc, 0, 0))
                .ToLookup(c => c.Region, StringComparer.Ordinal)));
        Assert.All(cases, c => Assert.Equal(default, queue.Look(c)));
        return [.. queue.Turns((wanted, places) => new Hold(wanted.Case.Component.Id, Reason.NoRoom,
            "placed beside " + places.Take(ComponentKind.IncrSync).Host))];
    }

    private static Decision Turn(int hosts, Case @case) => Assert.Single(Turns(hosts, @case));

    [Fact]
    public void The_one_that_has_waited_longest_is_first_then_the_better_protected_then_by_id()
    {
        Assert.Equal(["t2", "t1"], Order(Asks("t1", 100), Asks("t2", 101)));
        Assert.Equal(["t2", "t1"], Order(
            Asks("t1", 101, protection: ProtectionLevel.Low), Asks("t2", 101, protection: ProtectionLevel.High)));
        Assert.Equal(["t1", "t2"], Order(
            Asks("t1", 102, protection: ProtectionLevel.Low), Asks("t2", 101, protection: ProtectionLevel.High)));
        Assert.Equal(["t1", "t2"], Order(Asks("t2"), Asks("t1")));
        Assert.Equal(["t2", "t1"], Order(Asks("t1", protection: null), Asks("t2", protection: ProtectionLevel.Low)));
        static List<string> Order(params Case[] cases)
        {
            var decisions = Turns(0, cases);
            var begins = Assert.IsType<Suspect>(decisions[0]);
            Assert.Contains($"its turn comes after {begins.Object}", decisions[1].HeldFor(Reason.SuspectWaits).Because,
                StringComparison.Ordinal);
            return [.. decisions.Select(d => cases.Single(c => c.Component.Id == d.Object).Component.Task)];
        }
    }

    [Theory]
    [InlineData(0, "no host of region north takes work")]
    [InlineData(1, "only 1 host of region north takes work")]
    [InlineData(2, null)]
    public void One_that_goes_elsewhere_leaves_its_region_a_host(int hosts, string? missing)
    {
        foreach (var kind in (ComponentKind[])[ComponentKind.IncrSync, ComponentKind.Store])
        {
            var decision = Turn(hosts, Asks("t1", incident: "h1-incident", kind: kind));
            if (missing is not null)
            {
                Assert.EndsWith("; " + missing, decision.HeldFor(Reason.NoSpareHost).Because, StringComparison.Ordinal);
                Assert.Equal("h1-incident", ((Hold)decision).Ticket);
            }
            else
            {
                Assert.Equal(kind == ComponentKind.Store ? "turn" : "placed", decision is Suspect { After.TriedAt: not null } ? "turn"
                    : decision.HeldFor(Reason.NoRoom).Because == "placed beside free0" ? "placed" : $"{decision}");
            }
        }
    }

    [Fact]
    public void One_that_goes_on_where_it_is_takes_no_host()
    {
        Assert.Equal(Scene.Now, Assert.IsType<Suspect>(Turn(0, Asks("t1"))).After!.TriedAt);
        Assert.Equal(Scene.Now, Assert.IsType<Suspect>(Turn(0, Asks("t1", kind: ComponentKind.Store))).After!.TriedAt);
    }
}
