namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// After a seal, which has the file's write lock and waits for the disk under it, the source's own writers have the file for some
/// times as long. A reader that seals as often as it can costs a busy source most of its rate: SQLite's writers wait for the lock by
/// sleeping, longer with each try. A source at rest is sealed at once.
/// </summary>
internal sealed class SealPace(TimeProvider time)
{
    private const int RestFactor = 4;

    /// <summary>A disk that once takes a second must not cost four more.</summary>
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(40);

    private long _taken;
    private long _released;
    private TimeSpan _rest;

    /// <summary>The time that is left of the rest.</summary>
    internal TimeSpan Left => _rest > TimeSpan.Zero && _rest - time.GetElapsedTime(_released) is var left && left > TimeSpan.Zero
        ? left
        : TimeSpan.Zero;

    /// <summary>Work under the lock, which begins here.</summary>
    internal T Held<T>(Func<T> work)
    {
        _taken = time.GetTimestamp();
        return work();
    }

    /// <summary>The lock is free again.</summary>
    internal void Released()
    {
        _released = time.GetTimestamp();
        var rest = time.GetElapsedTime(_taken, _released) * RestFactor;
        _rest = rest < RestMax ? rest : RestMax;
    }
}
