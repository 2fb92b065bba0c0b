namespace Holdfast.ConsoleUi.Client;

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
