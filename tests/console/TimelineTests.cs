using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Incidents;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>One kill as a report: what was sent at night and what is read the next morning agree.</summary>
public sealed class TimelineTests
{
    private static readonly DateTimeOffset Down = new(2026, 3, 1, 2, 0, 8, 800, TimeSpan.Zero);

    /// <summary>With HOLDFAST_WRITE_GOLDEN=1 a missing file is written.</summary>
    [Fact]
    public void The_report_of_a_kill_is_the_golden_one_before_and_after_the_host_is_back()
    {
        Assert.Equal(Golden("incident-away.md", Timeline.Markdown(Away())), Timeline.Markdown(Away()));
        Assert.Equal(Golden("incident-closed.md", Timeline.Markdown(Closed())), Timeline.Markdown(Closed()));
    }

    [Fact]
    public void After_the_revival_every_line_from_before_is_there_in_its_order_and_new_ones_beside()
    {
        var (before, after) = (Lines(Away()), Lines(Closed()));
        Assert.True(after.Length > before.Length);
        Assert.Equal(before, after.Intersect(before, StringComparer.Ordinal));
    }

    [Fact]
    public void What_could_not_be_asked_is_named_in_its_head_and_the_rest_stays_as_it_is()
    {
        var partly = Away() with { Unanswered = [new("CO-120", 503, "Away", "store-manager | is not there", "Ask again.")] };
        var lines = Lines(partly);
        Assert.Equal("- **not complete**, CO-120: store-manager \\| is not there", Assert.Single(lines.Except(Lines(Away()))));
        Assert.True(Array.IndexOf(lines, lines.Single(l => l.Contains("CO-120"))) < 4);
    }

    [Fact]
    public void It_ends_after_the_catch_up_with_the_close_and_nothing_comes_later()
    {
        var steps = Timeline.Of(Closed());
        Assert.Equal("closed", steps[^1].Step);
        Assert.All(steps, s => Assert.InRange(s.At, Timeline.Begin(Closed().Ticket), Closed().Ticket.ClosedAt!.Value));
        List<string> order = [.. steps.Select(s => s.Step)];
        Assert.True(order.IndexOf("placed") < order.IndexOf("caught up") && order.IndexOf("caught up") < order.IndexOf("recovered"));
        Assert.DoesNotContain(steps, s => s.Sentence.Contains("next failure", StringComparison.Ordinal));
    }

