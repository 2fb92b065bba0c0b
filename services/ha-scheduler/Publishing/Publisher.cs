using System.Collections.Concurrent;
using System.Diagnostics;
using Holdfast.HaScheduler.Leaders;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Telemetry;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>
/// Publishes the scheduler's messages: through the one step, and under the trace of the incident that a message belongs to.
/// </summary>
internal sealed class Publisher(MessagePublisher messages, Leadership leadership)
{
    /// <summary>Incidents whose trace is remembered.</summary>
    private const int TracesMax = 1000;

    private readonly ConcurrentDictionary<string, ActivityContext> _traces = new(StringComparer.Ordinal);

    /// <summary>Links all messages of this incident to this trace.</summary>
    internal void Trace(string incident, ActivityContext parent)
    {
        if (_traces.Count < TracesMax)
        {
            _traces.TryAdd(incident, parent);
        }
    }

    internal void Forget(string incident) => _traces.TryRemove(incident, out _);

    /// <summary>Publishes a message of a pass: only while its regions are this replica's.</summary>
    internal Task Publish<T>(T message, string? incident, CancellationToken cancel) where T : class
    {
        leadership.Demand();
        return PublishFreely(message, incident, cancel);
    }

    /// <summary>Publishes a message that any replica may send.</summary>
    internal async Task PublishFreely<T>(T message, string? incident, CancellationToken cancel) where T : class
    {
        var parent = incident is not null && _traces.TryGetValue(incident, out var trace) ? trace : default;
        using var activity = HoldfastTelemetry.Activities.StartActivity($"decide {typeof(T).Name}", ActivityKind.Internal, parent);
        activity?.SetTag("holdfast.incident", incident);
        await messages.Publish(message, cancel);
    }
}
