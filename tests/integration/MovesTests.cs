namespace Holdfast.Integration.Tests;

/// <summary>Components fail, and people move work: on real processes, and never two at once.</summary>
[Trait("Category", "process")]
public sealed class MovesTests(FleetRun fleet) : IClassFixture<FleetRun>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Back far enough that what runs has written since.</summary>
    private const long NsPerSecond = 1_000_000_000;

    [Fact]
    public async Task The_single_process_serves_the_metrics_of_all_services()
    {
        var text = "";
        await Eventually.Holds(async () => (text = await Scraped.From(fleet.Api.Http)) is var served
            && Scraped.Missing(served, [.. DocumentedMetrics.All.Select(m => m.Section)]) is { Count: > 0 } missing
                ? string.Join(", ", missing) : null, Soon);
        await Scraped.IsSound(text, "the single process");
    }

    [Fact]
    public async Task A_component_that_is_killed_is_restarted_where_it_is_under_a_higher_epoch_and_the_same_name()
    {
        var (before, since) = await Running();
        ProcessMark.Of(before.Pid!.Value)!.Send(Signal.Kill);
        var after = await Eventually.Found(
            async () => (await fleet.Api.IncrSyncs())
                .FirstOrDefault(c => c.Task == before.Task && c.Epoch > before.Epoch && FleetRun.Runs(fleet.Data, c)),
            Soon, "another epoch of it");
        Assert.Equal((before.Name, before.Host, before.Epoch + 1), (after.Name, after.Host, after.Epoch));
        EpochOverlap.None(fleet.Data, since);
        Assert.Contains(await fleet.Decisions($"{before.Task}-incr_trans-1-0", DateTimeOffset.MinValue),
            d => d.Contains("restarted on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drained_host_is_empty_afterwards_and_no_task_had_two_writers_meanwhile()
    {
        await StartAll();
        var (component, since) = await Running();
        var host = component.Host;
        await Patch(host, new JsonObject { ["drain"] = new JsonObject { ["reason"] = "old machine" } });
        try
        {
            await Eventually.Holds(async () =>
                (await fleet.Api.IncrSyncs()).FirstOrDefault(c => c.Host == host || !FleetRun.Runs(fleet.Data, c))?.ToString(), Soon);
            EpochOverlap.None(fleet.Data, since);
            await Eventually.Holds(async () => await Undone(host), Soon);
            Assert.DoesNotContain(await fleet.Api.Components(), c => c.Host == host && c.Desired != "Absent");
        }
        finally
        {
            await Patch(host, new JsonObject { ["drain"] = false });
        }
    }

    [Fact]
    public async Task A_component_migrated_by_hand_stops_before_it_starts_on_the_host_that_was_named()
    {
        var (before, since) = await Running();
        var target = before.Host == "h1" ? "h2" : "h1";
        var asked = await fleet.Api.Post($"/api/v1/components/{Uri.EscapeDataString(before.Name)}/migrate",
            new JsonObject { ["targetHost"] = target, ["reason"] = "a trial" });
        Assert.True(asked.Status == HttpStatusCode.Accepted, $"{asked.Status} {asked.Body}");
        await Eventually.Holds(async () =>
        {
            var now = (await fleet.Api.IncrSyncs()).Single(c => c.Task == before.Task);
            return now.Host == target && FleetRun.Runs(fleet.Data, now) ? null : now.ToString();
        }, Soon);
        EpochOverlap.None(fleet.Data, since);
    }

    /// <summary>While a task is stopped nobody sees its position, and the Store that it needs stays where it is.</summary>
    private async Task StartAll()
    {
        foreach (var stopped in (await fleet.Api.IncrSyncs()).Where(c => c.Desired == "Stopped"))
        {
            var answer = await fleet.Api.Post($"/api/v1/tasks/{stopped.Task}/start", new JsonObject());
            Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        }
    }

    /// <summary>Says for what the ticket of a drain still waits; null: it is done.</summary>
    private async Task<string?> Undone(string host)
    {
        var ticket = (await fleet.Api.List("/api/v1/tickets"))
            .FirstOrDefault(t => (string?)t["kind"] == "Drain" && (string?)t["hosts"]![0] == host);
        return ticket is null ? $"a ticket for the drain of {host}"
            : (string?)ticket["status"] == "Successful" ? null
            : (await fleet.Api.Get((string)ticket["url"]!)).Body.ToJsonString();
    }

    /// <summary>An Incr-Sync that runs, and from when on nobody may write twice.</summary>
    private async Task<(Listed Component, long Since)> Running()
    {
        await fleet.Revive();
        await fleet.Settled();
        return ((await fleet.Api.IncrSyncs()).First(c => c.Desired == "Running"), SinkLog.Now() - NsPerSecond);
    }

    private async Task Patch(string host, JsonObject change)
    {
        var answer = await fleet.Api.Patch($"/api/v1/hosts/{host}", change);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
    }
}