    [Fact]
    public void An_alert_is_told_in_the_words_it_began_with_a_move_with_its_epoch_and_Stores_with_their_names()
    {
        var said = string.Join('\n', Timeline.Of(Closed()).Select(s => $"{s.Step} {s.On} {s.Sentence}"));
        Assert.Contains("alert h1 oms_host_down: Host h1 is down\n", said, StringComparison.Ordinal);
        Assert.Contains("alert h1 oms_host_down: resolved, Host h1 is back\n", said, StringComparison.Ordinal);
        Assert.Contains("move orders h1 → h2, epoch 2.\n", said, StringComparison.Ordinal);
        Assert.Contains("store 10.0.0.3-9000:shop:0000000002 Create Store: Successful, runs on h3\n", said, StringComparison.Ordinal);
        Assert.Contains("plan h1 Host failover: 1 component. It had Stores of shop.\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "+0.0 s")]
    [InlineData(8.8, "+8.8 s")]
    [InlineData(119.94, "+119.9 s")]
    [InlineData(723, "+12 min 3 s")]
    [InlineData(12_000, "+3 h 20 min")]
    [InlineData(183_600, "+2 d 3 h")]
    public void How_much_later_something_was_is_told_as_closely_as_one_needs(double seconds, string says) =>
        Assert.Equal(says, Words.After(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void The_fence_is_the_one_of_then_whatever_the_configuration_has_become()
    {
        var config = JsonNode.Parse("""{"leaseSec":15,"killGraceSec":5}""")!.AsObject();
        HaConfigChangeView Change(DateTimeOffset at, double before, double after) =>
            new(1, "ada", at, null, [new ChangedKey("leaseSec", JsonValue.Create(before), JsonValue.Create(after))]);
        List<HaConfigChangeView> changes =
            [Change(Down.AddHours(2), 10, 15), Change(Down.AddHours(1), 4, 10), Change(Down.AddHours(-1), 3, 4)];
        Assert.Equal(TimeSpan.FromSeconds(9), IncidentReader.FenceAt(config, changes, Down));
        Assert.Equal(TimeSpan.FromSeconds(20), IncidentReader.FenceAt(config, changes, Down.AddDays(1)));
        Assert.Null(IncidentReader.FenceAt(null, [], Down));
    }

    private static string[] Lines(IncidentFacts facts) =>
        Timeline.Markdown(facts).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The work has moved and caught up; the machine is still off.</summary>
    private static IncidentFacts Away()
    {
        var recovery = new Recovery(RecoveryPhase.Recovered, Down.AddSeconds(0.3), Down.AddSeconds(1.2), Down.AddSeconds(2.5));
        var moved = Answers.Moved("orders", Down, Down.AddSeconds(0.4), recovery) with { Note = "orders, epoch 2" };
        var ticket = Answers.Ticket("h1-20260301T020008800", Down, moved) with
        {
            FinishedAt = Down.AddSeconds(0.4), DetectionSeconds = 8.8, MoveSeconds = 0.4, CatchUpSeconds = 2.1,
            Incident = "Recovered", Subtopics = ["shop"], RecoveredAt = Down.AddSeconds(6),
        };
        return new IncidentFacts(ticket,
            [
                Decided("h1", "HA-201", "silent, still in time: silent for 3.1 s", -5.7),
                Decided("h1", "act", $"declared Down after 8.8 s of silence, incident {ticket.Id}", -0.1),
                Decided("region:north", "HA-206", "brake: 1 of 3 hosts silent", -2),
                Decided("orders", "act", "moved from h1 to h2", 0.2),
            ],
            [Told("a1", AlertEvents.HostDown, "h1", "Host h1 is down", 0.2)],
            [
                Answers.Delivery("d1", AlertCondition.Firing, SendingStatus.SentAgain, Down,
                    new Attempt { At = Down.AddSeconds(0.5), DurationMs = 3, Ok = false, Answer = 503, Reason = "status 503" },
                    new Attempt { At = Down.AddSeconds(1.5), DurationMs = 163, Ok = true, Answer = 200 }),
            ],
            TimeSpan.FromSeconds(5))
        {
            StoreTickets =
            [
                new StoreTicket
                {
                    Id = "create",
                    Kind = "Create Store",
                    Subtopic = "shop",
                    Store = "10.0.0.3-9000:shop:0000000002",
                    Region = "north",
                    Host = "h3",
                    Status = "Successful",
                    By = "HA",
                    Reason = "no running Store of shop serves from 01:59:58",
                    Note = "runs on h3",
                    CreatedAt = Down.AddSeconds(0.6),
                    TriedAt = Down.AddSeconds(0.6),
                    FinishedAt = Down.AddSeconds(4),
                    IsOver = true,
                },
            ],
            StoreDecisions =
            [
                Answers.StoreDecision(
                    "1", "shop", "act", "a Store on h3 from 01:59:58: the one on h1 is lost", Down.AddSeconds(0.6)),
                Answers.StoreDecision("2", "shop", "ST-200", "healthy", Down.AddSeconds(5)),
            ],
        };
    }

    /// <summary>The host is back, its alert is over, and the next failure has begun already.</summary>
    private static IncidentFacts Closed()
    {
        var away = Away();
        var ticket = away.Ticket with
            { Incident = "Closed", HostsBackAt = Down.AddMinutes(30), ClosedAt = Down.AddMinutes(30).AddSeconds(1) };
        return away with
        {
            Ticket = ticket,
            Decisions =
            [
                .. away.Decisions, Decided("h1", "act", "heard again, quarantined until its inventory is clean", 1799),
                Decided("h1", "act", "Online: its inventory is clean", 1799.9), Decided("h1", "HA-201", "the next failure", 1900),
            ],
            Alerts =
            [
                away.Alerts[0] with
                    { Summary = "Host h1 is back", Condition = AlertCondition.Resolved, ResolvedAt = Down.AddSeconds(1799.9) },
                Told("a2", AlertEvents.HostDown, "h1", "the next failure", 2000),
            ],
            Deliveries =
            [
                .. away.Deliveries, Answers.Delivery("d2", AlertCondition.Resolved, SendingStatus.Successful, Down,
                    new Attempt { At = Down.AddSeconds(1800.2), DurationMs = 41, Ok = true, Answer = 200 }) with { Generation = 2 },
            ],
        };
    }

    private static DecisionView Decided(string of, string code, string sentence, double after) =>
        Answers.Decision(of, code, sentence, Down.AddSeconds(after));

    private static AlertView Told(string id, string @event, string target, string summary, double after) =>
        Answers.Alert(id, @event, target, Down.AddSeconds(after)) with { Summary = summary, RaisedAs = summary, Host = target };

    private static string Golden(string name, string now, [CallerFilePath] string file = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(file)!, "golden", name);
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("HOLDFAST_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, now);
        }

        return File.ReadAllText(path);
    }
}
