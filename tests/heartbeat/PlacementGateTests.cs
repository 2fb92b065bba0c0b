using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>Forged messages about a host, from somebody who can publish and cannot write to the store.</summary>
[Collection("service")]
[Trait("Category", "slow")]
public sealed class PlacementGateTests : RunningService
{
    private readonly BusHistory _history = new();

    private IReadOnlyList<DesiredComponent> Listed => App.Services.GetRequiredService<DesiredComponents>().Find("h1")?.Components ?? [];

    private Task Publish(object message) => App.Services.GetRequiredService<IBus>().Publish(message, Limit.Token);

    private async Task Say(ComponentPlaced placed)
    {
        Assert.True(await Register(placed));
        await Publish(placed);
    }

    [Fact]
    public async Task A_forged_placement_starts_nothing_outranks_nothing_and_is_told()
    {
        App.Services.GetRequiredService<IBusControl>().ConnectPublishObserver(_history);
        await Hear(Report(1, 1));
        await Publish(Placed("evil", epoch: long.MaxValue - 1, command: ["sh", "-c", "cat token"]));
        await Publish(Placed("c1", epoch: long.MaxValue - 1, command: ["sh", "-c", "cat token"]));
        await Say(Placed("c1", command: ["run"]));
        await Until(() => Listed.Count > 0);
        var listed = Assert.Single(Listed);
        Assert.Equal(("c1", 1L, "run"), (listed.Name, listed.Epoch, Assert.Single(listed.Command)));
        await Until(() => !_history.Alerts.IsEmpty);
        var told = Assert.Single(_history.Alerts);
        Assert.Equal((AlertEvents.PlacementRefused, "h1", (int)AlertLevel.Critical), (told.Event, told.Target, told.Level));
        Assert.Contains("HB-610", told.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("cat token", told.Description + told.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command")]
    [InlineData("config")]
    [InlineData("epoch")]
    [InlineData("removal")]
    public async Task What_is_registered_is_not_to_be_altered_on_the_way(string what)
    {
        await Hear(Report(1, 1));
        await Say(Placed("c1", command: ["run"]));
        await Until(() => Listed.Count == 1);
        var next = Placed("c1", epoch: 2, command: ["run", "on"]);
        Assert.True(await Register(next));
        await Publish(what switch
        {
            "command" => next with { Command = ["sh"] },
            "config" => next with { Config = "{}" },
            "epoch" => next with { Epoch = 3 },
            _ => next with { Epoch = 3, Desired = DesiredState.Absent, Command = [] },
        });
        await Say(Placed("last"));
        await Until(() => Listed.Any(c => c.Name == "last"));
        Assert.Equal(1, Listed.Single(c => c.Name == "c1").Epoch);
        await Publish(next);
        await Until(() => Listed.Single(c => c.Name == "c1").Epoch == 2);
    }

    [Fact]
    public async Task A_host_is_not_admitted_by_a_word_that_takes_away_what_nobody_has_given_up()
    {
        await Hear(Report(1, 1));
        await Say(Placed("c1", command: ["run"]));
        await Until(() => Listed.Count == 1);
        await Publish(Admitted(1, new PlacementKey("c1", long.MaxValue - 1)));
        await Say(Placed("last"));
        await Until(() => Listed.Count == 2);
        var entry = App.Services.GetRequiredService<HostRegistry>().Find("h1")!;
        Assert.Equal(Giving.EmptyList, entry.Gives(Report(1, 3) with { DesiredVersion = 0 }, Health.Now));
        Assert.True(await Register(Placed("c1", revision: long.MaxValue, desired: DesiredState.Absent)));
        await Publish(Admitted(2, new PlacementKey("c1", 1)));
        await Until(() => Listed.Count == 1);
        await Until(() => entry.Gives(Report(1, 3) with { DesiredVersion = 0 }, Health.Now) != Giving.EmptyList);
    }

    private static HostAdmitted Admitted(long sequence, params PlacementKey[] removed) =>
        new() { Host = "h1", Incarnation = 1, Sequence = sequence, Removed = removed, At = DateTimeOffset.UnixEpoch };
}
