using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Cleanup;

/// <summary>
/// Directories of Stores that were removed for good. A list that merely lacks a Store deletes nothing: it could be the list
/// of a server that has lost its memory. Renamed aside at once, deleted apart from the loop that keeps the lease: a log may be
/// large.
/// </summary>
internal sealed partial class Discards(string components, string aside, DiskThreads disks, ILogger<Discards> log)
{
    private readonly ILogger _log = log;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private const int PathLengthMax = 1000;

    /// <summary>Written by a round, read when it is done.</summary>
    private readonly List<string> _moved = [];

    private DiskTask? _round;
    private bool _mayBeLeft = true;
    private bool _told;

    /// <summary>The Stores that the list says are removed, whether it was ever seen here or not.</summary>
    public void Want(IReadOnlyList<DesiredComponent> list)
    {
        _names.Clear();
        foreach (var gone in list.Where(d => d is { Kind: ComponentKind.Store, Desired: DesiredState.Absent }))
        {
            _names.Add(gone.Name);
        }
    }

    /// <summary>Moves aside what no process can be using any more, and deletes it; apart from the loop, one round at a time.</summary>
    public void Carry(Func<string, bool> isKnown)
    {
        if (_round is { IsDone: false })
        {
            return;
        }

        foreach (var moved in _moved)
        {
            _names.Remove(moved);
        }

        _moved.Clear();
        if (_round is { Failed: { } failed })
        {
            Complain(failed.Message);
        }

        string[] names = [.. _names.Where(n => !isKnown(n))];
        if (names.Length == 0 && !_mayBeLeft)
        {
            return;
        }

        _mayBeLeft = true;
        _round = disks.Begin(() => Round(names));
    }

    private void Round(string[] names)
    {
        foreach (var name in names)
        {
            if (MoveAside(new ComponentFolder(components, name).Path, name))
            {
                _moved.Add(name);
            }
        }

        if (!Directory.Exists(aside))
        {
            _mayBeLeft = false;
            return;
        }

        var whyNot = Directory.GetFileSystemEntries(aside).Select(TryDelete).OfType<string>().ToList();
        _mayBeLeft = Directory.EnumerateFileSystemEntries(aside).Any();
        if (whyNot.Count > 0)
        {
            Complain(whyNot[0]);
        }

        _told &= _mayBeLeft;
    }

    private bool MoveAside(string path, string name)
    {
        try
        {
            if (!Path.Exists(path))
            {
                return true;
            }

            Directory.CreateDirectory(aside);
            Directory.Move(path, Path.Combine(aside, Guid.NewGuid().ToString("n")));
            Discarded(name);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complain(e.Message);
            return false; // tried again with every pass
        }
    }

    /// <summary>Deletes a directory; null: it is gone. One that cannot be deleted keeps none of the others.</summary>
    private string? TryDelete(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } or { LinkTarget: not null })
            {
                File.Delete(path);
            }
            else
            {
                Empty(path);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Links are removed, not followed; what lies too deep for a path is moved up and goes in a later round.</summary>
    private void Empty(string folder)
    {
        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException)
        {
            // A component's own user made it: its group may be enough.
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is not DirectoryInfo || entry.LinkTarget is not null)
            {
                File.Delete(entry.FullName);
            }
            else if (entry.FullName.Length > PathLengthMax)
            {
                Directory.Move(entry.FullName, Path.Combine(aside, Guid.NewGuid().ToString("n")));
            }
            else
            {
                Empty(entry.FullName);
            }
        }

        Directory.Delete(folder);
    }

    private void Complain(string why)
    {
        if (!_told)
        {
            NotDeleted(Codes.StoreNotDeleted, aside, why);
        }

        _told = true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} was removed: its directory is deleted")]
    private partial void Discarded(string component);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} Data of removed Stores cannot be deleted ({Folder}): {Why} It is tried again and again; further failures are not logged")]
    private partial void NotDeleted(string code, string folder, string why);
}
