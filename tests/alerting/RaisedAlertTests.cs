namespace Holdfast.Alerting.Tests;

public class RaisedAlertTests
{
    private static readonly Fault Unreadable = Fault.Invalid("PF-103", "Compare it.");

    private static Outcome<IReadOnlyList<AlertRaised>> Read(string body) =>
        RaisedAlert.Read(JsonSerializer.Deserialize<JsonElement>(body), T0, _ => Unreadable);

    [Fact]
    public void What_is_left_out_is_the_event_s_own_and_the_time_is_now()
    {
        var raised = Assert.Single(Read("""{"event":"oms_host_down","target":"h1"}""").Value!);
        Assert.Equal(
            (AlertScope.System, 2, AlertCondition.Firing, EventCatalog.Title(AlertEvents.HostDown), T0),
            (raised.Scope, raised.Level, raised.Condition, raised.Summary, raised.At));
        Assert.Equal((int)AlertLevel.Reminder, Read("""{"event":"holdfast_maintenance_ended","target":"h1"}""").Value!.Single().Level);
    }

    [Theory]
    [InlineData(null, AlertLevel.Critical)]
    [InlineData("HIGH", AlertLevel.Critical)]
    [InlineData("MEDIUM", AlertLevel.Warning)]
    [InlineData("LOW", AlertLevel.Caution)]
    [InlineData("IGNORE", AlertLevel.Caution)]
    public void An_event_without_a_usual_level_has_that_of_the_task_s_protection(string? protection, AlertLevel level) => Assert.Equal(
        (int)level,
        Read(JsonSerializer.Serialize(new { @event = AlertEvents.SyncDelay, target = "t", protection })).Value!.Single().Level);

    [Fact]
    public void Of_one_request_what_stands_later_is_later()
    {
        const string Down = """{"event":"oms_host_down","target":"h"}""";
        const string Other = """{"event":"oms_host_down","target":"i"}""";
        var all = Read($"[{Down},{Other},{Down[..^1]},\"condition\":\"resolved\"}},{Down}]").Value!;
        Assert.Equal([T0, T0, T0.AddMicroseconds(1), T0.AddMicroseconds(2)], all.Select(r => r.At));
        Assert.Equal(
            [AlertCondition.Firing, AlertCondition.Firing, AlertCondition.Resolved, AlertCondition.Firing], all.Select(r => r.Condition));
    }

    [Fact]
    public void All_that_is_wrong_is_named_by_its_place_and_nothing_is_taken()
    {
        const string Wrong = """{"event":"x","target":" ","condition":"on","level":6,"protection":"NONE"}""";
        var fault = Read("[" + """{"event":"oms_host_down","target":"h"}""" + $",{Wrong},7]").Fault!;
        Assert.Equal(
            ("AL-107", "[1].event [1].target [1].condition [1].level [1].protection [2]"),
            (fault.Code, string.Join(' ', fault.Fields.Select(f => f.Field))));
    }

    [Fact]
    public void What_is_given_is_taken_as_it_is()
    {
        var at = T0.AddHours(-1);
        var raised = Assert.Single(Read(JsonSerializer.Serialize(new
        {
            @event = AlertEvents.SyncDelay, target = "t", condition = "resolved", level = 4, summary = "s", protection = "LOW", at,
        })).Value!);
        Assert.Equal(
            (AlertScope.Task, AlertCondition.Resolved, 4, "s", ProtectionLevel.Low, at),
            (raised.Scope, raised.Condition, raised.Level, raised.Summary, raised.Protection, raised.At));
    }

    [Theory]
    [InlineData("""{"event":"oms_host_down","target":"h","level":0}""", "[0].level")]
    [InlineData("""{"event":"oms_host_down","target":"h","level":1}""", null)]
    [InlineData("""{"event":"oms_host_down","target":"h","level":5}""", null)]
    [InlineData("""{"event":"oms_host_down","target":"h","level":6}""", "[0].level")]
    [InlineData("7", "[0]")]
    public void Levels_are_1_to_5_and_an_alert_is_an_object(string body, string? field) =>
        Assert.Equal(field, Read(body).Fault?.Fields.Single().Field);

    [Theory]
    [InlineData(256, null)]
    [InlineData(257, "[0].target")]
    public void A_target_has_at_most_256_characters(int length, string? field) => Assert.Equal(
        field, Read(JsonSerializer.Serialize(new { @event = AlertEvents.HostDown, target = new string('x', length) }))
            .Fault?.Fields.Single().Field);

    [Theory]
    [InlineData(19, 19)]
    [InlineData(25, 20)]
    public void After_twenty_faults_it_is_read_no_further(int wrong, int named)
    {
        var body = $"[{string.Join(',', Enumerable.Repeat("""{"event":"oms_pigeon","target":"h"}""", wrong))}]";
        Assert.Equal(named, Read(body).Fault!.Fields.Count);
    }

    [Fact]
    public void A_request_has_1_to_1000_alerts()
    {
        string Body(int count) => $"[{string.Join(',', Enumerable.Repeat("""{"event":"oms_host_down","target":"h"}""", count))}]";
        Assert.Equal(1000, Read(Body(1000)).Value!.Count);
        Assert.Equal(["AL-107", "AL-107"], new[] { Read(Body(0)).Fault!.Code, Read(Body(1001)).Fault!.Code });
    }

    [Theory]
    [InlineData("""{"event":"oms_host_down","target":"h","colour":"red"}""")]
    [InlineData("""{"event":"oms_host_down","target":"h","level":"two"}""")]
    [InlineData("""{"event":"oms_host_down","target":"h","description":null}""")]
    public void What_is_of_another_shape_gets_the_answer_for_that(string body) => Assert.Same(Unreadable, Read(body).Fault);
}
