using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Holdfast.Log.Format;
using Holdfast.Log.Keeping;
using Holdfast.Log.Reading;
using Holdfast.Log.Writing;

namespace Holdfast.Log;

/// <summary>
/// A Store's log: what a source committed, in its order, each transaction once and whole, in segments on a disk. One writer, many
/// readers, no network. Safe to call from any thread; events are to come from one.
/// </summary>
public sealed class StoreLog : IDisposable
{
    private readonly LogOptions _options;
    private readonly SafeFileHandle _lock;
    private readonly GroupCommit _commit;
    private readonly SegmentFiles _files;

    private StoreLog(LogOptions options, Disk disk, SafeFileHandle folderLock, Recovered recovered)
    {
        (_options, _lock, BytesCut) = (options, folderLock, recovered.BytesCut);
        _commit = new GroupCommit(options, disk, recovered);
        _files = new SegmentFiles(options.Folder, SegmentHeader.HashOf(options.SourceKind, options.SystemId), _commit);
        Consumers = new LogConsumers(_commit);
    }

    /// <summary>Tells of which source a folder holds the log, without opening it.</summary>
    /// <returns>The source, null when there is no log; DP-204 or DP-205 when that cannot be told.</returns>
    public static (SourceName? Source, LogFault? Fault) SourceOf(string folder)
    {
        try
        {
            return (ManifestFile.Read(folder) is { } manifest ? new SourceName(manifest.SourceKind, manifest.SystemId) : null, null);
        }
        catch (JsonException error)
        {
            return (null, Faults.Manifest(folder, $"cannot be read: {error.Message}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, Faults.Folder(folder, error.Message));
        }
    }

    /// <summary>The last position of which everything is on the disk: the source need not keep it for this Store.</summary>
    public Position Durable => _commit.View.Open.Last;

    /// <summary>The range that readers can have.</summary>
    public LogRange Range => _commit.View.Range;

    /// <summary>The term in which it is now.</summary>
    public ulong Term => _commit.Ask((_, shelf) => shelf.Term);

    /// <summary>The terms that it has been through, the oldest first.</summary>
    public IReadOnlyList<Term> Terms => _commit.Ask((_, shelf) => shelf.Terms);

    /// <summary>The known consumers, for which retention keeps what they need.</summary>
    public LogConsumers Consumers { get; }

    /// <summary>The reason why the last write failed; null: all is well. It goes by itself when a later one succeeds.</summary>
    public LogFault? Fault => _commit.Fault;

    /// <summary>Count of the transactions and parts that came again and were dropped.</summary>
    public long Dropped => _commit.Ask((writer, _) => writer.Dropped);

    /// <summary>Bytes that the opening cut off behind the last whole transaction.</summary>
    public long BytesCut { get; }

    /// <summary>The tables that this life of the log knows: those of its open segment, and those that were told since.</summary>
    public IReadOnlyList<TableSchema> Schemas => _commit.Ask((writer, _) => writer.Schemas.All.ToList());

    /// <summary>Opens a folder's log, or begins one; what an earlier life left unfinished is cut off.</summary>
    /// <returns>DP-201 to DP-205 when the folder is not for this Store.</returns>
    public static Outcome<StoreLog> Open(LogOptions options) => Open(options, Disk.Real);

    internal static Outcome<StoreLog> Open(LogOptions options, Disk disk)
    {
        SafeFileHandle? held = null;
        try
        {
            Directory.CreateDirectory(options.Folder);
            held = File.OpenHandle(Path.Combine(options.Folder, "LOCK"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var recovered = Recovery.Open(options, disk);
            if (recovered.IsDone)
            {
                var log = new StoreLog(options, disk, held, recovered.Value);
                held = null;
                return log;
            }

            return recovered.Fault;
        }
        catch (IOException error)
        {
            return held is null && Posix.IsLocked(error) ? Faults.InUse(options.Folder) : Faults.Folder(options.Folder, error.Message);
        }
        catch (UnauthorizedAccessException error)
        {
            return Faults.Folder(options.Folder, error.Message);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Says why it cannot hold what this source commits; null: it is the log of this source.</summary>
    public LogFault? RefusalOf(string kind, string systemId) => kind == _options.SourceKind && systemId == _options.SystemId
        ? null
        : Faults.OtherSource(_options.Folder, $"{_options.SourceKind} {_options.SystemId}", $"{kind} {systemId}");

    /// <summary>
    /// The position after which the source is to be read, at the start and whenever its stream broke off: that of the last whole
    /// transaction. Parts of an unfinished one are given up, they come again.
    /// </summary>
    public Position Resume() => _commit.Ask((writer, _) =>
    {
        writer.GiveUpUnfinished();
        return writer.Last;
    });

    /// <summary>
    /// Takes what the source shows. It is written within <see cref="LogOptions.GroupDelay"/> and on the disk within
    /// <see cref="LogOptions.SyncDelay"/> after that; <see cref="Durable"/> says so.
    /// </summary>
    /// <returns>
    /// Null: it is taken, or was here already; else nothing of it is, and when the fault is passing the same event may come again.
    /// </returns>
    public LogFault? Append(SourceEvent happened) => _commit.Take(happened);

    /// <summary>Everything that was taken is on the disk when this returns null.</summary>
    public LogFault? Flush() => _commit.Flush();

    /// <summary>Deletes now what the rules let go.</summary>
    public void Retain() => _commit.Retain();

    /// <summary>A reader of everything after a position, which must be within the range.</summary>
    /// <param name="after">
    /// The reader has everything up to here. The first block may begin before it: its transactions say their positions.
    /// </param>
    /// <param name="loads">False: the reader only says where blocks stand, whoever has their bytes checks them.</param>
    /// <returns>DP-220 or DP-221 with the range; DP-223 when a segment is damaged.</returns>
    public Outcome<LogReader> OpenReader(Position after, bool loads = true)
    {
        var view = _commit.View;
        if (after < view.Range.After)
        {
            return Faults.BeforeRange(after.ToString(), view.Range);
        }

        return after > view.Last
            ? Faults.BeyondRange(after, view.Range)
            : Place(view, ReaderPlace.Find(view, after), (index, end) => index.At(after, end), b => b.Last > after, after, loads);
    }

    /// <summary>A reader of everything that was committed at a time or later, and of little before it.</summary>
    /// <param name="time">By the source's clock.</param>
    /// <param name="loads">As of <see cref="OpenReader(Position, bool)"/>.</param>
    /// <returns>DP-220 with the range when the log begins later; DP-223 when a segment is damaged.</returns>
    public Outcome<LogReader> OpenReader(DateTimeOffset time, bool loads = true)
    {
        var view = _commit.View;
        var wanted = Shelf.Microseconds(time);
        return wanted <= view.Range.AfterTime
            ? Faults.BeforeRange(Faults.Time(wanted), view.Range)
            : Place(view, ReaderPlace.Find(view, wanted), (index, end) => index.At(wanted, end), b => b.MaxTime >= wanted,
                Position.Zero, loads);
    }

    /// <summary>Writes what was taken, and lets the folder go to another writer.</summary>
    public void Dispose()
    {
        _commit.Dispose();
        _lock.Dispose();
    }

    private Outcome<LogReader> Place(LogView view, Segment segment, Func<SegmentIndex, long, SegmentIndex.Entry> entry,
        Func<BlockHeader, bool> isWanted, Position after, bool loads)
    {
        var opened = _files.Open(segment);
        if (!opened.IsDone)
        {
            return opened.Fault;
        }

        try
        {
            var (start, schemas) = EntryOf(segment, opened.Value, entry);
            var place = ReaderPlace.Walk(opened.Value, segment.End, start, schemas, isWanted);
            return new LogReader(_files, segment, opened.Value, place with { After = Position.Later(place.After, after) }, loads);
        }
        catch (DamagedException error)
        {
            opened.Value.Dispose();
            return Faults.Damaged(segment.Name, error.Message, segment.After, segment.Last, view.Range);
        }
    }

    /// <summary>The open segment's index is the writer's; it may have been closed since the view.</summary>
    private (SegmentIndex.Entry, IReadOnlyList<SegmentIndex.SchemaPlace>) EntryOf(
        Segment segment, SafeFileHandle file, Func<SegmentIndex, long, SegmentIndex.Entry> entry) =>
        _commit.Ask<(SegmentIndex.Entry, IReadOnlyList<SegmentIndex.SchemaPlace>)?>((writer, _) =>
            writer.Segment.Number == segment.Number
            ? (entry(writer.Segment.Index, segment.End), [.. writer.Segment.Index.Schemas])
            : null) ?? ClosedEntryOf(segment, file, entry);

    private (SegmentIndex.Entry, IReadOnlyList<SegmentIndex.SchemaPlace>) ClosedEntryOf(
        Segment segment, SafeFileHandle file, Func<SegmentIndex, long, SegmentIndex.Entry> entry)
    {
        var closed = segment.Closed is not null
            ? segment
            : _commit.Ask((_, shelf) => shelf.Closed.FirstOrDefault(s => s.Number == segment.Number))
            ?? throw new DamagedException("was taken by retention at this moment");
        var index = IndexFile.Load(_options.Folder, closed, file);
        return (entry(index, segment.End), index.Schemas);
    }
}
