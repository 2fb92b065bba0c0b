namespace Holdfast.Platform.Http;

/// <summary>
/// Checks that this process may open as many descriptors as its connections need. A service that runs out of them takes no more
/// heartbeats and writes no more state, so the start is refused. Pure, but for the reading.
/// </summary>
internal static class Descriptors
{
    /// <summary>For the store, the broker, files, and calls of its own.</summary>
    internal const int Reserve = 512;

    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>Null: they are enough, or the system does not say.</summary>
    internal static Fault? WhyNot(Settings settings) =>
        WhyNot(settings.ConnectionsMax, File.Exists(Limits) ? Allowed(File.ReadAllText(Limits)) : null);

    internal static Fault? WhyNot(int connections, long? allowed) => !(allowed < connections + Reserve) ? null
        : Fault.Invalid("PF-221", string.Create(CultureInfo.InvariantCulture,
            $"Allow more (LimitNOFILE= of a unit, ulimit -n of a shell), or take fewer: --connections-max {Fitting(allowed.Value)}."),
            new FieldFault("connections-max", connections, string.Create(CultureInfo.InvariantCulture,
                $"needs {connections + Reserve} descriptors; this process may open {allowed}")));

    /// <summary>The runtime has raised what holds as far as it may. Null: there is no such line, or no limit.</summary>
    internal static long? Allowed(string limits) => limits.Split('\n')
        .Where(line => line.StartsWith(Line, StringComparison.Ordinal))
        .Select(line => line[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault())
        .Select(soft => long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null)
        .FirstOrDefault();

    private static long Fitting(long allowed) => Math.Max(Settings.ConnectionsMaxMin, allowed - Reserve);
}
