using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>One reader's connection: it seals what others have committed, notices when tables change, and reads on.</summary>
internal sealed class SourceLook : IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Database _database;
    private readonly CaptureLog _log;
    private readonly LogReader _reader;
    private readonly FileGuard _guard;
    private readonly SealPace _pace;
    private readonly TimeSpan _busyWait;
    private long _schema = -1;
    private bool _isBehind;

    internal SourceLook(string path, Position after, StreamFilter filter, TimeProvider time, SqliteSourceOptions options)
    {
        (_path, _time, _pace, _busyWait) = (path, time, new SealPace(time), options.BusyWait);
        _database = Database.Open(path, options.BusyWait);
        try
        {
            _database.Run("PRAGMA synchronous = FULL");
            _log = Log(_database);
            Check(_database, _log, after);
            _reader = new LogReader(_database, filter, _log.Generation, options.PartBytes) { At = (long)after.Minor };
            _guard = new FileGuard(path, _log, time);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The capture of a file that is the one for which it was installed.</summary>
    internal static CaptureLog Log(Database database)
    {
        var log = CaptureLog.Read(database) ?? throw new SourceFaultException(SourceFaults.NotInstalled(database.Path));
        return log.Moved(database.Path) is { } moved ? throw new SourceFaultException(moved) : log;
    }

    /// <summary>Reads what is new; empty: nothing.</summary>
    internal IReadOnlyList<SourceEvent> Next()
    {
        try
        {
            _guard.Check(_reader.At, _reader.Committed);
        }
        catch (Exception error) when (error is SourceFaultException or SqliteFailure { IsBusy: false })
        {
            _database.LeaveAlone();
            throw;
        }

        if (_reader.IsWithin || _reader.At < CaptureLog.Sealed(_database))
        {
            return _reader.Next();
        }

        if (Look())
        {
            return _reader.Next();
        }

        _reader.Check();
        return [];
    }

    /// <summary>The time for which the source's writers have the file for themselves before the next look.</summary>
    internal TimeSpan Rest => _isBehind ? _pace.Left : TimeSpan.Zero;

    /// <summary>A sign of life; null: something may be committed that is not shown yet.</summary>
    internal AliveEvent? Alive(long asked) =>
        _isBehind ? null : new AliveEvent(new Position(_log.Generation, (ulong)_reader.At), asked);

    public void Dispose() => _database.Dispose();

    /// <returns>Something is sealed that was not read.</returns>
    private bool Look()
    {
        if (SchemaVersion() == _schema && CaptureLog.Last(_database) <= _reader.At)
        {
            _isBehind = false;
            return false;
        }

        if (_pace.Left > TimeSpan.Zero)
        {
            _isBehind = true;
            return false;
        }

        try
        {
            // The commit that seals waits for the disk, and with it all commits before: what is shown can not be lost by the source.
            _schema = _database.WriteBetween(_busyWait, _time, () => _pace.Held(Seal));
            _pace.Released();
            _isBehind = false;
        }
        catch (SqliteFailure error) when (error.IsBusy)
        {
            // A writer is at work: what it does is not committed, and what others did before is shown after it.
            _isBehind = true;
        }

        return _reader.At < CaptureLog.Sealed(_database);
    }

    /// <summary>
    /// Seals the log. It asks under the lock whether the schema has changed: others may have changed it before the lock was taken.
    /// </summary>
    /// <returns>The schema that was examined.</returns>
    private long Seal()
    {
        var log = CaptureLog.Read(_database) ?? throw new SourceFaultException(SourceFaults.NotInstalled(_path));
        if (log.Generation != _log.Generation || log.SystemId != _log.SystemId)
        {
            throw new SourceFaultException(
                SourceFaults.Interrupted(new Position(_log.Generation, (ulong)_reader.At), log.Generation));
        }

        if (SchemaVersion() != _schema)
        {
            new Examination(_database, log, _time.GetUtcNow()).Run();
        }

        CaptureLog.Seal(_database, _time.GetUtcNow());
        return SchemaVersion();
    }

    private long SchemaVersion() => _database.Number("PRAGMA schema_version") ?? 0;

    private static void Check(Database database, CaptureLog log, Position after)
    {
        var oldest = new Position(log.Generation, (ulong)log.Pruned);
        var newest = new Position(log.Generation, (ulong)CaptureLog.Sealed(database));
        var isKnown = database.Number("SELECT count(*) FROM hf_commit WHERE seq = ?1", (long)after.Minor) > 0;
        var fault = after switch
        {
            _ when after.Major < log.Generation => SourceFaults.Interrupted(after, log.Generation),
            _ when after > newest => SourceFaults.Unknown(after, newest),
            _ when after < oldest => SourceFaults.Pruned(after, oldest),
            _ when !isKnown => SourceFaults.Unknown(after, newest),
            _ => null,
        };
        if (fault is not null)
        {
            throw new SourceFaultException(fault);
        }
    }
}
