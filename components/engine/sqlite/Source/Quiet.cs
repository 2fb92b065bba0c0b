namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// Waits before the next look when the last one found nothing: until the system says that the file was written. That notice comes a moment
/// before the row can be seen, so shorter waits follow it, which grow. At last it waits until a sign of life is due.
/// </summary>
internal sealed class Quiet(FileWatch watch, TimeProvider time, TimeSpan aliveEvery)
{
    private static readonly TimeSpan SoonFirst = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SoonLast = TimeSpan.FromMilliseconds(64);
    private static readonly TimeSpan Unwatched = TimeSpan.FromMilliseconds(50);
    private TimeSpan _soon = SoonFirst;
    private TimeSpan _sinceAlive;

    /// <summary>Something was found.</summary>
    internal void Ended() => (_soon, _sinceAlive) = (SoonFirst, TimeSpan.Zero);

    /// <summary>Waits; true: a sign of life is due.</summary>
    internal async Task<bool> Wait(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var left = aliveEvery - _sinceAlive;
        var most = _soon <= SoonLast ? _soon : watch.IsTold ? left : Unwatched;
        if (await watch.Wait(most < left ? most : left, time, cancel).ConfigureAwait(false))
        {
            _soon = SoonFirst;
        }
        else if (_soon <= SoonLast)
        {
            _soon *= 2;
        }

        _sinceAlive += time.GetElapsedTime(started);
        if (_sinceAlive < aliveEvery)
        {
            return false;
        }

        _sinceAlive = TimeSpan.Zero;
        return true;
    }
}
