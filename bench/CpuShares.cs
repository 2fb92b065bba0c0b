namespace Holdfast.Bench;

/// <summary>The processes that the machine's time went to since this was made: 1 is one core.</summary>
internal sealed class CpuShares
{
    private readonly List<(string Name, int Pid, double Before)> _processes;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    internal CpuShares(IEnumerable<(string Name, int Pid)> processes) =>
        _processes = [.. processes.Select(p => (p.Name, p.Pid, ProcFigures.CpuSeconds(p.Pid)))];

    internal void Print()
    {
        var seconds = _clock.Elapsed.TotalSeconds;
        var shares = _processes.ConvertAll(p => $"{p.Name} {(ProcFigures.CpuSeconds(p.Pid) - p.Before) / seconds:0.00}");
        Bench.Print.Line("cores used", $"{string.Join(", ", shares)}");
    }
}
