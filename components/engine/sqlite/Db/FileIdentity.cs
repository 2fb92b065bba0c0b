using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>
/// Tells to which file a path leads: number and birth of its inode, and its kind. Asked of the path, never by opening the file: to
/// close any descriptor of a file drops all locks that the process has on it, SQLite's too.
/// </summary>
internal static partial class FileIdentity
{
    private const int AtWorkingDirectory = -100; // AT_FDCWD
    private const uint Wanted = 0x1 | 0x40 | 0x100 | 0x200 | 0x800; // STATX_TYPE, _MTIME, _INO, _SIZE, _BTIME
    private const int AnswerBytes = 256;
    private const int ModeAt = 28;
    private const int KindMask = 0xF000;
    private const int InodeAt = 32;
    private const int SizeAt = 40;
    private const int WrittenSecondsAt = 112;
    private const int WrittenNanosecondsAt = 120;
    private const int BirthSecondsAt = 80;
    private const int BirthNanosecondsAt = 88;

    /// <summary>Names what stands at a path and can be no database; null: nothing, or a file.</summary>
    internal static string? NoFile(string path)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        return !TryLook(path, answer) ? null : (BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeAt..]) & KindMask) switch
        {
            0x8000 => null,
            0x4000 => "a directory",
            0x1000 => "a FIFO",
            0xC000 => "a socket",
            _ => "a device",
        };
    }

    /// <summary>Text that is compared; null: there is no such file.</summary>
    internal static string? Of(string path)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        if (!TryLook(path, answer))
        {
            return null;
        }

        var inode = BinaryPrimitives.ReadUInt64LittleEndian(answer[InodeAt..]);
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(answer[BirthSecondsAt..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(answer[BirthNanosecondsAt..]);
        return string.Create(CultureInfo.InvariantCulture, $"{inode}:{seconds}.{nanoseconds}");
    }

    /// <summary>Size and time of the last write: text that is compared; null: there is no such file.</summary>
    internal static string? StampOf(string path)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        if (!TryLook(path, answer))
        {
            return null;
        }

        var size = BinaryPrimitives.ReadUInt64LittleEndian(answer[SizeAt..]);
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(answer[WrittenSecondsAt..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(answer[WrittenNanosecondsAt..]);
        return string.Create(CultureInfo.InvariantCulture, $"{size}:{seconds}.{nanoseconds}");
    }

    private static bool TryLook(string path, Span<byte> answer) =>
        Statx(AtWorkingDirectory, path, 0, Wanted, ref MemoryMarshal.GetReference(answer)) == 0;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte answer);
}
