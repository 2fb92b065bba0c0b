namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>A source forgets a Store that the fleet has no use for any more.</summary>
[Trait("Category", "process")]
public sealed class RemovalTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_store_that_is_deleted_is_forgotten_by_its_source_and_one_that_is_paused_is_not()
    {
        await using var scene = await FleetScene.Start();
        await Eventually.Holds(() => scene.Source.Readers().Count == 1 ? null : "no Store has read", Slow);
        var added = await scene.Api.Post("/api/v1/stores", new JsonObject { ["subtopic"] = FleetScene.Task, ["reason"] = "one more" });
        Assert.True(added.Status == HttpStatusCode.Accepted, $"{added}");
        await Eventually.Holds(async () => scene.Source.Readers().Count == 2 ? null : await scene.Told(), Slow);
        var first = scene.Source.Readers()[0];
        var second = scene.Source.Readers()[1];

        // Its process ends by the same signal, and it comes back.
        Assert.Equal(HttpStatusCode.Accepted, (await scene.Api.Post($"/api/v1/stores/{first}/pause", new JsonObject())).Status);
        await Eventually.Holds(() => scene.Components().Any(c => c.Name == first) ? "it runs still" : null, Slow);
        Assert.Equal([first, second], scene.Source.Readers());
        Assert.Equal(HttpStatusCode.Accepted, (await scene.Api.Post($"/api/v1/stores/{first}/start", new JsonObject())).Status);
        await Eventually.Holds(() => scene.Components().Any(c => c.Name == first) ? null : "it does not run", Slow);

        var deleted = await scene.Api.Send(HttpMethod.Delete,
            $"/api/v1/stores/{second}?confirm={Uri.EscapeDataString(second)}");
        Assert.True(deleted.Status == HttpStatusCode.Accepted, $"{deleted}");
        var (asked, steps) = (TimeProvider.System.GetTimestamp(), new Queue<string>(["pause", "start"]));
        await Eventually.Holds(async () =>
        {
            if (scene.Source.Readers() is [var left] && left == first)
            {
                return null;
            }

            // One that was killed before it could ask leaves its place to the others, who look when they start.
            if (TimeProvider.System.GetElapsedTime(asked) > Slow / 3 && steps.TryPeek(out var step)
                && (step == "pause" || scene.Components().All(c => c.Name != first)))
            {
                await scene.Api.Post($"/api/v1/stores/{first}/{steps.Dequeue()}", new JsonObject());
            }

            return await scene.Told();
        }, Slow);
    }
}
