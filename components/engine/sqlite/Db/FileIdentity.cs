using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>
/// Which file a path leads to: number and birth of its inode. Asked of the path, never by opening the file: to close any descriptor
/// of a file drops all locks that the process has on it, SQLite's too.
/// </summary>
internal static partial class FileIdentity
{
    private const int AtWorkingDirectory = -100; // AT_FDCWD
    private const uint InodeAndBirth = 0x100 | 0x800; // STATX_INO | STATX_BTIME
    private const int AnswerBytes = 256;
    private const int InodeAt = 32;
    private const int BirthSecondsAt = 80;
    private const int BirthNanosecondsAt = 88;

    /// <summary>Text that is compared; null: there is no such file.</summary>
    internal static string? Of(string path)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        if (Statx(AtWorkingDirectory, path, 0, InodeAndBirth, ref MemoryMarshal.GetReference(answer)) != 0)
        {
            return null;
        }

        var inode = BinaryPrimitives.ReadUInt64LittleEndian(answer[InodeAt..]);
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(answer[BirthSecondsAt..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(answer[BirthNanosecondsAt..]);
        return string.Create(CultureInfo.InvariantCulture, $"{inode}:{seconds}.{nanoseconds}");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte answer);
}
