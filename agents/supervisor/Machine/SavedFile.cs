namespace Holdfast.Supervisor.Machine;

/// <summary>
/// One of the supervisor's own files, written apart from the loop, one time after the other: a disk may hang, and the newest state is
/// the one that counts.
/// </summary>
/// <param name="disks">The threads that write it.</param>
/// <param name="notSaved">Hears why it cannot be written, once until it could be.</param>
internal sealed class SavedFile(DiskThreads disks, Action<string> notSaved)
{
    private DiskTask? _saving;
    private bool _isTold;

    /// <summary>
    /// The time for which it has been written; null: it is not. Nobody waits while a disk that failed at it is tried again.
    /// </summary>
    public TimeSpan? Busy(BootTime now) => !_isTold && _saving is { IsDone: false } saving ? now - saving.Asked : null;

    /// <summary>Writes the newest state unless the last writing is on its way; one that failed is tried again with every pass.</summary>
    /// <param name="isChanged">There is something to write.</param>
    /// <param name="write">Takes the state now, and writes it later.</param>
    /// <returns>Whether there is still something to write.</returns>
    public bool Advance(bool isChanged, Func<Action> write)
    {
        if (_saving is { IsDone: false })
        {
            return isChanged;
        }

        if (_saving is { Failed: { } failed })
        {
            if (!_isTold)
            {
                notSaved(failed.Message);
            }

            (_isTold, isChanged) = (true, true);
        }
        else if (_saving is not null)
        {
            _isTold = false;
        }

        _saving = isChanged ? disks.Begin(write()) : null;
        return false;
    }
}
