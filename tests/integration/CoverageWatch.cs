namespace Holdfast.Integration.Tests;

/// <summary>The interval that one Store was seen to hold, unix seconds.</summary>
internal sealed record Held(string Store, long Begin, long End);

/// <summary>
/// Looks at the map of what Stores cover whenever the services answer, and keeps every gap that it saw.
/// </summary>
internal sealed class CoverageWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _gaps = [];
    private readonly Task _watching;

    internal CoverageWatch(Api api) => _watching = Task.Run(() => Watch(api));

    internal int Looks { get; private set; }

    /// <summary>None was seen; and it was looked for.</summary>
    internal async Task NoGap()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(_watching.IsCompletedSuccessfully || _watching.IsCanceled, $"{_watching.Exception}");
        Assert.True(Looks > 0, "the map was never seen");
        Assert.True(_gaps.Count == 0, string.Join('\n', _gaps));
    }

    internal static async Task<IReadOnlyList<Held>> Held(Api api) =>
        [.. (await api.List("/api/v1/stores/coverage")).SelectMany(m => m["stores"]!.AsArray())
            .Select(s => new Held((string)s!["store"]!, (long)s["begin"]!, (long?)s["end"] ?? (long)s["begin"]!))
            .OrderBy(s => s.Store, StringComparer.Ordinal)];

    /// <summary>Each Store still holds all that it held, and has gone on.</summary>
    internal static void Longer(IReadOnlyList<Held> before, IReadOnlyList<Held> after)
    {
        Assert.NotEmpty(before);
        Assert.All(before, held => Assert.Contains(after,
            now => now.Store == held.Store && now.Begin <= held.Begin && now.End >= held.End));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Watch(Api api)
    {
        var time = TimeProvider.System;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var maps = await api.List("/api/v1/stores/coverage");
                Looks++;
                _gaps.AddRange(maps.Where(m => m["gap"] is not null)
                    .Select(m => $"{time.GetUtcNow():HH:mm:ss.fff} {m.ToJsonString()}"));
            }
            catch (Exception away) when (
                away is HttpRequestException or IOException or TaskCanceledException or System.Text.Json.JsonException)
            {
                // The services are being exchanged.
            }

            await Task.Delay(Every, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
