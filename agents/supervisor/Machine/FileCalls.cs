using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Supervisor.Machine;

/// <summary>The kind of thing that stands under a name.</summary>
internal enum FileType
{
    Regular,
    Directory,
    Link,
    Fifo,
    Socket,
    Device,
}

/// <summary>The stamp that tells a replaced or changed file from the one before.</summary>
internal readonly record struct FileStamp(ulong Inode, long Length, long Written, uint WrittenNs, long Changed, uint ChangedNs);

/// <summary>
/// The system's calls on files that the runtime does not offer: it would follow links, and wait for the other end of a FIFO.
/// </summary>
internal static partial class FileCalls
{
    public const int NoSuchFile = 2;
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7ff;
    private const int OwnerReadsAndWrites = 0x180;

    /// <summary>These two are the only flags whose numbers differ between the machines that .NET runs on.</summary>
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    private static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static int DirectoryOnly => IsArm ? 0x4000 : 0x10000;

    /// <summary>The part of struct statx that is the same on every machine.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Facts
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long Changed;
        [FieldOffset(104)] public uint ChangedNs;
        [FieldOffset(112)] public long Written;
        [FieldOffset(120)] public uint WrittenNs;
    }

    /// <summary>A handle on what stands there, unopened: a device or FIFO does not notice. Invalid: see <paramref name="errno"/>.</summary>
    public static SafeFileHandle Find(SafeFileHandle? folder, string name, bool isFolder, out int errno) =>
        Open(folder, name, PathOnly | NoFollow | (isFolder ? DirectoryOnly : 0), out errno);

    /// <summary>Never follows a link, never waits.</summary>
    public static SafeFileHandle Open(SafeFileHandle? folder, string name, int flags, out int errno)
    {
        var held = false;
        try
        {
            folder?.DangerousAddRef(ref held);
            var at = folder is null ? CurrentFolder : (int)folder.DangerousGetHandle();
            var number = OpenAt(at, name, flags | NoFollow | NonBlocking | CloseOnExec, OwnerReadsAndWrites);
            errno = number < 0 ? Marshal.GetLastPInvokeError() : 0;
            return new SafeFileHandle(number, ownsHandle: true);
        }
        finally
        {
            if (held)
            {
                folder!.DangerousRelease();
            }
        }
    }

    /// <summary>Opens what a handle was found for, and nothing that has taken its place since.</summary>
    public static SafeFileHandle Reopen(SafeFileHandle found, int flags, out int errno)
    {
        // The entry in /proc is a link by nature, to this very file.
        var number = OpenAt(CurrentFolder, $"/proc/self/fd/{found.DangerousGetHandle()}", flags | NonBlocking | CloseOnExec, 0);
        errno = number < 0 ? Marshal.GetLastPInvokeError() : 0;
        return new SafeFileHandle(number, ownsHandle: true);
    }

    public static bool TryLook(SafeFileHandle handle, out FileType type, out FileStamp stamp, out int errno)
    {
        var failed = Statx((int)handle.DangerousGetHandle(), "", EmptyPath, BasicFields, out var facts) < 0;
        errno = failed ? Marshal.GetLastPInvokeError() : 0;
        type = (facts.Mode & 0xf000) switch
        {
            0x8000 => FileType.Regular,
            0x4000 => FileType.Directory,
            0xa000 => FileType.Link,
            0x1000 => FileType.Fifo,
            0xc000 => FileType.Socket,
            _ => FileType.Device,
        };
        stamp = new FileStamp(facts.Inode, (long)facts.Size, facts.Written, facts.WrittenNs, facts.Changed, facts.ChangedNs);
        return !failed;
    }

    /// <summary>Gives what stands there to that group as well. Throws <see cref="UnauthorizedAccessException"/>.</summary>
    public static void GiveToGroup(string path, int gid)
    {
        if (Chown(path, -1, gid) != 0)
        {
            throw new UnauthorizedAccessException(
                $"{path} cannot be given to group {gid}: {Explain(Marshal.GetLastPInvokeError())}; the supervisor must be in that group");
        }
    }

    /// <summary>The path without links and dots; null: nothing stands there.</summary>
    public static string? RealPath(string path)
    {
        var found = RealPathOf(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            Free(found);
        }
    }

    public static string Explain(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, int owner, int group);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPathOf(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Facts facts);
}
