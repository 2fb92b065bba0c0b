namespace Holdfast.Supervisor.Tests;

/// <summary>The offset of this clock, from the stamps of answers. Server times are seconds after noon.</summary>
public sealed class ClockOffsetTests
{
    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

    private static ClockOffset Of(double sent, double stamped, double received) => ClockOffset.Of(At(sent), At(stamped), At(received));

    [Theory]
    [InlineData(10, 10.2, 10.4, null)]
    [InlineData(10, 10, 10.4, null)]
    [InlineData(15, 10, 15.4, 5.0)]
    [InlineData(5, 10, 5.4, -4.6)]
    public void An_answer_that_was_stamped_while_it_was_waited_for_accuses_nobody(
        double sent, double stamped, double received, double? ahead) =>
        Assert.Equal(ahead, Of(sent, stamped, received).AheadSeconds);

    [Fact]
    public void A_supervisor_that_was_stopped_while_it_waited_is_not_ahead() =>
        Assert.Null(Of(10, 10.1, 40).AheadSeconds);

    [Fact]
    public void A_held_answer_takes_nothing_away_from_what_is_known()
    {
        var known = Of(15, 10, 15.1);
        Assert.Equal(5.0, Of(20, 18, 23).After(known).AheadSeconds);
    }

    [Fact]
    public void A_clock_that_was_set_is_believed_at_once() => Assert.Null(Of(20, 20.1, 20.2).After(Of(15, 10, 15.1)).AheadSeconds);
}
