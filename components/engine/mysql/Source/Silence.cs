namespace Holdfast.Engine.MySql.Source;

/// <summary>
/// Ends the wait for a server that says nothing. One timer for a whole stream: to make one for each event cost as much as the event.
/// </summary>
internal sealed class Silence : IDisposable
{
    private const int LooksWithin = 8;
    private readonly CancellationTokenSource _over;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _max;
    private readonly ITimer _timer;
    private long _since;

    /// <param name="max">A server that is waited for so long is away; it may be an eighth more.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancel">Ends it too.</param>
    internal Silence(TimeSpan max, TimeProvider clock, CancellationToken cancel)
    {
        (_max, _clock) = (max, clock);
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _timer = clock.CreateTimer(static s => ((Silence)s!).Look(), this, max / LooksWithin, max / LooksWithin);
    }

    /// <summary>Cancelled when the server has said nothing for too long.</summary>
    internal CancellationToken Token => _over.Token;

    /// <summary>The server is waited for from now on.</summary>
    internal void Begin() => Volatile.Write(ref _since, Math.Max(1, _clock.GetTimestamp()));

    /// <summary>It has said something: nobody waits for it until the next call of <see cref="Begin"/>.</summary>
    internal void End() => Volatile.Write(ref _since, 0);

    public void Dispose()
    {
        _timer.Dispose();
        _over.Dispose();
    }

    private void Look()
    {
        if (Volatile.Read(ref _since) is > 0 and var since && _clock.GetElapsedTime(since) >= _max)
        {
            try
            {
                _over.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The stream has ended meanwhile.
            }
        }
    }
}
