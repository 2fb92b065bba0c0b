using Microsoft.Playwright;

namespace Holdfast.Bench.Browsers;

/// <summary>A page's connection, and when something new came over it.</summary>
internal sealed class Watcher(IPage page)
{
    /// <summary>An answer of fewer bytes is no change of the page.</summary>
    private const int ChangeBytesMin = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private readonly Lock _lock = new();
    private long _last;

    internal IPage Page => page;

    private int _bursts;
    private long _from;

    /// <summary>Changes a second since it was told to forget.</summary>
    internal double Rate
    {
        get
        {
            lock (_lock)
            {
                return _bursts / Stopwatch.GetElapsedTime(_from).TotalSeconds;
            }
        }
    }

    internal static async Task<Watcher> Open(IBrowserContext context, Uri address)
    {
        var watcher = new Watcher(await context.NewPageAsync());
        watcher.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => watcher.Take(frame.Binary?.Length ?? 0);
        var connected = watcher.Page.WaitForWebSocketAsync();
        await watcher.Page.GotoAsync(address.ToString());
        await connected;
        await watcher.Page.WaitForFunctionAsync("() => window.Blazor && Blazor._internal.domWrapper !== undefined");
        await Task.Delay(500);
        return watcher;
    }

    internal void Forget()
    {
        lock (_lock)
        {
            (_bursts, _from) = (0, Stopwatch.GetTimestamp());
        }
    }

    private void Take(int bytes)
    {
        if (bytes < ChangeBytesMin)
        {
            return;
        }

        lock (_lock)
        {
            _bursts += Stopwatch.GetElapsedTime(_last) > Pause ? 1 : 0;
            _last = Stopwatch.GetTimestamp();
        }
    }
}
