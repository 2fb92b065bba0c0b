namespace Holdfast.Rules.Apply.Flow;

/// <summary>Waits before the same group is tried again, and the time after which to give up.</summary>
/// <param name="First">After the first try.</param>
/// <param name="Most">No single wait is longer.</param>
/// <param name="GiveUpAfter">All waits together are not longer.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Most, TimeSpan GiveUpAfter)
{
    /// <summary>20 ms, doubled up to 3 s, for 50 minutes: a sink's restart or failover is waited for.</summary>
    public static readonly Backoff Default = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(50));

    /// <summary>The wait after so many tries that failed; null: no more.</summary>
    internal TimeSpan? Next(int failed, TimeSpan waited)
    {
        var wait = TimeSpan.FromTicks((long)Math.Min(Most.Ticks, First.Ticks * Math.Pow(2, failed - 1)));
        return waited + wait <= GiveUpAfter ? wait : null;
    }
}
