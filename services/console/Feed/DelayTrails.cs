using System.Collections.Concurrent;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>The last delays of the components that somebody looks at, for a line beside the number; kept for a while only.</summary>
internal sealed class DelayTrails(TimeProvider time)
{
    internal const int PointsMax = 60;
    private const int TrailsMax = 5000;
    private static readonly TimeSpan PointMin = TimeSpan.FromMilliseconds(900);

    private readonly ConcurrentDictionary<string, Trail> _trails = new(StringComparer.Ordinal);

    private sealed record Trail(long At, IReadOnlyList<double> Seconds);

    internal IReadOnlyList<double> Note(string component, double? seconds)
    {
        if (_trails.Count > TrailsMax)
        {
            _trails.Clear();
        }

        var now = time.GetTimestamp();
        return _trails.AddOrUpdate(component, _ => new Trail(now, seconds is { } first ? [first] : []), (_, trail) =>
            seconds is not { } next || time.GetElapsedTime(trail.At, now) < PointMin ? trail
                : new Trail(now, [.. trail.Seconds.TakeLast(PointsMax - 1), next])).Seconds;
    }
}
