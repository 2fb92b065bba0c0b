namespace Holdfast.Supervisor.Tests;

public sealed class HeartbeatClientTests
{
    [Theory]
    [InlineData(4, 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(4, 4, false)]
    public void A_reply_is_used_only_when_its_numbers_make_sense(int lease, int interval, bool good) =>
        Assert.Equal(good, HeartbeatClient.Understand(
            $"{{\"lease\":{lease},\"interval\":{interval},\"killGrace\":1,\"desiredVersion\":1,"
            + "\"serverTime\":\"2026-01-01T00:00:00Z\"}") is HeartbeatOutcome.Reply);

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_reply_is_said_to_be_none(string body) =>
        Assert.IsType<HeartbeatOutcome.Senseless>(HeartbeatClient.Understand(body));

    [Fact]
    public void A_reply_that_does_not_mention_applied_was_applied()
    {
        const string Body =
            """{"lease":4,"killGrace":1,"interval":1,"desiredVersion":1,"serverTime":"2026-01-01T00:00:00Z"}""";
        Assert.True(Assert.IsType<HeartbeatOutcome.Reply>(HeartbeatClient.Understand(Body)).Value.Applied);
    }
}
