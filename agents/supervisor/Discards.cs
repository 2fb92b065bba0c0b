using Holdfast.Contracts;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor;

/// <summary>
/// Directories of Stores that were removed for good. A list that merely lacks a Store deletes nothing: it could be the list
/// of a server that has lost its memory. Renamed aside at once, deleted apart from the loop that keeps the lease: a log may be
/// large.
/// </summary>
internal sealed partial class Discards(string components, string aside, ILogger<Discards> log)
{
    private readonly ILogger _log = log;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Task _deleting = Task.CompletedTask;
    private bool _told;

    /// <summary>What the list says is removed, whether it was ever seen here or not.</summary>
    public void Want(IReadOnlyList<DesiredComponent> list)
    {
        _names.Clear();
        foreach (var gone in list.Where(d => d is { Kind: ComponentKind.Store, Desired: DesiredState.Absent }))
            _names.Add(gone.Name);
    }

    /// <summary>Moves aside what no process can be using any more, and begins to delete it.</summary>
    public void Carry(Func<string, bool> isKnown)
    {
        foreach (var name in _names.Where(n => !isKnown(n)).ToList())
        {
            if (MoveAside(new ComponentFolder(components, name).Path, name))
                _names.Remove(name);
        }
        if (_deleting.IsCompleted && Directory.Exists(aside) && Directory.EnumerateDirectories(aside).Any())
            _deleting = Task.Run(Delete);
    }

    private bool MoveAside(string path, string name)
    {
        try
        {
            if (!Directory.Exists(path))
                return true;
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

    private void Delete()
    {
        try
        {
            foreach (var folder in Directory.GetDirectories(aside))
                Directory.Delete(folder, recursive: true);
            _told = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complain(e.Message);
        }
    }

    private void Complain(string why)
    {
        if (!_told)
            NotDeleted(Codes.StoreNotDeleted, aside, why);
        _told = true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} was removed: its directory is deleted")]
    private partial void Discarded(string component);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} Data of removed Stores cannot be deleted ({Folder}): {Why} It is tried again and again; further failures are not logged")]
    private partial void NotDeleted(string code, string folder, string why);
}
