namespace Holdfast.Supervisor.Heartbeats;

/// <summary>
/// By how much the host's wall clock is ahead of the server's, as the answers bound it: the server stamps an answer between sending
/// and receiving. A supervisor that was stopped meanwhile widens the bounds and accuses nobody. Pure.
/// </summary>
/// <param name="Low">At least so much.</param>
/// <param name="High">At most so much.</param>
internal readonly record struct ClockOffset(TimeSpan Low, TimeSpan High)
{
    public static ClockOffset Of(DateTimeOffset sent, DateTimeOffset stamped, DateTimeOffset received) =>
        new(sent - stamped, received - stamped);

    /// <summary>Joins it with what was known before; where the two exclude each other, a clock was set, and the later word holds.</summary>
    public ClockOffset After(ClockOffset? before)
    {
        if (before is not { } known || known.Low > High || known.High < Low)
        {
            return this;
        }

        return new ClockOffset(known.Low > Low ? known.Low : Low, known.High < High ? known.High : High);
    }

    /// <summary>Seconds, negative where it is behind; null: it may be right.</summary>
    public double? AheadSeconds
    {
        get
        {
            var ahead = Low > TimeSpan.Zero ? Low : High < TimeSpan.Zero ? High : TimeSpan.Zero;
            var rounded = Math.Round(ahead.TotalSeconds, 1);
            return rounded == 0 ? null : rounded;
        }
    }
}
