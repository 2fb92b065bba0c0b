using Holdfast.App.Operator;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The headline counts what fires, in the console and on the command line alike.</summary>
public sealed class FiringTests
{
    private static readonly Sight Well = new(
        new FleetOverview(default, true, null, [], [], 0, Noted.None, null), new Outcome<IReadOnlyList<Headroom>>([], null),
        new JsonObject(),
        new ListPage<TicketView>([], null), new ListPage<DecisionView>([], null), new ListPage<AlertView>([], null));

    [Theory]
    [InlineData("", "ok", 0, "All is well")]
    [InlineData("1:60:0 2:1:0 3:241:0", "bad", 3,
        "60 alerts of level Outage fire · 1 alert of level Critical fires · 241 alerts of level Warning fire")]
    [InlineData("2:1:0", "bad", 3, "1 alert of level Critical fires")]
    [InlineData("3:1:0", "warn", 3, "1 alert of level Warning fires")]
    [InlineData("4:2:0", "warn", 3, "2 alerts of level Caution fire")]
    [InlineData("5:2:0", "ok", 0, "All is well")]
    [InlineData("1:0:3", "ok", 0, "All is well · 3 silenced alerts fire")]
    [InlineData("1:2:1", "bad", 3, "2 alerts of level Outage fire · 1 silenced alert fires")]
    public void What_fires_stands_before_all_else_by_level_and_what_is_silenced_is_said_apart(
        string fires, string level, int exit, string says)
    {
        var levels = fires.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split(':').Select(int.Parse).ToArray())
            .Select(f => new FiringLevel(f[0], ((AlertLevel)f[0]).ToString(), f[1], f[2])).ToList();
        var firing = new FiringAlerts(default, levels.Sum(l => l.Count), levels.Sum(l => l.Silenced), levels);
        Assert.Equal((level, exit, says), Said(Well with { Firing = firing }));
    }

    public static TheoryData<string, string, string, string> Troubles => new()
    {
        { "gaps", "bad", "a Store gap: shop", "/coverage" },
        { "failed", "bad", "errors stopped 4 tasks: t1, t2, t3 …", "/tasks?status=FAILED" },
        { "down", "bad", "1 host is Down: h9", "/servers?state=Down" },
        { "abnormal", "bad", "2 components are Abnormal", "/components?state=Abnormal" },
        { "quiet", "warn", "1 host is silent: h1", "/servers" },
        { "lapsing", "warn", "the lease of 1 host lapses again and again: h2", "/servers" },
        { "ready", "warn", "1 ticket waits for a person", "/tickets?status=Ready" },
    };

    /// <summary>A single trouble of any kind is enough that not all is well, and leads to where it is shown.</summary>
    [Theory]
    [MemberData(nameof(Troubles))]
    public void Each_trouble_is_said_with_the_page_that_shows_it(string trouble, string level, string says, string to)
    {
        var sight = trouble switch
        {
            "gaps" => Well with
            {
                Gaps = new ListPage<AlertView>([Gap("shop", AlertCondition.Firing), Gap("old", AlertCondition.Resolved)], null),
            },
            "failed" => Well with { Fleet = Fleet() with { Failed = new Noted(4, ["t1", "t2", "t3"]) } },
            "down" => Well with
            {
                Fleet = Fleet(Region() with
                {
                    Idcs = [new IdcOverview("a", 1, [new HostCount(HostState.Down, 1)], null)],
                    Hosts = [new HostDot("h9", "a", HostState.Down, null, null)],
                }),
            },
            "abnormal" => Well with { Fleet = Fleet() with { Components = [new(ComponentKind.IncrSync, ComponentState.Abnormal, 2)] } },
            "quiet" => Well with { Fleet = Fleet(Region() with { Quiet = new Noted(1, ["h1"]) }) },
            "lapsing" => Well with { Fleet = Fleet(Region(), Region() with { Lapsing = new Noted(1, ["h2"]) }) },
            _ => Well with
            {
                Tickets = new ListPage<TicketView>([Answers.Ticket("k", default) with { Kind = "Drain", Status = "Ready" }], null),
            },
        };
        Assert.Equal((level, 3, says), Said(sight));
        Assert.Equal(to, Wellness.Of(sight).Parts.Single().To);
    }

    [Fact]
    public void While_hosts_are_still_to_be_heard_again_nobody_knows()
    {
        var sight = Well with
        {
            Fleet = Fleet(Region() with { Quiet = new Noted(1, ["h1"]) }) with { Listening = "the scheduler was paused" },
        };
        Assert.Equal(("unknown", 1, "Waiting for heartbeats again: the scheduler was paused"), Said(sight));
    }

    [Fact]
    public void That_nobody_could_be_asked_is_not_that_nothing_fires()
    {
        foreach (var sight in (Sight[])[Well with { Firing = ServiceFaults.Unreachable("/api/v1/alerts/firing", "refused") },
            Well with { Gaps = ServiceFaults.Unreachable("/api/v1/alerts", "refused") }])
        {
            Assert.Equal(("bad", 3), (Said(sight).Level, Said(sight).Exit));
        }
    }

    private static (string Level, int Exit, string Says) Said(Sight sight)
    {
        var wellness = Wellness.Of(sight);
        return (wellness.Level, StatusCommand.Exit(wellness),
            string.Join(" · ", wellness.Parts.Select(p => p.In(new Texts("en")))));
    }

    private static FleetOverview Fleet(params RegionOverview[] regions) => new(default, true, null, regions, [], 0, Noted.None, null);

    private static RegionOverview Region() => new("r", false, false, 0, [], [], true, Noted.None, Noted.None);

    private static AlertView Gap(string subtopic, AlertCondition condition) =>
        Answers.Alert("a", AlertEvents.StoreGap, subtopic) with { Condition = condition };

    [Theory]
    [InlineData("CO-101", "Name or password is wrong.")]
    [InlineData("CO-102", "locked for a while")]
    [InlineData("CO-103", "one-time link")]
    [InlineData("CO-104", "10 to 200 characters")]
    [InlineData("CO-105", "form")]
    [InlineData("CO-110", "must be the same")]
    [InlineData("CO-107", "did not succeed")]
    [InlineData("Call 555-0100", "did not succeed")]
    [InlineData("", "did not succeed")]
    public void A_code_in_an_address_has_a_sentence_of_a_closed_list(string code, string says)
    {
        var fault = Faults.OfCode(code);
        Assert.Contains(says, fault.Detail, StringComparison.Ordinal);
        Assert.True(fault.Code == code || fault.Code == "CO-111", fault.Code);
    }
}
