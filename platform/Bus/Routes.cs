using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform.Bus;

/// <summary>A way over the broker that is not there.</summary>
/// <param name="Name">A message's type, or <see cref="Routes.Topology"/>.</param>
/// <param name="Why">In a sentence without its end.</param>
/// <param name="Since">On a monotonic clock, as a time stamp of the process.</param>
/// <param name="WasThere">It has worked in this life of the process.</param>
internal sealed record LostRoute(string Name, string Why, long Since, bool WasThere);

/// <summary>
/// The ways over the broker that are missing. The broker returned messages because no queue would take them, or it does not let this
/// process declare exchanges, queues and bindings. A way that is found missing is forgotten once it works.
/// </summary>
internal sealed class Routes(TimeProvider time) : IHealthPart, IMeasures
{
    /// <summary>Stands for all that this process declares.</summary>
    internal const string Topology = "topology";

    /// <summary>
    /// Time after which a lost route is forgotten. A message that must be heard is sent again about once a second until it is. If it
    /// has not come back for longer, it is no longer sent, and nobody would notice that its route exists again.
    /// </summary>
    internal static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    /// <summary>Parts that a sentence names.</summary>
    private const int NamedMax = 3;

    private static readonly Counter<long> Returned = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.bus.messages.unrouted", "{message}", "Messages that the broker took and could route to no queue, by type");

    private readonly ConcurrentDictionary<string, LostRoute> _unrouted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _cameBack = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _routed = new(StringComparer.Ordinal);
    private volatile LostRoute? _refused;

    /// <summary>Raised when a message has come back that did not before.</summary>
    internal event Action? Noted;

    /// <summary>The oldest first; nothing while all is well.</summary>
    internal IReadOnlyList<LostRoute> Lost =>
    [
        .. (_refused is { } refused ? [refused] : Array.Empty<LostRoute>()).Concat(_unrouted.Values.Where(IsSaidStill))
            .OrderBy(l => l.Since).ThenBy(l => l.Name, StringComparer.Ordinal),
    ];

    internal void CameBack(string message)
    {
        Returned.Add(1, new TagList { { "message", message } });
        if (_unrouted.TryGetValue(message, out var before) && !IsSaidStill(before))
        {
            _unrouted.TryRemove(new(message, before)); // lost anew
        }

        _cameBack[message] = time.GetTimestamp();
        if (_unrouted.TryAdd(message, new LostRoute(
            message, "the broker has no queue for it", time.GetTimestamp(), _routed.ContainsKey(message))))
        {
            Noted?.Invoke();
        }
    }

    private bool IsSaidStill(LostRoute lost) =>
        _cameBack.TryGetValue(lost.Name, out var at) && time.GetElapsedTime(at) <= ForgottenAfter;

    internal void Arrived(string message)
    {
        _routed.TryAdd(message, true);
        if (!_unrouted.IsEmpty)
        {
            _unrouted.TryRemove(message, out _);
        }
    }

    /// <summary>All parts were declared but these, with the broker's word on each: one cause, so one route.</summary>
    internal void Declared(IReadOnlyList<(string Part, string Why)> refused) => _refused = refused.Count == 0 ? null
        : new LostRoute(Topology, $"the broker does not let this process declare {InWords(refused)}",
            _refused?.Since ?? time.GetTimestamp(), WasThere: true);

    /// <summary>The first few of them, and how many there are besides.</summary>
    internal static string InWords(IReadOnlyList<(string Part, string Why)> refused) =>
        string.Join("; ", refused.Take(NamedMax).Select(r => $"{r.Part} ({r.Why})"))
        + (refused.Count > NamedMax ? $"; and {refused.Count - NamedMax} more" : "");

    public HealthPart Say() => new("routes", Lost.Count == 0, Lost.Count == 0 ? null : InWords(Lost, time));

    public void Register(Meter meter) => meter.CreateObservableGauge("holdfast.bus.routes.lost", () => Lost.Count, "{route}",
        "Kinds of messages that reach no queue, and one more while the broker refuses what this process declares");

    /// <summary>The first of them, and how many there are besides.</summary>
    internal static string InWords(IReadOnlyList<LostRoute> lost, TimeProvider time)
    {
        var others = lost.Count > 1 ? $", and {lost.Count - 1} more" : "";
        return $"{lost[0].Name}: {lost[0].Why} (for {time.GetElapsedTime(lost[0].Since).TotalSeconds:0} s{others})";
    }
}
