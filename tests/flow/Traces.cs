using System.Diagnostics;

namespace Holdfast.Flow.Tests;

/// <summary>All spans of the services and of MassTransit from its making on.</summary>
internal sealed class Traces : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    internal Traces()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Holdfast" or "MassTransit",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    internal IReadOnlyList<Activity> Named(string name) => [.. _spans.Where(s => s.OperationName == name)];

    /// <summary>It carries our tag of this name with this value.</summary>
    internal static bool Has(Activity span, string tag, object value) => value.Equals(span.GetTagItem("holdfast." + tag));

    /// <summary>Text for messages: what there is of a trace.</summary>
    internal string Of(ActivityTraceId trace) =>
        string.Join(", ", _spans.Where(s => s.TraceId == trace).Select(s => s.DisplayName));

    public void Dispose() => _listener.Dispose();
}
