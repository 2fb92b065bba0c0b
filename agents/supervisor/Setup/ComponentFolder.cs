using System.Security.Cryptography;
using Holdfast.Supervisor.Machine;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Supervisor.Setup;

/// <summary>A component's own directory under the work directory.</summary>
internal sealed class ComponentFolder(string componentsFolder, string name)
{
    public const string Stdout = "stdout.log";
    public const string Stderr = "stderr.log";
    private const int NameMax = 120;

    public string Path { get; } = System.IO.Path.Combine(componentsFolder, SafeName(name));

    public string StatusPath => System.IO.Path.Combine(Path, "status.json");

    /// <summary>One file name per component name: odd characters as %XX, long names cut with a hash.</summary>
    public static string SafeName(string name)
    {
        var safe = Uri.EscapeDataString(name);
        if (safe.StartsWith('.'))
        {
            safe = "%2E" + safe[1..];
        }

        if (safe.Length <= NameMax)
        {
            return safe;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
        return $"{safe[..NameMax]}~{hash}";
    }

    /// <summary>
    /// Before a start: the directory is there, what an earlier process said of itself is not, and nothing but files stands where
    /// the logs go.
    /// </summary>
    /// <param name="user">The user that runs there besides the supervisor's own; null: none.</param>
    public void Prepare(ComponentUser? user = null)
    {
        Clear(Path, FileType.Directory);
        Directory.CreateDirectory(Path);
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | Owner);
        if (user is not null)
        {
            FileCalls.GiveToGroup(Path, user.Gid);
            File.SetUnixFileMode(Path, Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute);
        }

        Clear(StatusPath, null);
        Clear(System.IO.Path.Combine(Path, Stdout), FileType.Regular);
        Clear(System.IO.Path.Combine(Path, Stderr), FileType.Regular);
    }

    /// <summary>Tells whether the configuration is there as it should be, from a start before; nobody else can read it.</summary>
    public bool HoldsConfig(string digest, ComponentUser? user = null)
    {
        if (RegularFile.Open(Path, ComponentConfig.FileName) is not FileFound.Opened opened)
        {
            return false;
        }

        using var file = opened.Handle;
        if (opened.Stamp.Length > ComponentConfig.FetchedBytesMax
            || ComponentConfig.DigestOf(RegularFile.Read(file, 0, (int)opened.Stamp.Length)) != digest)
        {
            return false;
        }

        LetRead(file, user);
        return true;
    }

    private static void LetRead(SafeFileHandle file, ComponentUser? user)
    {
        if (user is not null)
        {
            FileCalls.GiveToGroup($"/proc/self/fd/{file.DangerousGetHandle()}", user.Gid);
        }

        File.SetUnixFileMode(file, user is null ? OwnerOnly : OwnerOnly | UnixFileMode.GroupRead);
    }

    /// <summary>The whole of it in place of whatever stood there, never readable for anybody else, also after a power cut.</summary>
    public void WriteConfig(byte[] text, ComponentUser? user = null)
    {
        const string Fresh = ComponentConfig.FileName + ".new";
        Clear(System.IO.Path.Combine(Path, Fresh), null);
        using (var file = RegularFile.Create(Path, Fresh) ?? throw new IOException($"{Fresh} cannot be made"))
        {
            RandomAccess.Write(file, text, 0);
            LetRead(file, user);
            RandomAccess.FlushToDisk(file);
        }

        var final = System.IO.Path.Combine(Path, ComponentConfig.FileName);
        Clear(final, FileType.Regular);
        File.Move(System.IO.Path.Combine(Path, Fresh), final, overwrite: true);
    }

    /// <summary>The component is not wanted here any more: what may be a secret does not stay.</summary>
    public void RemoveConfig() => Clear(System.IO.Path.Combine(Path, ComponentConfig.FileName), null);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Removes what stands there, whatever it is, unless it is what should.</summary>
    private static void Clear(string path, FileType? wanted)
    {
        using var found = FileCalls.Find(null, path, isFolder: false, out _);
        if (found.IsInvalid || !FileCalls.TryLook(found, out var type, out _, out _) || type == wanted)
        {
            return;
        }

        if (type == FileType.Directory)
        {
            Directory.Delete(path, recursive: true); // a link in it is removed, not followed
        }
        else
        {
            File.Delete(path);
        }
    }
}
