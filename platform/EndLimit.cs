using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform;

/// <summary>
/// The limit of an end in order. Loops, endpoints and connections have shorter ones of their own; this one is for what ignores them:
/// a run that was told to end once worked on for 13 minutes. A process that is ended here has lost nothing that it had accepted,
/// as one that was killed.
/// </summary>
internal sealed partial class EndLimit(TimeSpan limit, Action exit) : IDisposable
{
    /// <summary>From the signal on. The loops' own limits together are shorter.</summary>
    internal static readonly TimeSpan Max = TimeSpan.FromSeconds(9);

    /// <summary>Exit code of a process that did not end by itself.</summary>
    internal const int Overdue = 3;

    private readonly ManualResetEventSlim _ended = new();

    /// <param name="before">Time for the parts that end before the services.</param>
    internal EndLimit(TimeSpan before) : this(Max + before, () => ExitNow(Overdue))
    {
    }

    /// <param name="unfinished">Names what still runs, for the log.</param>
    /// <param name="logger">Of the host.</param>
    /// <param name="stopping">Cancelled when the process is told to end.</param>
    internal void Begin(Func<IReadOnlyList<string>> unfinished, ILogger logger, CancellationToken stopping) =>
        stopping.Register(() => new Thread(() => Watch(unfinished, logger)) { IsBackground = true, Name = "end limit" }.Start());

    /// <summary>It has ended in order.</summary>
    public void Dispose() => _ended.Set();

    /// <summary>A thread of its own: those of the pool may be what is stuck.</summary>
    private void Watch(Func<IReadOnlyList<string>> unfinished, ILogger logger)
    {
        if (!_ended.Wait(limit))
        {
            LogOverdue(logger, limit.TotalSeconds, unfinished() is { Count: > 0 } names ? string.Join(", ", names) : "the host itself");
            exit();
        }
    }

    /// <summary>The loops that have not ended.</summary>
    internal static IReadOnlyList<string> Running(IEnumerable<IHostedService> services) =>
        [.. services.OfType<BackgroundService>().Where(s => s.ExecuteTask is { IsCompleted: false }).Select(s => s.GetType().Name)];

    /// <summary>Without the runtime's own last steps, which may wait for what hangs.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "PF-340 The end was ordered {Seconds:0} s ago, and this still runs: {Names}. The process ends now; "
            + "what it had accepted is stored")]
    private static partial void LogOverdue(ILogger logger, double seconds, string names);
}
