namespace Holdfast.Tests;

/// <summary>One line of a sink's log: written before the sink's own check (attempts) or after it (accepted).</summary>
internal sealed record SinkLine(long BootNs, long Epoch, string Component, int Pid)
{
    internal static SinkLine Parse(string line)
    {
        var fields = line.Split(' ');
        return new SinkLine(Number(fields[0]), Number(fields[1]), fields[2], (int)Number(fields[3]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Reads what the sinks of a data directory saw.</summary>
internal static class SinkLog
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>The clock of the logs: time since boot, suspended time included.</summary>
    internal static long Now() =>
        (long)(decimal.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture) * NsPerSecond);

    internal static IReadOnlyList<string> Sinks(string data) =>
        [.. Directory.EnumerateDirectories(Path.Combine(data, "sinks"))];

    internal static IReadOnlyList<SinkLine> Attempts(string sink) => Read(sink, "attempts.log");

    internal static IReadOnlyList<SinkLine> Accepted(string sink) => Read(sink, "accepted.log");

    /// <summary>The older file first; a last line without its end is still being written.</summary>
    private static IReadOnlyList<SinkLine> Read(string sink, string name) =>
        [.. new[] { name + ".1", name }.Select(n => Path.Combine(sink, n)).Where(File.Exists)
            .SelectMany(f => File.ReadAllText(f).Split('\n')[..^1]).Select(SinkLine.Parse)];
}
