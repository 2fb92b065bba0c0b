using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Load;

/// <summary>
/// Load of the host, or of the container that the supervisor runs in when that is limited. Cpu is the mean since the
/// last sample.
/// </summary>
internal sealed class UsageMeter(TimeProvider clock, string workDirectory)
{
    /// <summary>Shorter samples say more about chance than about load.</summary>
    private static readonly TimeSpan SampleMin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _own = OwnCgroups(Text("/proc/self/cgroup"));
    private (double Used, double All, BootTime At) _last = Cpu(clock, OwnCgroups(Text("/proc/self/cgroup")));
    private double _cpu;

    public Usage Measure()
    {
        if (BootTime.Now(clock) - _last.At >= SampleMin)
        {
            var now = Cpu(clock, _own);
            _cpu = UsageParsers.Share(now.Used - _last.Used, now.All - _last.All);
            _last = now;
        }

        return new Usage(Math.Round(_cpu, 3), Math.Round(Memory(), 3), Math.Round(Disk(), 3));
    }

    /// <summary>Folder of this process's cgroup per controller; "" is v2.</summary>
    public static Dictionary<string, string> OwnCgroups(string selfCgroup)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fields in selfCgroup.Split('\n').Select(l => l.Split(':', 3)).Where(f => f.Length == 3))
        {
            foreach (var controller in fields[1].Split(','))
            {
                own[controller] = Path.Combine("/sys/fs/cgroup", controller) + fields[2].TrimEnd('/');
            }
        }

        return own;
    }

    private static (double Used, double All, BootTime At) Cpu(TimeProvider clock, Dictionary<string, string> own)
    {
        var now = BootTime.Now(clock);
        var cpus = UsageParsers.CpuMax(Own(own, "", "cpu.max"))
            ?? UsageParsers.CpuQuota(Own(own, "cpu", "cpu.cfs_quota_us"), Own(own, "cpu", "cpu.cfs_period_us"));
        var used = UsageParsers.CpuStat(Own(own, "", "cpu.stat"))
            ?? UsageParsers.CpuAcct(Own(own, "cpuacct", "cpuacct.usage"));
        if (cpus is { } limit && limit < Environment.ProcessorCount && used is { } seconds)
        {
            return (seconds, limit * now.Nanoseconds / 1e9, now);
        }

        var (busy, all) = UsageParsers.ProcStat(Text("/proc/stat")) ?? (0, 0);
        return (busy, all, now);
    }

    private double Memory() =>
        UsageParsers.Memory(Own(_own, "", "memory.max"), Own(_own, "", "memory.current"), Own(_own, "", "memory.stat"))
        ?? UsageParsers.Memory(
            Own(_own, "memory", "memory.limit_in_bytes"),
            Own(_own, "memory", "memory.usage_in_bytes"),
            Own(_own, "memory", "memory.stat"))
        ?? UsageParsers.MemInfo(Text("/proc/meminfo"))
        ?? 0;

    private double Disk()
    {
        try
        {
            var drive = new DriveInfo(workDirectory);
            return UsageParsers.Share(drive.TotalSize - drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 1; // a disk that cannot be asked takes no more work
        }
    }

    /// <summary>Reads a file of our cgroup. In a container its path may not be visible: then the mount's root is ours.</summary>
    private static string Own(Dictionary<string, string> own, string controller, string file) =>
        own.TryGetValue(controller, out var folder) && Text(Path.Combine(folder, file)) is { Length: > 0 } text
            ? text
            : Text(Path.Combine("/sys/fs/cgroup", controller, file));

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
