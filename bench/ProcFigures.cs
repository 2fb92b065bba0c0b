namespace Holdfast.Bench;

/// <summary>Reads figures of a process from /proc.</summary>
internal static class ProcFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time since it started, in seconds; zero when it is gone.</summary>
    internal static double CpuSeconds(int pid) => Times(pid, withDead: false);

    /// <summary>Its own, its living children's, and its dead ones': of a server that has a process for each connection.</summary>
    internal static double CpuSecondsOfAll(int pid) => Children(pid).Prepend(pid).Sum(p => Times(p, withDead: p == pid));

    /// <summary>A line of /proc/PID/status, for example VmRSS, in MiB.</summary>
    internal static double Mebibytes(int pid, string name) =>
        Number(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) / 1024;

    private static IEnumerable<int> Children(int pid)
    {
        var path = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(path)
            ? File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(p => int.Parse(p, CultureInfo.InvariantCulture))
            : [];
    }

    private static double Times(int pid, bool withDead)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..(withDead ? 15 : 13)].Sum(Number) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
