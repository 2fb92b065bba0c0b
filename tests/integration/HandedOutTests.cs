using Holdfast.App.Operator;
using Holdfast.Platform.State.Archive;

namespace Holdfast.Integration.Tests;

public sealed class HandedOutTests
{
    private const string X = "10.0.0.1-9000:connector_v2:x:1";
    private const string Store = "10.0.0.1-9000:s:0000000001";

    [Fact]
    public void What_has_got_a_higher_epoch_since_gets_one_higher_still_and_its_hosts_list_with_it()
    {
        var since = Since(("ha-scheduler.components", "x", """{"name":"elsewhere","epoch":3}"""),
            ("heartbeat.desired", "h1", """{"version":9}"""),
            ("store-manager.subtopics", "s", $$$"""{"seq":4,"stores":[{"name":"{{{Store}}}","seq":1,"restarts":2}]}"""));
        Assert.Equal(2, since.Raised);
        Assert.Equal(4, (int?)Raised(since, "ha-scheduler.components", "x", $$$"""{"name":"{{{X}}}","epoch":1,"host":"h1"}""")["epoch"]);
        var subtopic = Raised(since, "store-manager.subtopics", "s", $$$"""{"seq":1,"stores":[{"name":"{{{Store}}}","seq":1}]}""");
        Assert.Equal((4, 3), ((int)subtopic["seq"]!, (int)subtopic["stores"]![0]!["restarts"]!));
        var list = Raised(since, "heartbeat.desired", "h1",
            $$$"""{"version":5,"entries":[{{{Entry(X, 1)}}},{{{Entry("y", 7)}}},{{{Entry(Store, 1)}}}]}""");
        Assert.Equal(10, (int)list["version"]!);
        Assert.Equal([4, 7, 4], list["entries"]!.AsArray().Select(e => (int)e!["epoch"]!));
        Assert.Equal([4, 7, 4], list["entries"]!.AsArray().Select(e => (int)e!["component"]!["epoch"]!));
    }

    [Fact]
    public void What_is_as_it_was_is_put_back_as_it_was()
    {
        (string, string, string)[] state =
        [
            ("ha-scheduler.components", "x", $$$"""{"name":"{{{X}}}","epoch":1}"""),
            ("heartbeat.desired", "h1", $$$"""{"version":5,"entries":[{"name":"{{{X}}}","epoch":1}]}"""),
            ("alerting.alerts", "a", """{"epoch":1}"""),
        ];
        var since = Since(state);
        Assert.Equal(0, since.Raised);
        Assert.All(state, one => Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(one.Item3), Raised(since, one.Item1, one.Item2, one.Item3))));
    }

    private static HandedOut Since(params (string Collection, string Id, string Json)[] now)
    {
        var since = new HandedOut();
        foreach (var document in now)
        {
            since.See(Document(document.Collection, document.Id, document.Json));
        }

        since.Compare([
            Document("ha-scheduler.components", "x", $$$"""{"name":"{{{X}}}","epoch":1}"""),
            Document("store-manager.subtopics", "s", $$$"""{"seq":1,"stores":[{"name":"{{{Store}}}","seq":1}]}"""),
        ]);
        return since;
    }

    private static string Entry(string name, int epoch) =>
        $$$"""{"name":"{{{name}}}","epoch":{{{epoch}}},"component":{"epoch":{{{epoch}}}}}""";

    private static JsonNode Raised(HandedOut since, string collection, string id, string json) =>
        JsonNode.Parse(since.Raise(Document(collection, id, json)).Json)!;

    private static ArchivedDocument Document(string collection, string id, string json) =>
        new(collection, 1, id, 1, Encoding.UTF8.GetBytes(json));
}
