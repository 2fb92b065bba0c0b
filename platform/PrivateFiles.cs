namespace Holdfast.Platform;

/// <summary>
/// Files and directories that this process's user alone may read: they hold tokens' digests, passwords of channels and sources, keys.
/// What an earlier version, or a generous umask, has left open is closed as well.
/// </summary>
internal static class PrivateFiles
{
    internal const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode OfDirectory = OfFile | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    internal static void Directory(string path)
    {
        System.IO.Directory.CreateDirectory(path, OfDirectory);
        Close(path);
    }

    /// <summary>Made empty where there is none: who opens it next does not choose its mode.</summary>
    internal static void File(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = OfFile,
            }).Dispose();
        }

        Close(path);
    }

    /// <summary>Takes the rights of group and others away. What is another user's, such as a volume, stays as its owner has it.</summary>
    internal static void Close(string path)
    {
        try
        {
            if (Path.Exists(path) && System.IO.File.GetUnixFileMode(path) is var mode && (mode & Others) != UnixFileMode.None)
            {
                System.IO.File.SetUnixFileMode(path, mode & ~Others);
            }
        }
        catch (UnauthorizedAccessException)
        {
            // Not this user's.
        }
        catch (FileNotFoundException)
        {
            // Gone meanwhile, as the log beside a database does.
        }
    }
}
