namespace Holdfast.Platform.Http;

/// <summary>
/// Reads the store again for who comes with what is not known: what was made a moment ago serves at once, and guesses, however
/// many, make one reading each half second, for which they all wait.
/// </summary>
public sealed class FreshReading(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _reading = new(1);
    private long? _began;

    /// <summary>Returns after a reading that began after this was called.</summary>
    public async Task Read(Func<CancellationToken, Task> read, CancellationToken cancel)
    {
        var came = time.GetTimestamp();
        await _reading.WaitAsync(cancel);
        try
        {
            if (_began >= came)
            {
                return;
            }

            var rest = _began is { } began ? IntervalMin - time.GetElapsedTime(began) : TimeSpan.Zero;
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, cancel);
            }

            _began = time.GetTimestamp();
            await read(cancel);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();
}
