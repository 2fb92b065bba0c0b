using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.ConsoleUi.Incidents;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.ConsoleUi.Tests;

public sealed class RulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("123456789", "must have 10")]
    [InlineData("aaaaaaaaaaaa", "5 different")]
    [InlineData("hello-ada-12", "user's name")]
    [InlineData("1234567890", null)]
    public void A_password_is_long_and_not_the_name(string password, string? rule) =>
        Assert.Equal(rule is null, Passwords.Broken(password, "ada") is not { } broken
            || !broken.Contains(rule ?? "", StringComparison.Ordinal));

    [Theory]
    [InlineData("/servers/h1?a=b", "/servers/h1?a=b")]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData(null, "/")]
    public void Nobody_is_sent_to_another_site(string? next, string to) => Assert.Equal(to, Gate.Local(next));

    [Theory]
    [InlineData("GET", "/api/v1/hosts", "read")]
    [InlineData("GET", "/health/ready", null)]
    [InlineData("GET", "/metrics", "read")]
    [InlineData("POST", "/api/v1/heartbeats", "report")]
    [InlineData("POST", "/api/v1/ha/what-if", "read")]
    [InlineData("PUT", "/api/v1/ha/config", "configure")]
    [InlineData("DELETE", "/api/v1/channels/x", "configure")]
    [InlineData("PATCH", "/api/v1/hosts/h1", "operate")]
    [InlineData("POST", "/whatever", "operate")]
    [InlineData("POST", "/api/v1/hosts/h1/tokens/enrolment", "administer")]
    [InlineData("DELETE", "/api/v1/hosts/h1/tokens/enrolment", "administer")]
    [InlineData("POST", "/api/v1/hosts/h1/enrolment", null)]
    [InlineData("DELETE", "/api/v1/hosts/h1/enrolment", "operate")]
    [InlineData("POST", "/api/v1/tasks", "deploy")]
    [InlineData("POST", "/Api/V1/Tasks/", "deploy")]
    [InlineData("PATCH", "/api/v1/tasks/t1", "deploy")]
    [InlineData("patch", "/API/v1/TASKS/-", "deploy")]
    [InlineData("PUT", "/api/v1/tasks/t1", "deploy")]
    [InlineData("PATCH", "/api/v1/stores/s1/configuration", "deploy")]
    [InlineData("PATCH", "/api/v1/stores/-/Configuration/", "deploy")]
    [InlineData("PATCH", "/api/v1/stores/subtopics/s", "operate")]
    [InlineData("POST", "/api/v1/stores", "operate")]
    [InlineData("POST", "/api/v1/tasks/t1/start", "operate")]
    [InlineData("DELETE", "/api/v1/tasks/t1", "operate")]
    [InlineData("PUT", "/API/v1/HA/config/", "configure")]
    [InlineData("POST", "/api/v1/Heartbeats/", "report")]
    [InlineData("GET", "/api/v1/tokens", "administer")]
    [InlineData("DELETE", "/api/v1/tokens/ci", "administer")]
    [InlineData("GET", "/api/v1/audit", "administer")]
    [InlineData("POST", "/api/v1/hosts/h1/tokens", "administer")]
    [InlineData("DELETE", "/Api/v1/Hosts/h1/Tokens/0a", "administer")]
    [InlineData("GET", "/api/v1/hosts/tokens", "read")]
    public void A_request_needs_the_scope_of_what_it_does(string method, string path, string? scope) =>
        Assert.Equal(scope, Scopes.Needed(method, path));

    [Fact]
    public void A_switch_that_is_off_anywhere_is_never_hidden()
    {
        var config = JsonNode.Parse(
            """
            {"enable":true,"enableHost":false,"enableStore":true,"regions":{"north":{"enable":false}},
            "tasks":{"t":{"enableConnector":false}}}
            """);
        Assert.Equal(["enableHost", "regions.north.enable", "tasks.t.enableConnector"], Wellness.Off(config!.AsObject()));
    }

    private static RegionOverview Region(HostState state) => new(
        "r", false, false, 0, [new("a", 1, [new(state, 1)], 0.1)], [new("h1", "a", state, 0.1, null)], true, Noted.None, Noted.None);

    [Fact]
    public void All_is_well_only_when_everything_answers_and_nothing_is_wrong()
    {
        var well = new Sight(new FleetOverview(Now, true, null, [Region(HostState.Online)], [], 0, Noted.None, null),
            new Outcome<IReadOnlyList<Headroom>>([], null), new JsonObject(), new ListPage<TicketView>([], null),
            new ListPage<DecisionView>([], null), new ListPage<AlertView>([], null));
        Assert.Equal("ok", Wellness.Of(well).Level);
        Assert.Equal("unknown", Wellness.Of(null).Level);
        Assert.Equal("bad", Wellness.Of(well with { Alerts = ServiceFaults.Unreachable("/api/v1/alerts", "refused") }).Level);
        var down = well.Fleet.Value! with { Regions = [Region(HostState.Down)] };
        Assert.Contains("h1", Wellness.Of(well with { Fleet = down }).Parts[0].Values);
        Assert.Equal("bad", Wellness.Of(well with { Fleet = well.Fleet.Value! with { PipeWhole = false } }).Level);
        // Just after a break nothing is known: that is said, and no alarm.
        var listening = well with { Fleet = well.Fleet.Value! with { PipeWhole = false, Listening = "2 of 3 hosts are to be heard" } };
        Assert.Equal("unknown", Wellness.Of(listening).Level);
        Assert.Equal("bad", Wellness.Of(listening with { Fleet = down with { Listening = "1 of 3" } }).Level);
    }

    [Fact]
    public void Only_what_differs_is_a_change()
    {
        var held = JsonNode.Parse("""{"leaseSec":4,"enable":true,"autonomy":"auto"}""")!.AsObject();
        var typed = new Dictionary<string, string> { ["leaseSec"] = "5.5", ["enable"] = "true", ["autonomy"] = "observe",
            ["nothing"] = "1" };
        Assert.Equal("""{"leaseSec":5.5,"autonomy":"observe"}""", Parameters.Changes(held, typed).ToJsonString());
        Assert.Equal([("leaseSec", "4", "5.5")], Parameters.Difference(held,
            JsonNode.Parse("""{"leaseSec":5.5,"enable":true}""")!.AsObject()));
    }

    private static readonly string[] Keys = ["checkHostDownIntervalSec", "leaseSec"];

    [Fact]
    public void What_is_typed_stays_and_the_rest_follows_what_holds_also_when_an_answer_comes_after_all_was_taken_back()
    {
        var typed = new TypedParameters();
        Assert.Equal("", typed["leaseSec"]);
        typed.Follow(Keys, Holds(4, 8));
        typed["leaseSec"] = "5.5";
        typed.Follow(Keys, Holds(6, 9));
        Assert.Equal(("5.5", "9"), (typed["leaseSec"], typed["checkHostDownIntervalSec"]));

        // The page draws at any moment: each field has a value, whatever was asked before and is answered after.
        typed.Forget();
        Assert.Equal("", typed["leaseSec"]);
        typed.Follow(Keys, Holds(6, 9));
        Assert.Equal(("6", "9"), (typed["leaseSec"], typed["checkHostDownIntervalSec"]));
        Assert.Equal(Keys, typed.Values.Keys.Order(StringComparer.Ordinal));

        static JsonObject Holds(double lease, int down) => new() { ["leaseSec"] = lease, ["checkHostDownIntervalSec"] = down };
    }

    [Fact]
    public void A_value_of_a_region_or_task_is_set_and_taken_away_and_its_others_stay()
    {
        var held = JsonNode.Parse("""{"leaseSec":4,"regions":{"north":{"leaseSec":6,"autonomy":"approve"}}}""")!.AsObject();
        var set = Parameters.Override(held, "regions", "north", "leaseSec", " 8 ");
        Assert.Equal("""{"regions":{"north":{"autonomy":"approve","leaseSec":8}}}""", set.ToJsonString());
        Assert.Equal([("regions.north.leaseSec", "6", "8")], Parameters.Difference(held, set));
        var taken = Parameters.Override(held, "regions", "north", "leaseSec", null);
        Assert.Equal([("regions.north.leaseSec", "6", "–")], Parameters.Difference(held, taken));
        var only = JsonNode.Parse("""{"tasks":{"orders":{"enable":false}}}""")!.AsObject();
        var last = Parameters.Override(only, "tasks", "orders", "enable", null);
        Assert.Equal("""{"tasks":{"orders":null}}""", last.ToJsonString());
        Assert.Equal("""{"tasks":{"orders":{"autonomy":"observe"}}}""",
            Parameters.Override(held, "tasks", "orders", "autonomy", "observe").ToJsonString());
        Assert.True(HaConfigDeclared.Of(Profile.Fast).Keys.Single(k => k.Name == "checkHostDownIntervalSec") is var interval
            && Parameters.MayDiffer(interval, "regions") && !Parameters.MayDiffer(interval, "tasks"));
    }

    [Fact]
    public void An_incident_begins_with_the_missed_beats_and_has_its_moves_before_all_is_placed()
    {
        var ticket = Answers.Ticket("t", Now, Answers.Moved("orders", Now, Now.AddSeconds(4),
            new Recovery(RecoveryPhase.Recovered, Now.AddSeconds(1), Now.AddSeconds(2), Now.AddSeconds(4)))) with
        {
            FinishedAt = Now.AddSeconds(5), DetectionSeconds = 8, MoveSeconds = 1, CatchUpSeconds = 2,
        };
        var facts = new IncidentFacts(ticket, [], [], [], TimeSpan.FromSeconds(5));
        Assert.Equal(["missed beats", "fence", "verdict", "plan", "move", "start", "caught up", "placed"],
            Timeline.Of(facts).Select(h => h.Step));
        Assert.Contains("| missed beats | h1 |", Timeline.Markdown(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_do_not_reach_the_audit()
    {
        var body = JsonNode.Parse(
            """
            {"name":"a","webhook":{"url":"http://u:p@x/","headers":{"k":"v"},"signingKey":"s","method":"POST"},
            "incrSync":{"config":{"pwd":"s"}}}
            """);
        Assert.Equal("""{"name":"a","webhook":{"url":"…","headers":"…","signingKey":"…","method":"POST"},"incrSync":{"config":"…"}}""",
            Secrets.Hide(body)!.ToJsonString(new System.Text.Json.JsonSerializerOptions
                { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void A_channel_comes_out_of_its_form_as_it_went_in()
    {
        var sent = """
            {"name":"n","kind":"webhook","enabled":true,"scopes":["task"],"events":["a","b"],"levels":[],"webhook":
            {"url":"http://x/","method":"PUT","timeoutSeconds":7,"allowLinkLocal":true,"responseCheck":{"ok":1}}}
            """;
        var form = ChannelForms.Of(
            System.Text.Json.JsonSerializer.Deserialize<ChannelView>(sent, ApiExchange.Json)!, ChannelFormTests.Described);
        var back = ChannelForms.ToJson(form)["webhook"]!.AsObject();
        Assert.Equal(("http://x/", "PUT", 7, true), ((string)back["url"]!, (string)back["method"]!, (int)back["timeoutSeconds"]!,
            (bool)back["allowLinkLocal"]!));
        Assert.Equal("""{"ok":1}""", back["responseCheck"]!.ToJsonString());
    }
}
