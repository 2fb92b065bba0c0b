using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Load;

/// <summary>
/// The use that this supervisor's components make, as shares of the machine. Several supervisors of one machine (the local fleet)
/// each see their own load with it, instead of all of them whatever else the machine does.
/// </summary>
internal sealed class WorkUsageMeter(TimeProvider clock, string workDirectory)
{
    private static readonly TimeSpan SampleMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DiskSampleMin = TimeSpan.FromSeconds(5);

    /// <summary>A component may make any number of files, at any depth: beyond these nobody counts.</summary>
    private const int FilesMax = 50_000;

    /// <summary>A link leads out of the directory, to the whole machine at worst.</summary>
    private static readonly EnumerationOptions OwnFiles = new()
    {
        RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 16,
    };

    private readonly Dictionary<int, double> _seconds = [];
    private BootTime _at = BootTime.Now(clock);
    private BootTime? _diskAt;
    private Usage _usage = new(0, 0, 0);

    /// <param name="leaders">Pids of the components' leaders.</param>
    public Usage Measure(IEnumerable<int> leaders)
    {
        var now = BootTime.Now(clock);
        var elapsed = now - _at;
        if (elapsed < SampleMin)
        {
            return _usage;
        }

        _at = now;
        var work = leaders.Select(pid => (Pid: pid, Uses: UsageParsers.ProcessUses(ProcTable.Stat(pid)))).ToList();
        var used = work.Sum(w => w.Uses.Seconds - _seconds.GetValueOrDefault(w.Pid, w.Uses.Seconds));
        _seconds.Clear();
        foreach (var (pid, uses) in work)
        {
            _seconds[pid] = uses.Seconds;
        }

        var memory = UsageParsers.Share(work.Sum(w => w.Uses.Bytes), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _usage = new Usage(
            Math.Round(UsageParsers.Share(used, elapsed.TotalSeconds * Environment.ProcessorCount), 3),
            Math.Round(memory, 3),
            Math.Round(Disk(now), 3));
        return _usage;
    }

    private double Disk(BootTime now)
    {
        if (now - _diskAt < DiskSampleMin)
        {
            return _usage.Disk;
        }

        _diskAt = now;
        try
        {
            var files = new DirectoryInfo(workDirectory).EnumerateFiles("*", OwnFiles).Take(FilesMax);
            return UsageParsers.Share(files.Sum(f => f.Exists ? f.Length : 0), new DriveInfo(workDirectory).TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _usage.Disk; // a file that went away between the listing and the look
        }
    }
}
