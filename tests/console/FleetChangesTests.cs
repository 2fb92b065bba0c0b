using Holdfast.ConsoleUi.Actions;
using Holdfast.ConsoleUi.Client;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The bodies that the forms for tasks send.</summary>
public sealed class FleetChangesTests
{
    private static readonly TaskView Task = new()
    {
        Id = "t1",
        Name = "orders",
        Type = "migration",
        Region = "north",
        Protection = ProtectionLevel.Medium,
        Source = new TaskSource("mysql", "north"),
        Subtopic = "t1-mysql",
        Status = "RUNNING",
        Tags = ["ssd"],
        StartTimestamp = 0,
        CreatedAt = default,
        Version = 3,
    };

    private static string Body(string name = "orders", string protection = "MEDIUM", string tags = "ssd", string command = "",
        string config = "") =>
        FleetChanges.BodyOf(Task, new Dictionary<string, string>
        {
            ["name"] = name, ["protection"] = protection, ["tags"] = tags, ["command"] = command, ["config"] = config,
        }).ToJsonString(ApiExchange.Json);

    [Fact]
    public void What_was_not_changed_is_not_sent() => Assert.Equal("{}", Body(tags: " ssd ,"));

    [Fact]
    public void What_was_changed_is_sent_as_it_is()
    {
        Assert.Equal("""{"name":"a b","protection":"HIGH"}""", Body(name: "a b", protection: "HIGH"));
        Assert.Equal("""{"tags":["ssd","fast"]}""", Body(tags: "ssd, fast"));
        Assert.Equal("""{"tags":[]}""", Body(tags: ""));
        Assert.Equal("""{"incrSync":{"command":["run","--all of it"]}}""", Body(command: "run\n--all of it\n"));
        Assert.Equal("""{"incrSync":{"config":{"lanes":8}}}""", Body(config: " {\n\"lanes\": 8 }"));
        Assert.Equal("""{"incrSync":{"config":"no json"}}""", Body(config: "no json"));
    }
}
