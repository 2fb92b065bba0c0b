using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform.Explain;

/// <summary>Progress of a service's reconcile passes: when the last one ended, and what it decided. Written by one loop.</summary>
/// <param name="elapsed">A monotonic clock that begins with the process.</param>
public sealed class PassProgress(Func<TimeSpan> elapsed)
{
    private const string Action = "ACTION";

    private volatile Tally<string> _decided = Tally.By("code");
    private long _finished;
    private long _finishedAt;

    /// <summary>The decisions of the last pass, by code.</summary>
    public Tally<string> Decided => _decided;

    /// <summary>The number of passes that have come to their end.</summary>
    public long Finished => Interlocked.Read(ref _finished);

    /// <summary>The time since a pass came to its end, or since the process started.</summary>
    public TimeSpan SinceFinished => elapsed() - new TimeSpan(Interlocked.Read(ref _finishedAt));

    /// <param name="codeOf">The code of the reason why nothing was done; null: something was.</param>
    public void Decide<T>(IReadOnlyList<T> decisions, Func<T, string?> codeOf) => _decided = Count(decisions, codeOf);

    public void Finish()
    {
        Interlocked.Increment(ref _finished);
        Interlocked.Exchange(ref _finishedAt, elapsed().Ticks);
    }

    /// <summary>As <see cref="Decide"/> counts.</summary>
    public static Tally<string> Count<T>(IReadOnlyList<T> decisions, Func<T, string?> codeOf)
    {
        var tally = Tally.By("code");
        for (var i = 0; i < decisions.Count; i++)
        {
            tally.Add(codeOf(decisions[i]) ?? Action);
        }

        return tally;
    }
}
