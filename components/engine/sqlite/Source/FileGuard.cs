using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// Notices that the file under a reader is not what it was: another one, or the same one with other contents. An open connection may go on
/// for ever with what it has in memory. So a second connection is asked when the file was written in a way that only a checkpoint does.
/// </summary>
internal sealed class FileGuard(string path, CaptureLog log, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly string _index = path + "-shm";
    private readonly string? _ofIndex = FileIdentity.Of(path + "-shm");
    private string? _stamp = FileIdentity.StampOf(path);
    private long _asked = time.GetTimestamp();

    /// <summary>Looks at the file.</summary>
    /// <param name="at">The last row that was read.</param>
    /// <param name="committed">Commit time there; null: it is not known, or not the end of a transaction.</param>
    /// <exception cref="SourceFaultException">It is not what it was.</exception>
    internal void Check(long at, long? committed)
    {
        if (log.Moved(path) is { } moved)
        {
            throw new SourceFaultException(moved);
        }

        if (FileIdentity.Of(_index) != _ofIndex)
        {
            throw new SourceFaultException(SourceFaults.Reopen(path));
        }

        // In a rollback journal's mode each commit writes to the file, and every connection sees it.
        if (_ofIndex is null || time.GetElapsedTime(_asked) < Every || FileIdentity.StampOf(path) is var stamp && stamp == _stamp)
        {
            return;
        }

        Ask(at, committed);
        (_stamp, _asked) = (stamp, time.GetTimestamp());
    }

    private void Ask(long at, long? committed)
    {
        using var other = Database.Open(path, TimeSpan.FromSeconds(1));
        if (CaptureLog.Read(other) is not { } there || there.SystemId != log.SystemId)
        {
            throw new SourceFaultException(SourceFaults.Other(path));
        }

        if (committed is not null && other.Number("SELECT time FROM hf_commit WHERE seq = ?1", at) != committed)
        {
            throw new SourceFaultException(SourceFaults.Unknown(
                new Position(log.Generation, (ulong)at), new Position(there.Generation, (ulong)CaptureLog.Sealed(other))));
        }
    }
}
