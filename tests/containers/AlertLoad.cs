using System.Collections.Concurrent;
using System.Net;

namespace Holdfast.Containers.Tests;

/// <summary>Alerts that another system raises, a few a second, and which of them Holdfast has accepted.</summary>
internal sealed class AlertLoad : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static int _raised;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _accepted = new();
    private readonly Task _raising;

    internal AlertLoad(Stack stack) => _raising = Raise(stack);

    /// <summary>Their targets; each is told apart from all others of the run.</summary>
    internal IReadOnlyCollection<string> Accepted => _accepted;

    internal int Refused { get; private set; }

    internal bool IsPaused { get; set; }

    /// <summary>Stops raising.</summary>
    internal async Task Stop()
    {
        await _stop.CancelAsync();
        await _raising;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stop.Dispose();
    }

    /// <summary>
    /// Raises an alert once: one that is not accepted is raised no more. Whoever raises it must not need a second try for one that was.
    /// </summary>
    private async Task Raise(Stack stack)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (IsPaused)
            {
                await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var target = $"load-{Interlocked.Increment(ref _raised)}.";
            var alert = new JsonObject { ["event"] = "holdfast_poison_message", ["target"] = target };
            try
            {
                if ((await stack.Api.Post("/api/v1/alerts", alert)).Status == HttpStatusCode.Accepted)
                {
                    _accepted.Enqueue(target);
                }
                else
                {
                    Refused++;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or System.Text.Json.JsonException)
            {
                Refused++;
            }

            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
