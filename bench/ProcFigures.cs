using System.Globalization;

namespace Holdfast.Bench;

/// <summary>What /proc says of a process.</summary>
internal static class ProcFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time since it started, in seconds; zero when it is gone.</summary>
    internal static double CpuSeconds(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>A line of /proc/PID/status, for example VmRSS, in MiB.</summary>
    internal static double Mebibytes(int pid, string name) =>
        Number(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
