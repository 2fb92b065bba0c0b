using FsCheck;
using FsCheck.Fluent;
using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Tests;

/// <summary>When the headroom of regions is counted anew, and over which hosts.</summary>
public sealed class StandingHeadroomTests
{
    [Fact]
    public void A_pass_makes_the_answers_again_only_when_they_are_old()
    {
        var (standing, made) = (new StandingHeadroom(), 0);
        var start = TimeSpan.FromHours(1);
        Look(start);
        Look(start + TimeSpan.FromSeconds(4.999));
        Assert.Equal(1, made);
        Look(start + TimeSpan.FromSeconds(5));
        Assert.Equal(2, made);

        void Look(TimeSpan now)
        {
            standing.Look(now, () => [new Headroom("north", true, [], $"{++made}")]);
            Assert.Equal($"{made}", Assert.Single(standing.Answers).Sentence);
        }
    }

    [Fact]
    public void Each_region_of_a_snapshot_has_an_answer_over_its_hosts_that_are_not_down()
    {
        var snapshot = Scene.Of(
            [Scene.Host("h1"), Scene.Host("h2", idc: "n2"), Scene.DownHost("h3"), Scene.Host("s1", region: "south", idc: "s")],
            Scene.Component("t1", "h1"), Scene.Component("t2", "h1") with { Desired = DesiredState.Absent },
            Scene.Component("t3", "h3"), Scene.Component("t4", null), Scene.Component("t5", "s1", "south"));
        var answers = StandingHeadroom.Of(snapshot,
            [.. snapshot.Hosts.Where(h => h.Verdict.State == HostState.Online)
                .Select(h => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc, 0, 1))],
            _ => null);
        Assert.Equal(["tolerates loss of h1: yes · IDC n1: yes · IDC n2: yes",
            "tolerates loss of s1: no, 1 component has no room · IDC s: no, 1 component has no room"], answers.Select(a => a.Sentence));
        Assert.All(answers[0].Scenarios, s => Assert.False(s.Unavoidable));
        Assert.All(answers[1].Scenarios, s => Assert.True(s.Unavoidable));
        Assert.Equal((1, 1), (answers[0].Scenarios[1].Hosts, answers[0].Scenarios[1].Components));
    }

    [Fact]
    public void A_loss_is_unavoidable_only_where_no_host_of_the_region_is_left()
    {
        var snapshot = Scene.Of(
            [Scene.Host("h1"), Scene.Host("h2"), Scene.Host("s1", region: "south", idc: "s")], Scene.Component("t1", "h1"));
        var answers = StandingHeadroom.Of(snapshot, [], _ => null);
        Assert.Equal([("host h1", false, false), ("idc n1", false, true), ("host s1", true, false), ("idc s", true, false)],
            answers.SelectMany(a => a.Scenarios).Select(s => (s.Lost, s.Survives, s.Unavoidable)));
    }
}
