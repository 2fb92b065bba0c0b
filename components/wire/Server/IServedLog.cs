using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>The log that a server shows: the Store's own, or one that stands for it in a test.</summary>
public interface IServedLog
{
    /// <summary>Name of the Store.</summary>
    string Store { get; }

    /// <summary>The subtopic that tickets name.</summary>
    string Subtopic { get; }

    /// <summary>Kind of the source's engine.</summary>
    string Kind { get; }

    /// <summary>Id of the source; empty: it is not known yet, and nothing can be served.</summary>
    string SystemId { get; }

    /// <summary>The range that can be served now.</summary>
    WireRange Range { get; }

    /// <summary>The terms of the log, the oldest first.</summary>
    IReadOnlyList<WireTerm> Terms { get; }

    /// <summary>Names of the Stores through which the source is read, the nearest first.</summary>
    IReadOnlyList<string> Through { get; }

    /// <summary>A reader where a consumer asks for it, or why there is none.</summary>
    (IServedReader? Reader, RefusedFrame? Refusal) Open(Open asked);

    /// <summary>A consumer has applied everything up to here.</summary>
    void Applied(string task, Position checkpoint, long seconds);
}

/// <summary>Reads a log for one consumer.</summary>
public interface IServedReader : IDisposable
{
    /// <summary>It shows everything after this.</summary>
    Position After { get; }

    /// <summary>The next block, or, when none has come for a while, how far nothing was committed.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    /// <exception cref="RefusedException">What comes next is gone or damaged.</exception>
    ValueTask<ServedItem> Next(CancellationToken cancel);
}

/// <summary>The next item of a reader.</summary>
/// <param name="Block">A block as it is sent; empty: a sign of life.</param>
/// <param name="Position">Nothing is committed up to here but what was shown.</param>
/// <param name="Time">Time at which that was so: microseconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct ServedItem(ReadOnlyMemory<byte> Block, Position Position, long Time);
