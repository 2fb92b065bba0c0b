using Microsoft.Win32.SafeHandles;

namespace Holdfast.Supervisor;

/// <summary>
/// Output files of components, kept small by copy and truncate: the component appends (O_APPEND) and need not know.
/// What it writes between the copy and the truncation is lost; what exceeds one file's size by then is cut. A component may have put
/// a link or a FIFO in the place of its log: only a regular file is truncated, and a copy is only made where nothing stands.
/// </summary>
internal static class RotatedLog
{
    public const long BytesMax = 10 * 1024 * 1024;

    /// <summary>The current file and two older ones.</summary>
    public const int FilesMax = 3;

    private const int ChunkBytes = 64 * 1024;

    public static bool Rotate(string folder, string name, long bytesMax = BytesMax)
    {
        if (RegularFile.Open(folder, name, FileCalls.ReadWrite) is not FileFound.Opened opened)
            return false;
        using var current = opened.Handle;
        if (opened.Stamp.Length < bytesMax)
            return false;
        try
        {
            Keep(current, folder, name, bytesMax);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete($"{Path.Combine(folder, name)}.1"); // the disk is full: an old log is the last thing that it is for
        }
        RandomAccess.SetLength(current, 0);
        return true;
    }

    private static void Keep(SafeFileHandle current, string folder, string name, long bytesMax)
    {
        for (var older = FilesMax - 2; older >= 1; older--)
        {
            var path = $"{Path.Combine(folder, name)}.{older}";
            if (Path.Exists(path))
                File.Move(path, $"{Path.Combine(folder, name)}.{older + 1}", overwrite: true);
        }
        TryDelete($"{Path.Combine(folder, name)}.1"); // a link that leads nowhere is not moved
        using var copy = RegularFile.Create(folder, $"{name}.1") ?? throw new IOException("Something stands where the old log goes.");
        var from = Math.Max(0, RandomAccess.GetLength(current) - (2 * bytesMax));
        for (long at = 0; at < 2 * bytesMax; at += ChunkBytes)
        {
            var chunk = RegularFile.Read(current, from + at, ChunkBytes);
            RandomAccess.Write(copy, chunk, at);
            if (chunk.Length < ChunkBytes)
                break;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory, perhaps: then there is no copy.
        }
    }
}
