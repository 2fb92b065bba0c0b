using System.Diagnostics;
using Holdfast.App.Processes;

namespace Holdfast.App.Separate;

/// <summary>One process of the separate services: how to start it, and how to see that it serves.</summary>
internal sealed record Part(ChildSpec Spec, TimeSpan ReadyMax, Func<CancellationToken, Task<bool>> IsReady);

/// <summary>
/// Keeps one part running: an end that nobody asked for is reported and followed by a start, later each time.
/// </summary>
internal sealed class PartKeeper(Part part, Children children, TimeProvider time)
{
    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BackoffMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(30);

    /// <summary>A part that ran longer than this starts again after the shortest wait.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Process? _process;
    private bool _stopping;

    internal string Name => part.Spec.Name;

    internal string LogFile => part.Spec.LogFile;

    internal async Task Keep(CancellationToken stopping)
    {
        var backoff = BackoffMin;
        while (StartUnlessStopping() is { } process)
        {
            var started = time.GetTimestamp();
            await process.WaitForExitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested || IsStopping)
            {
                return;
            }

            backoff = time.GetElapsedTime(started) > Steady ? BackoffMin : backoff;
            var wait = backoff.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            await Console.Error.WriteLineAsync(
                $"{Name} ended with exit code {process.ExitCode} (log: {LogFile}); it starts again in {wait} s");
            await Task.Delay(backoff, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, BackoffMax.Ticks));
        }
    }

    /// <summary>False when it does not serve within its limit.</summary>
    internal async Task<bool> WaitUntilReady(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < part.ReadyMax && !stopping.IsCancellationRequested)
        {
            if (await part.IsReady(stopping))
            {
                return true;
            }

            await Task.Delay(ReadyInterval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    internal Task Stop(TimeSpan grace, Signal signal = Signal.Term)
    {
        lock (_lock)
        {
            _stopping = true;
        }

        return _process is { } process ? Ending.End([process], grace, time, signal) : Task.CompletedTask;
    }

    private bool IsStopping
    {
        get
        {
            lock (_lock)
            {
                return _stopping;
            }
        }
    }

    private Process? StartUnlessStopping()
    {
        lock (_lock)
        {
            return _stopping ? null : _process = children.Start(part.Spec);
        }
    }
}
