using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Http;

/// <summary>
/// A wall clock that cannot be right makes a process not ready: nothing waits by it, but what is stored and told would carry times
/// that nobody can use. Each change is logged.
/// </summary>
internal sealed partial class ClockHealth(TimeProvider time, ILogger<ClockHealth> logger)
    : IHealthPart, IHostedService, IDisposable
{
    private ClockWatch? _watch;

    public HealthPart Say() => WallClock.WhyWrong(time.GetUtcNow()) is { } why
        ? new HealthPart("clock", Ready: false, $"PF-215 {why}")
        : new HealthPart("clock", Ready: true, null);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = new ClockWatch(time, Tell);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _watch?.Dispose();

    internal void Tell(ClockLook look)
    {
        if (look.Step is { } step)
        {
            LogSet(step.TotalSeconds);
        }

        if (look.Wrong is { } why)
        {
            LogWrong(why);
        }
        else if (look.Step is null || WallClock.WhyWrong(time.GetUtcNow() - look.Step.Value) is not null)
        {
            LogRight();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PF-215 Not ready: {Why}")]
    private partial void LogWrong(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The clock can be right now")]
    private partial void LogRight();

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "PF-216 The wall clock was set by {Seconds:0.0} s; leases and silence are not counted on it, stored times are")]
    private partial void LogSet(double seconds);
}
