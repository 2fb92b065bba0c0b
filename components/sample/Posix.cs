using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Holdfast.Sample;

/// <summary>Appending files, advisory locks and the boot clock: the runtime offers none of them.</summary>
internal static partial class Posix
{
    private const int WriteOnly = 0x1;
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;
    private const int LockExclusiveNow = 2 | 4;
    private const int Unlock = 8;
    private const int ClockBootTime = 7;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    public static long BootNanoseconds()
    {
        _ = ClockGetTime(ClockBootTime, out var time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>Opens for appending: writers in several processes never overwrite each other.</summary>
    public static int OpenAppend(string path) =>
        Checked(Open(path, WriteOnly | Create | Append | CloseOnExec, 0x1A4), path);

    public static int OpenLock(string path) => Checked(Open(path, ReadWrite | Create | CloseOnExec, 0x1A4), path);

    public static void WriteLine(int file, ReadOnlySpan<byte> line)
    {
        if (Write(file, line, line.Length) != line.Length)
        {
            throw new IOException($"write: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>False: somebody else holds it.</summary>
    public static bool TryLock(int file) => Flock(file, LockExclusiveNow) == 0;

    public static void Release(int file) => Flock(file, Unlock);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    private static int Checked(int file, string path) => file >= 0
        ? file
        : throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);
}
