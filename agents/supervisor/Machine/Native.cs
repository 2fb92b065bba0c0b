using System.Runtime.InteropServices;

namespace Holdfast.Supervisor.Machine;

/// <summary>The few calls that the runtime does not offer.</summary>
internal static partial class Native
{
    public const int SigTerm = 15;
    public const int SigKill = 9;
    public const int SigContinue = 18;
    private const int ClockBootTime = 7;
    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;

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
        {
            throw new InvalidOperationException("CLOCK_BOOTTIME cannot be read.");
        }

        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>To a process, or a whole group when negative. False: nobody is there, or it is not ours.</summary>
    public static bool Signal(int pid, int number) => Kill(pid, number) == 0;

    /// <summary>A process below this one that loses its parent becomes its child. False: the kernel refused.</summary>
    public static bool AdoptOrphans() => Prctl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>Takes an ended child off the process table. False: it was none.</summary>
    public static bool Reap(int child) => WaitPid(child, 0, NoHang) == child;

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, nint status, int options);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int number);
}
