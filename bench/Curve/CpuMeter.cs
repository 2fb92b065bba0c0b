using System.Globalization;

namespace Holdfast.Bench.Curve;

/// <summary>CPU seconds of servers between two moments; of PostgreSQL with its backends, also those that have ended meanwhile.</summary>
internal sealed class CpuMeter(IReadOnlyList<(string Name, int Pid)> servers)
{
    private const double TicksPerSecond = 100;
    private readonly List<double[]> _readings = [];

    internal void Read() => _readings.Add([.. servers.Select(s => Seconds(s.Pid))]);

    /// <summary>Between the last two readings, of all together.</summary>
    internal double Total => Enumerable.Range(0, servers.Count).Sum(Spent);

    /// <summary>What each spent for a beat, in microseconds.</summary>
    internal string Shares(double beats) => string.Join(", ", servers.Select((s, n) => (s.Name, Micros: Spent(n) * 1e6 / beats))
        .GroupBy(s => s.Name, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(s => s.Micros):0}")));

    private double Spent(int server) => _readings[^1][server] - _readings[^2][server];

    /// <summary>Its own, its living children's, and its dead ones'.</summary>
    private static double Seconds(int pid) => Children(pid).Prepend(pid).Sum(p => Of(p, withDead: p == pid));

    private static IEnumerable<int> Children(int pid)
    {
        var path = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(path)
            ? File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(p => int.Parse(p, CultureInfo.InvariantCulture))
            : [];
    }

    private static double Of(int pid, bool withDead)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..(withDead ? 15 : 13)].Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0; // A backend that has ended since.
        }
    }
}
