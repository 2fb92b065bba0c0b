namespace Holdfast.Supervisor;

/// <summary>
/// Output files of components, kept small by copy and truncate: the component appends (O_APPEND) and need not know.
/// What it writes between the copy and the truncation is lost; what exceeds one file's size by then is cut.
/// </summary>
internal static class RotatedLog
{
    public const long BytesMax = 10 * 1024 * 1024;

    /// <summary>The current file and two older ones.</summary>
    public const int FilesMax = 3;

    public static bool Rotate(string path, long bytesMax = BytesMax)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length < bytesMax)
            return false;
        using var current = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            Keep(current, path, bytesMax);
        }
        catch (IOException)
        {
            File.Delete($"{path}.1"); // the disk is full: an old log is the last thing that it is for
        }
        current.SetLength(0);
        return true;
    }

    private static void Keep(FileStream current, string path, long bytesMax)
    {
        for (var older = FilesMax - 2; older >= 1; older--)
        {
            if (File.Exists($"{path}.{older}"))
                File.Move($"{path}.{older}", $"{path}.{older + 1}", overwrite: true);
        }
        using var copy = new FileStream($"{path}.1", FileMode.Create, FileAccess.Write);
        current.Seek(Math.Max(0, current.Length - (2 * bytesMax)), SeekOrigin.Begin);
        current.CopyTo(copy);
    }
}
