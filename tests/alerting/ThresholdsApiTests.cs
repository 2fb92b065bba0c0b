namespace Holdfast.Alerting.Tests;

/// <summary>The thresholds of alerts by the API: OMS's own form, changes, races and their history.</summary>
[Trait("Category", "slow")]
public sealed class ThresholdsApiTests : ServedAlerting
{
    [Fact]
    public async Task Oms_s_own_thresholds_are_taken_and_the_answer_names_what_was_passed_over()
    {
        const string Path = "/api/v1/alerts/thresholds";
        var (status, body) = await Send(HttpMethod.Put, Path, new { rule = new { delayThreshold = High(10) }, sentinel = 1 });
        Assert.Equal((200, 10, """["sentinel"]"""),
            (status, body.GetProperty("delayThreshold").GetProperty("HIGH").GetInt32(), body.GetProperty("ignored").GetRawText()));
        Assert.False((await Get(Path)).TryGetProperty("ignored", out _));
        Assert.Equal(200, (await Send(HttpMethod.Put, Path, body)).Status);
    }

    private static Dictionary<string, int> High(int seconds) => new() { ["HIGH"] = seconds };

    [Fact]
    public async Task Thresholds_are_read_changed_said_and_their_history_is_paged()
    {
        const string Path = "/api/v1/alerts/thresholds";
        var before = await Get(Path);
        Assert.Equal(0, before.GetProperty("version").GetInt32());
        Assert.Equal(300, before.GetProperty("delayThreshold").GetProperty("MEDIUM").GetInt32());
        Assert.Equal(401, (await Send(HttpMethod.Put, Path, before, _anyone)).Status);
        foreach (var high in new[] { 10, 20, 25 })
        {
            var (status, body) = await Send(HttpMethod.Put, Path, new { delayThreshold = High(high) }, person: high == 20 ? "ann" : null);
            Assert.Equal((200, high == 20 ? "ann" : "installation token"), (status, body.GetProperty("by").GetString()));
        }

        var bad = await Send(HttpMethod.Put, Path, new { delayThreshold = High(301) });
        Assert.Equal("400 AL-105", Code(bad));
        var error = bad.Body.GetProperty("errors")[0];
        Assert.Equal(("delayThreshold.HIGH", "301"), (error.GetProperty("field").GetString(), error.GetProperty("value").GetString()));
        Assert.Equal("409 AL-106", Code(await Send(HttpMethod.Put, Path, before)));
        Assert.Equal(200, (await Send(HttpMethod.Put, Path, await Get(Path))).Status);
        var first = await Get(Path + "/history?limit=2");
        Assert.Equal([3, 2], first.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("version").GetInt32()));
        var rest = await Get($"{Path}/history?limit=2&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        var oldest = Assert.Single(rest.GetProperty("items").EnumerateArray());
        Assert.Equal((30, 10), (
            oldest.GetProperty("before").GetProperty("delayThreshold").GetProperty("HIGH").GetInt32(),
            oldest.GetProperty("after").GetProperty("delayThreshold").GetProperty("HIGH").GetInt32()));
        Assert.Equal("400 AL-101", Code(await Send(HttpMethod.Get, Path + "/history?limit=0")));
        Assert.Equal("400 AL-102", Code(await Send(HttpMethod.Get, Path + "/history?cursor=x")));
    }
}
