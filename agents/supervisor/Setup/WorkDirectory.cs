using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Setup;

/// <summary>Locked by one supervisor; holds its incarnation, its inventory and its components.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private const int IncarnationBytesMax = 64;
    private readonly FileStream _lock;

    private WorkDirectory(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    public string Path { get; }

    public string Components => System.IO.Path.Combine(Path, "components");

    /// <summary>The directory of all that is being deleted.</summary>
    public string Removed => System.IO.Path.Combine(Path, "removed");

    public string Inventory => System.IO.Path.Combine(Path, "inventory.json");

    public string Endings => System.IO.Path.Combine(Path, "endings.json");

    private string IncarnationPath => System.IO.Path.Combine(Path, "incarnation");

    public static WorkDirectory Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(full, "components"));
            File.WriteAllText(System.IO.Path.Combine(full, "writable"), "");
            File.Delete(System.IO.Path.Combine(full, "writable"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(Codes.WorkDirUnusable,
                $"--work-dir {full}: must be a directory that can be written: {e.Message}");
        }

        try
        {
            return new WorkDirectory(full, new FileStream(
                System.IO.Path.Combine(full, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new StartRefusedException(Codes.WorkDirInUse,
                $"--work-dir {full}: another supervisor runs on it; give each supervisor a directory of its own.");
        }
    }

    /// <summary>Another user may go through to the components' directories, and list or read nothing here.</summary>
    public void LetComponentsIn()
    {
        const UnixFileMode Through = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            File.SetUnixFileMode(Path, Through);
            File.SetUnixFileMode(Components, Through);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(Codes.WorkDirUnusable, $"--work-dir {Path}: --component-user needs it to be this user's own: "
                + e.Message);
        }
    }

    /// <summary>The previous incarnation, 0 when this is the first or the file says nothing.</summary>
    public long PreviousIncarnation() =>
        RegularFile.TryReadAll(Path, System.IO.Path.GetFileName(IncarnationPath), IncarnationBytesMax) is { } text
        && long.TryParse(text, CultureInfo.InvariantCulture, out var previous)
            ? previous
            : 0;

    /// <summary>Always grows, also when the machine's clock went back.</summary>
    public static long NextIncarnation(long previous, DateTimeOffset now) =>
        Math.Max(previous + 1, now.ToUnixTimeMilliseconds());

    public void SaveIncarnation(long incarnation) =>
        Replace(IncarnationPath, incarnation.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// The whole new text or the whole old one, also after a power cut. What stands under the name in between is not followed: it
    /// is removed.
    /// </summary>
    public static void Replace(string path, string text)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>The supervisor cannot start as it was asked to; the message says what to change.</summary>
internal sealed class StartRefusedException(string code, string message) : Exception($"{code} {message}");
