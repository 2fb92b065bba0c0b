using System.Globalization;

namespace Holdfast.ConsoleUi.Client;

/// <summary>The interval that a Store holds, in unix seconds; no end: it goes on collecting.</summary>
public sealed record CoverageInterval(string Store, string Host, string Standing, long Begin, long? End, string? Redundant);

public sealed record CoverageConsumer(string Task, long Position, bool IsVisible, string? Store, long? RetentionLeftSec);

public sealed record CoverageGap(long From, long To, IReadOnlyList<string> Tasks);

public sealed record CoverageMap(
    string Subtopic, string Region, IReadOnlyList<CoverageInterval> Stores, IReadOnlyList<CoverageConsumer> Consumers, CoverageGap? Gap);

/// <summary>The axis of time that a subtopic is drawn on, unix seconds. Pure.</summary>
internal sealed record Axis(long From, long To)
{
    internal static Axis Of(CoverageMap map, long now)
    {
        var from = map.Stores.Select(s => s.Begin).Concat(map.Consumers.Select(c =>
            c.Position)).Append(map.Gap?.From ?? now).Append(now).Min();
        return new Axis(from, Math.Max(now, from + 60));
    }

    internal string Left(long at) => Percent(at - From);

    internal string Width(long from, long to) => Percent(Math.Max(0, to - from));

    private string Percent(double seconds) =>
        Math.Clamp(100 * seconds / (To - From), 0, 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
