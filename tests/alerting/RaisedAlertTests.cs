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
        var both = Read($"[{Down},{Down[..^1]},\"condition\":\"resolved\"}}]").Value!;
        Assert.Equal([T0, T0.AddMicroseconds(1)], both.Select(r => r.At));
        Assert.Equal([AlertCondition.Firing, AlertCondition.Resolved], both.Select(r => r.Condition));
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
    public void A_request_has_1_to_1000_alerts()
    {
        string Body(int count) => $"[{string.Join(',', Enumerable.Repeat("""{"event":"oms_host_down","target":"h"}""", count))}]";
        Assert.Equal(1000, Read(Body(1000)).Value!.Count);
        Assert.Equal(["AL-107", "AL-107"], new[] { Read(Body(0)).Fault!.Code, Read(Body(1001)).Fault!.Code });
    }

    [Theory]
    [InlineData("""{"event":"oms_host_down","target":"h","colour":"red"}""")]
    [InlineData("""{"event":"oms_host_down","target":"h","level":"two"}""")]
    public void What_is_of_another_shape_gets_the_answer_for_that(string body) => Assert.Same(Unreadable, Read(body).Fault);
}
