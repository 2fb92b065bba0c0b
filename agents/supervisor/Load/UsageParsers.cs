namespace Holdfast.Supervisor.Load;

/// <summary>The kernel's texts about load, v1 and v2. Null: the text says nothing, or there is no limit.</summary>
internal static class UsageParsers
{
    private const double UserHz = 100;

    /// <summary>v1 writes a number near 2^63 where there is no limit.</summary>
    private const long Unlimited = 1L << 60;

    /// <summary>First line of /proc/stat: busy and all cpu seconds since boot.</summary>
    public static (double Busy, double All)? ProcStat(string text)
    {
        var fields = text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 9 || fields[0] != "cpu")
        {
            return null;
        }

        var ticks = fields.Skip(1).Take(8).Select(f => Number(f) ?? 0).ToArray(); // guest time is within user time
        var all = ticks.Sum();
        return ((all - ticks[3] - ticks[4]) / UserHz, all / UserHz);
    }

    /// <summary>Share of memory in use, from /proc/meminfo.</summary>
    public static double? MemInfo(string text) =>
        Keyed(text, "MemTotal:") is { } total and > 0 && Keyed(text, "MemAvailable:") is { } available
            ? Share(total - available, total)
            : null;

    /// <summary>v2 cpu.max: how many cpus; null for "max".</summary>
    public static double? CpuMax(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return fields.Length == 2 && Number(fields[0]) is { } quota and > 0 && Number(fields[1]) is { } period and > 0
            ? quota / period
            : null;
    }

    /// <summary>v1 cpu.cfs_quota_us and cpu.cfs_period_us: how many cpus; null for -1.</summary>
    public static double? CpuQuota(string quota, string period) =>
        Number(quota) is { } q and > 0 && Number(period) is { } p and > 0 ? q / p : null;

    /// <summary>v2 cpu.stat: cpu seconds used.</summary>
    public static double? CpuStat(string text) => Keyed(text, "usage_usec") / 1e6;

    /// <summary>v1 cpuacct.usage: cpu seconds used.</summary>
    public static double? CpuAcct(string text) => Number(text) / 1e9;

    /// <summary>A cgroup's share of its memory limit; page cache that can be dropped is not in use.</summary>
    public static double? Memory(string limit, string usage, string stat)
    {
        if (Number(limit) is not { } most || most is <= 0 or >= Unlimited || Number(usage) is not { } used)
        {
            return null;
        }

        var droppable = Keyed(stat, "total_inactive_file") ?? Keyed(stat, "inactive_file") ?? 0;
        return Share(used - droppable, most);
    }

    public static double Share(double used, double all) => all > 0 ? Math.Clamp(used / all, 0, 1) : 0;

    private static double? Keyed(string text, string key)
    {
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 1 && fields[0] == key)
            {
                return Number(fields[1]);
            }
        }

        return null;
    }

    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Ticks per second in /proc: fixed by the kernel's interface.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds (itself and its ended children) and resident bytes, from /proc/PID/stat.</summary>
    public static (double Seconds, double Bytes) ProcessUses(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
        {
            return (0, 0);
        }

        double Number(int index) => double.TryParse(fields[index], CultureInfo.InvariantCulture, out var value) ? value : 0;
        var ticks = Number(11) + Number(12) + Number(13) + Number(14);
        return (ticks / TicksPerSecond, Number(21) * Environment.SystemPageSize);
    }
}
