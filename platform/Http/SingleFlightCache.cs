using System.Runtime.ExceptionServices;

namespace Holdfast.Platform.Http;

/// <summary>
/// Reads the store again when somebody comes with something that is not known. So whatever was made a moment ago serves at once. Guesses,
/// however many, make one reading each half second, for which they all wait. When that reading fails it has failed for all of them: a
/// token does not become unknown because the store could not be asked.
/// </summary>
public sealed class SingleFlightCache(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _reading = new(1);
    private long? _began;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Returns after a reading that began after this was called; throws what that reading threw.</summary>
    public async Task Read(Func<CancellationToken, Task> read, CancellationToken cancel)
    {
        var came = time.GetTimestamp();
        await _reading.WaitAsync(cancel);
        try
        {
            if (_began >= came)
            {
                _failure?.Throw();
                return;
            }

            var rest = _began is { } began ? IntervalMin - time.GetElapsedTime(began) : TimeSpan.Zero;
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, cancel);
            }

            (var before, _began, _failure) = (_began, time.GetTimestamp(), null);
            await Read(read, before, cancel);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task Read(Func<CancellationToken, Task> read, long? before, CancellationToken cancel)
    {
        try
        {
            await read(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            _began = before; // Only who asked went away: the next one reads.
            throw;
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
            throw;
        }
    }

    public void Dispose() => _reading.Dispose();
}
