using Holdfast.Log.Format;

namespace Holdfast.Log.Contract;

/// <summary>Options of a log. Between two lives of the log all may be changed but the source.</summary>
public sealed record LogOptions
{
    /// <summary>The log's folder; it is made when there is none.</summary>
    public required string Folder { get; init; }

    /// <summary>The engine of the source: <c>sqlite</c>, <c>postgres</c>, …</summary>
    public required string SourceKind { get; init; }

    /// <summary>The source's own id: positions of another one mean nothing.</summary>
    public required string SystemId { get; init; }

    /// <summary>The subtopic whose log it is; in the MANIFEST, for people.</summary>
    public string Subtopic { get; init; } = "";

    /// <summary>The start of a new log; a log that is there goes on where it ended.</summary>
    public LogStart Start { get; init; } = LogStart.Everything;

    /// <summary>The terms of a new log whose source has some, the oldest first; none: it begins in term 0.</summary>
    public IReadOnlyList<Term> Terms { get; init; } = [];

    /// <summary>Compression of blocks.</summary>
    public Compression Codec { get; init; }

    /// <summary>A segment that is as long is closed; one with a large transaction at its end is longer.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>Time for which transactions are collected before they are written together.</summary>
    public TimeSpan GroupDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The most time for which written bytes wait before the disk is told to keep them.</summary>
    public TimeSpan SyncDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Interval of signs of life, when nothing else is written.</summary>
    public TimeSpan AliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of a large transaction that are held in memory, before its parts go to a side file.</summary>
    public int SpoolMemoryBytes { get; init; } = 1 << 20;

    /// <summary>A closed segment that is older goes, unless a known consumer needs it.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Beyond this the oldest segments go, unless a known consumer needs them; null: no such limit.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>The log takes no more of the disk than this; null: as much as there is.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The part of the quota beyond which the oldest segments go although a consumer needs them.</summary>
    public double HardShare { get; init; } = 0.85;

    /// <summary>Interval at which retention looks for segments that may go; it also looks whenever a segment is closed.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A consumer that was not heard for so long, in this life of the log, is known no longer: its task is gone, or reads elsewhere.
    /// </summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Told of each consumer that is known no longer, with its checkpoint; called as <see cref="Lost"/> is.</summary>
    public Action<string, Position>? Forgot { get; init; }

    /// <summary>Told when a segment went that a known consumer needed; called outside of all locks, on any thread.</summary>
    public Action<LogLoss>? Lost { get; init; }

    /// <summary>All waiting goes by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Segments are small enough that a quota holds several: only whole ones go.</summary>
    internal long SegmentBytesMax => QuotaBytes is { } quota ? Math.Min(SegmentBytes, Math.Max(quota / 8, 1)) : SegmentBytes;

    internal long? HardBytes => QuotaBytes is { } quota ? (long)(quota * HardShare) : null;
}

/// <summary>The start of a log.</summary>
/// <param name="After">The source is read after this.</param>
/// <param name="Time">
/// Everything up to there was committed before this: microseconds since 1970-01-01T00:00:00Z. A reader that wants an earlier time
/// is refused.
/// </param>
public readonly record struct LogStart(Position After, long Time)
{
    /// <summary>Starts from the source's very beginning.</summary>
    public static readonly LogStart Everything = new(Position.Zero, long.MinValue);
}

/// <summary>The range of a log.</summary>
/// <param name="After">A reader may start after this, and after everything up to <paramref name="Last"/>.</param>
/// <param name="AfterTime">
/// Everything up to there was committed at or before this; a reader may start at every later time. Microseconds since 1970-01-01T00:00:00Z.
/// </param>
/// <param name="Last">Everything up to here is in it, and can be read.</param>
/// <param name="LastTime">The latest commit time, or sign of life, up to there.</param>
/// <param name="Bytes">Bytes of the log on the disk.</param>
/// <param name="Segments">Count of the files.</param>
public sealed record LogRange(Position After, long AfterTime, Position Last, long LastTime, long Bytes, int Segments);

/// <summary>A segment went that a consumer needed: DP-224.</summary>
/// <param name="Task">The task of the consumer.</param>
/// <param name="Checkpoint">It had everything up to here.</param>
/// <param name="After">The segment begins after this …</param>
/// <param name="Last">… and ends with this.</param>
/// <param name="Fault">The loss, and what helps.</param>
public sealed record LogLoss(string Task, Position Checkpoint, Position After, Position Last, LogFault Fault);
