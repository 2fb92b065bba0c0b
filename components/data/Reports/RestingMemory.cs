namespace Holdfast.Data.Reports;

/// <summary>
/// Returns memory that work has needed to the machine once the work is over. 200 Stores share a host, and the runtime keeps what it has for
/// as long as nobody on the host is short of it. Looked at once a second.
/// </summary>
internal sealed class RestingMemory
{
    /// <summary>Status, heartbeats and figures of a component without work allocate a part of that in a second.</summary>
    internal const long RestingMax = 1 << 20;

    /// <summary>Less than that is not worth a collection.</summary>
    internal const long WorthIt = 16 << 20;

    /// <summary>Seconds in a row without work.</summary>
    internal const int RestingTicks = 10;

    private long _before;
    private long _collectedAt;
    private int _resting;

    /// <summary>True once after each time of work, when that has been over for a while.</summary>
    /// <param name="allocated">Bytes that the process has allocated in its life.</param>
    internal bool IsDue(long allocated)
    {
        _resting = allocated - _before <= RestingMax ? _resting + 1 : 0;
        _before = allocated;
        if (_resting < RestingTicks || allocated - _collectedAt < WorthIt)
        {
            return false;
        }

        _collectedAt = allocated;
        return true;
    }

    internal void Tick()
    {
        if (IsDue(GC.GetTotalAllocatedBytes(precise: false)))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
