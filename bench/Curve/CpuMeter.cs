namespace Holdfast.Bench.Curve;

/// <summary>CPU seconds of servers between two moments; of PostgreSQL with its backends, also those that have ended meanwhile.</summary>
internal sealed class CpuMeter(IReadOnlyList<(string Name, int Pid)> servers)
{
    private readonly List<double[]> _readings = [];

    internal void Read() => _readings.Add([.. servers.Select(s => ProcFigures.CpuSecondsOfAll(s.Pid))]);

    /// <summary>Between the last two readings, of all together.</summary>
    internal double Total => Enumerable.Range(0, servers.Count).Sum(Spent);

    /// <summary>Time that each spent for a beat, in microseconds.</summary>
    internal string Shares(double beats) => string.Join(", ", servers.Select((s, n) => (s.Name, Micros: Spent(n) * 1e6 / beats))
        .GroupBy(s => s.Name, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(s => s.Micros):0}")));

    private double Spent(int server) => _readings[^1][server] - _readings[^2][server];
}
