namespace Holdfast.Rules.Apply.Flow;

/// <summary>
/// A limit of so many units a second. Who takes more than there is waits afterwards, so one large piece passes and its price is paid
/// by the next one. It holds no clock: each call says the time that has passed since any fixed moment.
/// </summary>
/// <param name="perSecond">Units a second; null: no limit.</param>
internal sealed class TokenBucket(double? perSecond)
{
    private double _tokens = perSecond.GetValueOrDefault();
    private TimeSpan _at;

    /// <summary>Takes units; the answer says how long to wait until they are paid for.</summary>
    internal TimeSpan Take(long units, TimeSpan now)
    {
        if (perSecond is not { } rate)
        {
            return TimeSpan.Zero;
        }

        // Calls of several lanes may come in another order than that of their times.
        var at = TimeSpan.FromTicks(Math.Max(_at.Ticks, now.Ticks));
        // No more than a second's worth is saved up.
        _tokens = Math.Min(rate, _tokens + rate * (at - _at).TotalSeconds) - units;
        _at = at;
        return TimeSpan.FromSeconds(Math.Max(0, -_tokens) / rate);
    }
}
