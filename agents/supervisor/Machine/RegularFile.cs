using Microsoft.Win32.SafeHandles;

namespace Holdfast.Supervisor.Machine;

/// <summary>The outcome of asking for a file.</summary>
internal abstract record FileFound
{
    public sealed record Missing : FileFound;

    /// <summary>The same file as at the last look.</summary>
    public sealed record Unchanged : FileFound;

    /// <summary>It is no regular file, or cannot be opened; why, as a part of a sentence.</summary>
    public sealed record Refused(string Why, FileStamp Stamp = default) : FileFound;

    public sealed record Opened(SafeFileHandle Handle, FileStamp Stamp) : FileFound;
}

/// <summary>
/// Opens files in directories that a component may write to. A component can put anything there under any name: a FIFO on which
/// open(2) waits for ever, a device, a link to a file of somebody else. Only regular files are opened, links are followed neither to
/// the directory nor to the file, and nothing waits.
/// </summary>
internal static class RegularFile
{
    /// <param name="folder">The folder in which it should stand.</param>
    /// <param name="name">Its own.</param>
    /// <param name="last">The stamp of the last look: the same file is not opened again.</param>
    public static FileFound Open(string folder, string name, FileStamp? last = null)
    {
        using var directory = FileCalls.Find(null, folder, isFolder: true, out var errno);
        if (directory.IsInvalid)
        {
            return errno == FileCalls.NoSuchFile ? new FileFound.Missing() : Refused("its directory", errno);
        }

        using var found = FileCalls.Find(directory, name, isFolder: false, out errno);
        if (found.IsInvalid)
        {
            return errno == FileCalls.NoSuchFile ? new FileFound.Missing() : Refused(name, errno);
        }

        if (!FileCalls.TryLook(found, out var type, out var stamp, out errno))
        {
            return Refused(name, errno);
        }

        if (stamp == last)
        {
            return new FileFound.Unchanged();
        }

        if (type != FileType.Regular)
        {
            return new FileFound.Refused($"{name} is {Named(type)}; it must be a regular file.", stamp);
        }

        var handle = FileCalls.Reopen(found, FileCalls.ReadOnly, out errno);
        if (!handle.IsInvalid)
        {
            return new FileFound.Opened(handle, stamp);
        }

        handle.Dispose();
        return new FileFound.Refused($"{name} cannot be opened: {FileCalls.Explain(errno)}.", stamp);
    }

    /// <summary>A new file, or null when anything stands under that name.</summary>
    public static SafeFileHandle? Create(string folder, string name)
    {
        using var directory = FileCalls.Find(null, folder, isFolder: true, out _);
        if (directory.IsInvalid)
        {
            return null;
        }

        var made = FileCalls.Open(directory, name, FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive, out _);
        if (!made.IsInvalid)
        {
            return made;
        }

        made.Dispose();
        return null;
    }

    /// <summary>Reads bytes from there, as many as there are: a file may shrink while it is read.</summary>
    public static byte[] Read(SafeFileHandle file, long from, int bytesMax)
    {
        var bytes = new byte[bytesMax];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), from + read) is var more and > 0)
        {
            read += more;
        }

        return bytes[..read];
    }

    /// <summary>All of a small file; null: there is none, it is no regular one, or it is larger.</summary>
    public static byte[]? TryReadAll(string folder, string name, int bytesMax)
    {
        if (Open(folder, name) is not FileFound.Opened opened)
        {
            return null;
        }

        using var file = opened.Handle;
        return opened.Stamp.Length <= bytesMax && Read(file, 0, bytesMax + 1) is { } bytes && bytes.Length <= bytesMax ? bytes : null;
    }

    private static FileFound.Refused Refused(string what, int errno) => new($"{what} cannot be opened: {FileCalls.Explain(errno)}.");

    private static string Named(FileType type) => type switch
    {
        FileType.Regular => "a regular file",
        FileType.Directory => "a directory",
        FileType.Link => "a link",
        FileType.Fifo => "a FIFO",
        FileType.Socket => "a socket",
        FileType.Device => "a device",
    };
}
