namespace Holdfast.Alerting;

/// <summary>How long something has been at work, one piece after the other.</summary>
internal sealed class Workload(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TimeSpan _done;
    private long? _began;

    /// <summary>In all, with what is under way.</summary>
    internal TimeSpan Total
    {
        get
        {
            lock (_lock)
            {
                return _began is { } began ? _done + time.GetElapsedTime(began) : _done;
            }
        }
    }

    internal async Task<TResult> Of<TResult>(Func<Task<TResult>> piece)
    {
        lock (_lock)
        {
            _began = time.GetTimestamp();
        }

        try
        {
            return await piece();
        }
        finally
        {
            lock (_lock)
            {
                _done += time.GetElapsedTime(_began!.Value);
                _began = null;
            }
        }
    }
}
