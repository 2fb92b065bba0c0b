using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>One look for all who watch: once a second while anybody does, and never more often; slowly while nobody does.</summary>
internal abstract class WatchedLoop(TimeProvider time, ILogger logger) : TickLoop(time, logger)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private int _watchers;
    private long? _looked;

    /// <summary>Called after each look; none of them must hold it up.</summary>
    private Action? _changed;

    internal int Watchers => Volatile.Read(ref _watchers);

    protected override TimeSpan Interval => Volatile.Read(ref _watchers) > 0 ? Watched : Unwatched;

    protected abstract Task LookAround();

    internal IDisposable Watch(Action changed)
    {
        lock (_lock)
        {
            _changed += changed;
            if (_watchers++ == 0)
            {
                Hurry(); // It may have begun its long wait just now.
            }
        }

        return new Watching(this, changed);
    }

    /// <summary>Something has happened: looked at now, if anybody watches and the last look is not of this second.</summary>
    internal Task Heard()
    {
        if (Volatile.Read(ref _watchers) > 0)
        {
            Hurry();
        }

        return Task.CompletedTask;
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        if (_looked is { } looked && Watched - Time.GetElapsedTime(looked) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, Time, cancel);
        }

        _looked = Time.GetTimestamp();
        await LookAround();
        _changed?.Invoke();
    }

    private sealed class Watching(WatchedLoop loop, Action changed) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                lock (loop._lock)
                {
                    loop._changed -= changed;
                    loop._watchers--;
                }
            }
        }
    }
}
