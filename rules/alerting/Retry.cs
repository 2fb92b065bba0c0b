namespace Holdfast.Rules.Alerting;

/// <summary>When a delivery that failed is tried next: exponential, spread by a seed, bounded on both sides.</summary>
internal static class Retry
{
    internal static TimeSpan First { get; } = TimeSpan.FromSeconds(2);
    internal static TimeSpan DelayMax { get; } = TimeSpan.FromMinutes(5);

    /// <summary>A receiver that asks for more patience (Retry-After) gets this much.</summary>
    internal static TimeSpan AskedMax { get; } = TimeSpan.FromHours(1);

    /// <summary>Older deliveries are not tried again by themselves: their news is history.</summary>
    internal static TimeSpan AgeMax { get; } = TimeSpan.FromHours(24);

    /// <summary>Delays differ by up to this share, so that a channel that comes back is not run over.</summary>
    internal const double Spread = 0.2;

    /// <summary>The next state of a delivery; no next attempt: it is settled.</summary>
    internal sealed record Step(SendingStatus Status, DateTimeOffset? NextAttempt, string? Reason);

    internal static Step Decide(Delivery delivery, ChannelAnswer answer, DateTimeOffset now) => answer.Kind switch
    {
        AnswerKind.Delivered =>
            new(delivery.Status == SendingStatus.Pending ? SendingStatus.Successful : SendingStatus.SentAgain, null, null),
        AnswerKind.GiveUp => new(SendingStatus.Failed, null, answer.Why),
        AnswerKind.TryAgain => Again(delivery, answer, now),
    };

    private static Step Again(Delivery delivery, ChannelAnswer answer, DateTimeOffset now)
    {
        var (delay, asked) = (Delay(delivery.AttemptCount + 1, Seed(delivery)), answer.After ?? TimeSpan.Zero);
        var next = now.AddTicks(Math.Max(delay.Ticks, Math.Min(asked.Ticks, AskedMax.Ticks)));
        return next > delivery.Deadline
            ? new(SendingStatus.Failed, null, $"AL-309 tried for {AgeMax.TotalHours:0} h; last: {answer.Why}")
            : new(SendingStatus.Failed, next, answer.Why);
    }

    /// <param name="failures">Number of attempts that have failed, at least 1.</param>
    internal static TimeSpan Delay(int failures, int seed)
    {
        var spread = 1 - Spread + (2 * Spread * Share(seed));
        return First * Math.Min(Math.Pow(2, failures - 1) * spread, DelayMax / First);
    }

    /// <summary>0 to 1, evenly, whichever seeds come after one another (the finalizer of MurmurHash3).</summary>
    private static double Share(int seed)
    {
        var mixed = (uint)seed;
        mixed = (mixed ^ (mixed >> 16)) * 0x85ebca6bu;
        mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35u;
        return (mixed ^ (mixed >> 16)) / (double)uint.MaxValue;
    }

    /// <summary>The same for the same attempt of the same delivery, in every process.</summary>
    private static int Seed(Delivery delivery)
    {
        var hash = 2166136261u;
        foreach (var c in delivery.Id)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)((hash ^ (uint)delivery.AttemptCount) & int.MaxValue);
    }
}
