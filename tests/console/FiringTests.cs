using System.Text.Json.Nodes;
using Holdfast.App.Operator;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.Platform.Http;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The headline counts what fires, in the console and on the command line alike.</summary>
public sealed class FiringTests
{
    private static readonly Sight Well = new(
        new FleetOverview(default, true, null, [], [], 0), new Outcome<IReadOnlyList<Headroom>>([], null), new JsonObject(),
        new ListOf<TicketView>([], null), new ListOf<DecisionView>([], null), new ListOf<AlertView>([], null));

    [Theory]
    [InlineData("", "ok", "All is well", "")]
    [InlineData("1:60:0 2:1:0 3:241:0", "bad",
        "60 alerts of level Stopped fire · 1 alert of level Critical fires · 241 alerts of level Warning fire",
        "302 alerts fire: 60 Stopped, 1 Critical, 241 Warning")]
    [InlineData("2:1:0", "bad", "1 alert of level Critical fires", "1 alert fires: 1 Critical")]
    [InlineData("3:1:0", "warn", "1 alert of level Warning fires", "1 alert fires: 1 Warning")]
    [InlineData("4:2:0", "warn", "2 alerts of level Caution fire", "2 alerts fire: 2 Caution")]
    [InlineData("5:2:0", "ok", "All is well", "")]
    [InlineData("1:0:3", "ok", "All is well · 3 silenced alerts fire", "")]
    [InlineData("1:2:1", "bad", "2 alerts of level Stopped fire · 1 silenced alert fires", "2 alerts fire: 2 Stopped")]
    public void What_fires_stands_before_all_else_by_level_and_what_is_silenced_is_said_apart(
        string fires, string level, string console, string commandLine)
    {
        var levels = fires.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split(':').Select(int.Parse).ToArray())
            .Select(f => new FiringLevel(f[0], ((Contracts.AlertLevel)f[0]).ToString(), f[1], f[2])).ToList();
        var firing = new FiringAlerts(default, levels.Sum(l => l.Count), levels.Sum(l => l.Silenced), levels);
        var wellness = Wellness.Of(Well with { Firing = firing });
        var said = string.Join(" · ", wellness.Parts.Select(p => new Texts("en")[p.Text, [.. p.Values]]));
        Assert.Equal((level, console), (wellness.Level, said));

        var answer = new JsonObject
        {
            ["levels"] = new JsonArray([.. levels.Select(l => (JsonNode)new JsonObject
            {
                ["level"] = l.Level, ["name"] = l.Name, ["count"] = l.Count, ["silenced"] = l.Silenced,
            })]),
        };
        Assert.Equal(commandLine, string.Join('\n', StatusCommand.Firing(answer, null)));
    }

    [Fact]
    public void That_nobody_could_be_asked_is_not_that_nothing_fires()
    {
        var wellness = Wellness.Of(Well with { Firing = Faults.Unreachable("/api/v1/alerts/firing", "refused") });
        Assert.Equal("bad", wellness.Level);
        Assert.Equal("Whether alerts fire could not be asked: refused", Assert.Single(StatusCommand.Firing(null, "refused")));
    }

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
