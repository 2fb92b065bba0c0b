namespace Holdfast.Alerting;

/// <summary>How long something has been at work, be it on one piece or on several at a time.</summary>
internal sealed class Workload(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TimeSpan _done;
    private int _pieces;
    private long _began;

    /// <summary>In all, with what is under way.</summary>
    internal TimeSpan Total
    {
        get
        {
            lock (_lock)
            {
                return _pieces > 0 ? _done + time.GetElapsedTime(_began) : _done;
            }
        }
    }

    internal async Task<TResult> Of<TResult>(Func<Task<TResult>> piece)
    {
        lock (_lock)
        {
            if (_pieces++ == 0)
            {
                _began = time.GetTimestamp();
            }
        }

        try
        {
            return await piece();
        }
        finally
        {
            lock (_lock)
            {
                if (--_pieces == 0)
                {
                    _done += time.GetElapsedTime(_began);
                }
            }
        }
    }
}
