namespace Holdfast.Alerting.Tests;

public class ChannelHealthTests
{
    [Fact]
    public void It_is_sound_while_closed_with_no_failure()
    {
        var sound = new ChannelHealth { Channel = "ops" };
        Assert.True(sound.IsSound);
        Assert.All(
            [sound with { FailuresInARow = 1 }, sound with { Circuit = Circuit.Open }, sound with { Circuit = Circuit.HalfOpen }],
            health => Assert.False(health.IsSound));
    }

    /// <summary>Stored and answered under these names since the first release.</summary>
    [Fact]
    public void What_is_stored_keeps_its_names() => Assert.True(System.Text.Json.JsonSerializer.SerializeToNode(
        new ChannelHealth { Channel = "ops", IsAnnounced = true }, Platform.State.StateJson.Options)!["told"]!.GetValue<bool>());
}
