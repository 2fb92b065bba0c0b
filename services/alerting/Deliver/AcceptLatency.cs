namespace Holdfast.Alerting.Deliver;

/// <summary>Time that those who were answered of late had waited.</summary>
internal sealed class AcceptLatency(TimeProvider time)
{
    /// <summary>An answer counts for one of these at least, and for about two at most.</summary>
    internal static TimeSpan Window { get; } = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private long _since;
    private TimeSpan _before;
    private TimeSpan _longest;

    /// <summary>Zero when nobody was answered.</summary>
    internal TimeSpan Longest
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _longest > _before ? _longest : _before;
            }
        }
    }

    internal async Task<TResult> Of<TResult>(Func<Task<TResult>> wait)
    {
        var began = time.GetTimestamp();
        try
        {
            return await wait();
        }
        finally
        {
            Note(time.GetElapsedTime(began));
        }
    }

    private void Note(TimeSpan waited)
    {
        lock (_lock)
        {
            Turn();
            _longest = waited > _longest ? waited : _longest;
        }
    }

    private void Turn()
    {
        var passed = time.GetElapsedTime(_since);
        if (passed >= Window)
        {
            (_before, _longest) = (passed < 2 * Window ? _longest : TimeSpan.Zero, TimeSpan.Zero);
            _since = time.GetTimestamp();
        }
    }
}
