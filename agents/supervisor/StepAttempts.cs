using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor;

/// <summary>Tries the steps of a pass: one that goes wrong keeps none of the others, above all not the heartbeat.</summary>
internal sealed partial class StepAttempts(ILogger<Agent> log)
{
    private static readonly TimeSpan ToldInterval = TimeSpan.FromMinutes(1);
    private readonly ILogger _log = log;
    private readonly Dictionary<string, BootTime> _told = new(StringComparer.Ordinal);

    internal void Try(Action step, BootTime now)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var what = $"{e.GetType().Name} {e.TargetSite?.Name}";
            if (_told.TryGetValue(what, out var told) && now - told < ToldInterval)
            {
                return; // ten times a second would be megabytes a minute
            }

            _told[what] = now;
            PassFailed(e, Codes.TickFailed); // the guard keeps the lease; the next pass sees the same state again
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Code} A pass of the loop failed; the next one tries again")]
    private partial void PassFailed(Exception e, string code);
}
