using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Holdfast.Log.Files;

/// <summary>Calls that the runtime does not offer: fdatasync, and fsync of a folder.</summary>
internal static partial class Posix
{
    private const int ReadOnlyFolder = 0x10000;
    private const int CloseOnExec = 0x80000;
    private const int NoSpace = 28;
    private const int FileTooBig = 27;
    private const int QuotaExceeded = 122;
    private const int WouldBlock = 11;

    /// <summary>The error is that there is no room, on the disk or in the user's quota.</summary>
    internal static bool IsFull(IOException error) => error.HResult is NoSpace or QuotaExceeded or FileTooBig;

    /// <summary>The error is that somebody else has the file's lock.</summary>
    internal static bool IsLocked(IOException error) => error.HResult == WouldBlock;

    /// <summary>The file's bytes, and its length, are on the disk when this returns.</summary>
    /// <exception cref="IOException">They may never come there.</exception>
    internal static void SyncData(SafeFileHandle file)
    {
        if (Fdatasync(file) != 0)
        {
            throw Error("fdatasync");
        }
    }

    /// <summary>The names in a folder are on the disk when this returns.</summary>
    internal static void SyncFolder(string path)
    {
        using var folder = new SafeFileHandle(Open(path, ReadOnlyFolder | CloseOnExec), ownsHandle: true);
        if (folder.IsInvalid || Fsync(folder) != 0)
        {
            throw Error($"fsync of {path}");
        }
    }

    private static IOException Error(string call)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {new Win32Exception(number).Message}", number);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
