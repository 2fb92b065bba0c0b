using System.Runtime.InteropServices;

namespace Holdfast.Supervisor;

/// <summary>The few calls that the runtime does not offer.</summary>
internal static partial class Native
{
    public const int SigTerm = 15;
    public const int SigKill = 9;
    private const int ClockBootTime = 7;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>CLOCK_BOOTTIME in nanoseconds: monotonic, and goes on while the machine sleeps.</summary>
    public static long BootNanoseconds()
    {
        if (ClockGetTime(ClockBootTime, out var time) != 0)
            throw new InvalidOperationException("CLOCK_BOOTTIME cannot be read.");
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>To a process, or a whole group when negative. False: nobody is there, or it is not ours.</summary>
    public static bool Signal(int pid, int number) => Kill(pid, number) == 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int number);
}
