using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Seams;

/// <summary>
/// A source's log, for one Store. It shows each committed transaction once, whole, in the order of the commits, and never passes
/// anything over: what it does not understand ends the stream with a <see cref="SourceFault"/>.
/// </summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>Asks the server now which source it is.</summary>
    Task<SourceIdentity> Identify(CancellationToken cancel);

    /// <summary>Asks for the range of positions that can be read now.</summary>
    Task<SourceRange> Range(CancellationToken cancel);

    /// <summary>
    /// The last position whose transactions were all committed before a time. A reader that begins after it misses nothing that was
    /// committed from that time on. Null: the log begins later.
    /// </summary>
    Task<Position?> At(DateTimeOffset time, CancellationToken cancel);

    /// <summary>
    /// Reads everything after a position, without an end: a table's schema before its first row, parts, and signs of life. The bytes of an
    /// event belong to whoever takes it, also while the next one is read.
    /// </summary>
    /// <param name="after">The last position that the reader has.</param>
    /// <param name="filter">Tables that may be left out at the source already.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SourceFaultException">The stream cannot go on; the fault says why and what helps.</exception>
    IAsyncEnumerable<SourceEvent> Read(Position after, StreamFilter filter, CancellationToken cancel);

    /// <summary>The reader has all up to here on its disk: the source need not keep it for this reader.</summary>
    Task Confirm(Position durable, CancellationToken cancel);

    /// <summary>Writes a sign of life, or a barrier, into the source's own log, so that a position moves on an idle source.</summary>
    /// <param name="barrier">Number of the barrier; null: a sign of life.</param>
    /// <param name="cancel">Gives up.</param>
    Task Beat(ulong? barrier, CancellationToken cancel);
}

/// <summary>The identity of a source.</summary>
/// <param name="Kind">The engine: <c>sqlite</c>, <c>postgres</c>, <c>mysql</c>; of a relay, that of the source at its far end.</param>
/// <param name="Version">The server's own words.</param>
/// <param name="SystemId">
/// Stays the same while it is the same data with the same history: a system identifier, a server's UUID, an id kept in the file.
/// Positions of a source with another one mean nothing here.
/// </param>
/// <param name="Clock">Its clock.</param>
public sealed record SourceIdentity(string Kind, string Version, string SystemId, DateTimeOffset Clock)
{
    /// <summary>The terms of the log that a relay reads, the oldest first; a database knows none.</summary>
    public IReadOnlyList<Term> Terms { get; init; } = [];

    /// <summary>The Stores through which a relay reads the source, the nearest first.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];
}

/// <summary>The range of positions that a source can show now.</summary>
/// <param name="Oldest">A reader may start after this, and after everything later.</param>
/// <param name="OldestTime">Commit time there; null: not known.</param>
/// <param name="Newest">All that is committed is at or before this.</param>
public sealed record SourceRange(Position Oldest, DateTimeOffset? OldestTime, Position Newest);

/// <summary>Something that a source shows.</summary>
public abstract record SourceEvent;

/// <summary>A table, before its first row and whenever it has changed.</summary>
public sealed record SchemaEvent(TableSchema Schema) : SourceEvent;

/// <summary>A transaction, or a part of one.</summary>
public sealed record TransactionEvent(TransactionPart Part) : SourceEvent;

/// <summary>Nothing is committed up to here but what was shown.</summary>
/// <param name="Position">Never before that of a transaction that was shown.</param>
/// <param name="Time">The source's clock when that was so: microseconds since 1970-01-01T00:00:00Z.</param>
public sealed record AliveEvent(Position Position, long Time) : SourceEvent;

/// <summary>The reason why a stream cannot go on.</summary>
/// <param name="Code">Stable, in docs/errors.md.</param>
/// <param name="Message">One sentence about the event, with the table, the position and the value that it is about.</param>
/// <param name="Workaround">The help that a person can give.</param>
/// <param name="IsPassing">It may be gone with the next try: a server that is away.</param>
public sealed record SourceFault(string Code, string Message, string Workaround, bool IsPassing = false);

/// <summary>Carries a <see cref="SourceFault"/> to whoever reads.</summary>
public sealed class SourceFaultException(SourceFault fault) : Exception($"{fault.Code} {fault.Message}")
{
    /// <summary>The fault that it carries.</summary>
    public SourceFault Fault { get; } = fault;
}
