namespace Holdfast.Bench;

/// <summary>Figures as lines that can be compared: what, figure, goal or ratio.</summary>
internal static class Print
{
    internal static void Title(string name) => Console.WriteLine($"\n== {name}");

    internal static void Line(string what, FormattableString figure) =>
        Console.WriteLine($"  {what,-46} {figure.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>One figure against its goal; false when the goal is missed.</summary>
    internal static bool Goal(string what, double figure, string unit, double goal, bool atLeast)
    {
        var reached = atLeast ? figure >= goal : figure <= goal;
        Line(what, $"{figure:#,0.##} {unit}, goal {(atLeast ? "≥" : "≤")} {goal:#,0.##}: {(reached ? "reached" : "MISSED")}");
        return reached;
    }

    /// <summary>The share's value in a sorted list.</summary>
    internal static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
