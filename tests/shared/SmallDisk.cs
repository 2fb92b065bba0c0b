using System.Diagnostics;

namespace Holdfast.Tests;

/// <summary>
/// A disk of a few megabytes that can really be full: a tmpfs in a mount namespace of its own, which nobody else sees. It is gone with the
/// process that keeps it, also when the test is killed.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Process _keeper;
    private readonly string _mount;

    private SmallDisk(Process keeper, string mount) => (_keeper, _mount) = (keeper, mount);

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing { get; } = WhyNot();

    /// <summary>The disk's folder for who is outside. It is behind a link, which SQLite resolves to a folder of the machine.</summary>
    internal string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{_keeper.Id}/root{_mount}");

    /// <summary>Words before a command, so that it sees the disk at the folder where it was mounted.</summary>
    internal IReadOnlyList<string> Inside => ["nsenter", "-m", "-t", _keeper.Id.ToString(CultureInfo.InvariantCulture), "--"];

    /// <param name="folder">Is there; covered by the disk, in the keeper's namespace only.</param>
    /// <param name="megabytes">Its size.</param>
    internal static SmallDisk Over(string folder, int megabytes)
    {
        // It ends with its standard input, so with this process.
        var keeper = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", string.Create(CultureInfo.InvariantCulture,
            $"mount -t tmpfs -o size={megabytes}m,mode=1777 holdfast-test '{folder}' && echo mounted && exec cat")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var disk = new SmallDisk(keeper, folder);
        if (keeper.StandardOutput.ReadLine() == "mounted")
        {
            return disk;
        }

        disk.Dispose();
        throw new InvalidOperationException($"no disk could be mounted over {folder}");
    }

    /// <summary>Not one more byte fits.</summary>
    internal void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>There is room again.</summary>
    internal void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit(TimeSpan.FromSeconds(5));
        _keeper.Dispose();
    }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    private static string? WhyNot()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "only root can mount a disk";
        }

        using var tried = Process.Start(new ProcessStartInfo("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        tried.WaitForExit();
        return tried.ExitCode == 0 ? null : "this machine lets nobody mount a disk";
    }
}
