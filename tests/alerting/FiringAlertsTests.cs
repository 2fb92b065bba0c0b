using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Tests;

public sealed class FiringAlertsTests : ServedAlerting
{
    [Fact]
    public async Task What_fires_is_counted_by_level_all_of_it_and_what_is_silenced_apart()
    {
        Assert.Equal("0 0 ", await Firing());
        await Raise("t-quiet", 1);
        var end = TimeProvider.System.GetUtcNow().AddHours(1);
        Assert.Equal(201, (await Send(HttpMethod.Post, "/api/v1/silences",
            new { matcher = new { tasks = new[] { "t-silent" } }, reason = "test", owner = "test", endsAt = end })).Status);
        await Raise("t-silent", 2);
        foreach (var i in Enumerable.Range(0, 130))
        {
            await Raise($"t{i}", i < 60 ? 1 : 3);
        }

        await Raise("t-quiet", 1, "resolved");
        await Raise("t-never", 1, "resolved");
        Assert.Equal("130 1 1 Stopped 60+0, 2 Critical 0+1, 3 Warning 70+0", await Firing());
    }

    [Theory]
    [InlineData("firing", "Pending", 1, 2)]
    [InlineData("firing", "Sent again", 3, 2)]
    [InlineData("firing", "Completed", 1, null)]
    [InlineData("resolved", "Pending", 1, null)]
    [InlineData("firing", "Pending", 0, null)]
    public void What_was_stored_before_is_counted_as_what_is_stored_now(string condition, string status, int count, int? level)
    {
        var stored = JsonNode.Parse($$"""{"condition":"{{condition}}","status":"{{status}}","count":{{count}},"level":2}""")!.AsObject();
        Assert.Equal(level, (int?)AlertingCollections.Firing(stored)["firingLevel"]);
        var now = new[] { SendingStatus.Pending, SendingStatus.SentAgain, SendingStatus.Completed }
            .First(s => JsonSerializer.SerializeToNode(s)!.GetValue<string>() == status);
        Assert.Equal(level, (Some.Alert() with
        {
            Condition = condition == "firing" ? AlertCondition.Firing : AlertCondition.Resolved, Status = now, Count = count, Level = 2,
        }).FiringLevel);
    }

    [Fact]
    public void News_never_fires_for_nothing_would_end_it()
    {
        foreach (var known in EventCatalog.All)
        {
            var stored = JsonNode.Parse($$"""{"condition":"firing","status":"Pending","count":1,"level":3,"event":"{{known.Name}}"}""")!;
            int? level = known.Name is AlertEvents.HostDownMigrateResource or AlertEvents.MaintenanceEnded
                or AlertEvents.PlacementRefused ? null : 3;
            Assert.Equal(level, (int?)AlertingCollections.Firing(stored.AsObject())["firingLevel"]);
            Assert.Equal(level, (Some.Alert() with
            {
                Event = known.Name, Condition = AlertCondition.Firing, Status = SendingStatus.Pending, Count = 1, Level = 3,
            }).FiringLevel);
        }
    }

    private async Task Raise(string task, int level, string condition = "firing") => Assert.Equal(202, (await Send(HttpMethod.Post,
        "/api/v1/alerts", new { @event = "oms_sync_delay", target = task, task, level, condition })).Status);

    private async Task<string> Firing()
    {
        var said = await Get("/api/v1/alerts/firing");
        var levels = said.GetProperty("levels").EnumerateArray();
        return $"{said.GetProperty("count")} {said.GetProperty("silenced")} " + string.Join(", ", levels
            .Select(l => $"{l.GetProperty("level")} {l.GetProperty("name")} {l.GetProperty("count")}+{l.GetProperty("silenced")}"));
    }
}
