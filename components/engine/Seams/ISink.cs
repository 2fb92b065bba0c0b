using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Engine.Values;

namespace Holdfast.Engine.Seams;

/// <summary>
/// A database that a task writes to. Data, fence, mark and progress are in one transaction of the sink, so nothing is lost or done
/// twice, whoever dies when.
/// </summary>
public interface ISink : IAsyncDisposable
{
    /// <summary>Abilities of its engine.</summary>
    SinkCapabilities Capabilities { get; }

    /// <summary>
    /// Makes an epoch the task's newest, before anything else: it waits until transactions of older epochs have ended, and
    /// whoever comes later with an older one is refused.
    /// </summary>
    /// <returns>Null when it is; else the newer epoch that was there already: the caller is of the past.</returns>
    Task<long?> Fence(string task, long epoch, CancellationToken cancel);

    /// <summary>Reads the task's progress, from all its lanes; null: it has committed nothing yet.</summary>
    Task<SinkProgress?> Progress(string task, CancellationToken cancel);

    /// <summary>
    /// Notes of which source the task's positions are, before the first one is written. A sink that has positions and knows no source
    /// takes this one; a task that has written nothing may change it.
    /// </summary>
    /// <returns>Null when they are of this source; else the one that they are of, which stays.</returns>
    Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel);

    /// <summary>Rows of the task that were left out, the oldest position first.</summary>
    Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel);

    /// <summary>A connection of its own, for one lane of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="lane">From 0.</param>
    /// <param name="epoch">It is in the fence and in each of the lane's rows.</param>
    /// <param name="mark">The writer's mark, for readers of the sink's own log: <c>node/task</c>.</param>
    /// <param name="cancel">Gives up.</param>
    Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel);
}

/// <summary>Writes groups, one after the other.</summary>
public interface ISinkLane : IAsyncDisposable
{
    /// <summary>
    /// One transaction of the sink: reads the fence, writes the mark, the statements and the lane's progress, commits. What it
    /// answers is certain: after a commit whose outcome was unknown it has read its own row.
    /// </summary>
    Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel);

    /// <summary>
    /// A table as the transaction sees it of which parts have been written, while it is open: changed by it, and by nobody seen elsewhere.
    /// </summary>
    /// <returns>Null: nothing is open, or what is open changes no table; everybody sees the same.</returns>
#pragma warning disable MA0022 // null says that nothing is open, which is not the same as a table that is not there
    Task<TableSchema?>? Within(string schema, string name, CancellationToken cancel) => null;
#pragma warning restore MA0022
}

/// <summary>Abilities of a sink, by its engine.</summary>
/// <param name="HasTransactionalDdl">A DDL and the progress can be one transaction.</param>
/// <param name="HasOriginMarks">The engine's own log carries who wrote; else a row of ours does.</param>
/// <param name="LanesMax">More lanes than this do not write at the same time; 1: it has one writer.</param>
public sealed record SinkCapabilities(bool HasTransactionalDdl, bool HasOriginMarks, int LanesMax)
{
    /// <summary>Kind of the engine in whose language it takes statements that change tables; empty: it takes none.</summary>
    public string DdlEngine { get; init; } = "";

    /// <summary>The database in which all of a task's tables are, whatever the source calls its own; null: each in its own.</summary>
    public string? Database { get; init; }

    /// <summary>
    /// It keeps changes, not rows, so it has no tables that must be there. It takes each change as it came and in the source's order, with
    /// both images and its transaction (<see cref="SinkGroup.Sources"/>).
    /// </summary>
    public bool KeepsChanges { get; init; }
}

/// <summary>A task's progress, as its sink holds it.</summary>
/// <param name="Low">Everything up to here, in the source's order.</param>
/// <param name="Done">Positions that are committed beyond it.</param>
/// <param name="SourceTime">Commit time at <paramref name="Low"/>: microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Epoch">Of the newest of its lanes' rows.</param>
/// <param name="Source">The source of these positions; null: an older version wrote them, and did not say.</param>
public sealed record SinkProgress(
    Position Low, IReadOnlySet<Position> Done, long SourceTime, long Epoch, SourceName? Source = null);

/// <summary>Names a source for as long as it is the same data with the same history.</summary>
/// <param name="Kind">The engine.</param>
/// <param name="SystemId">As of <see cref="SourceIdentity"/>. A term or a timeline is in each position.</param>
public sealed record SourceName(string Kind, string SystemId);

/// <summary>One transaction of the sink.</summary>
/// <param name="Statements">In the order in which they take effect.</param>
/// <param name="Done">Source transactions that it completes.</param>
/// <param name="Low">Everything up to here is committed once this is, or was before.</param>
/// <param name="SourceTime">Commit time at <paramref name="Low"/>: microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="IsPart">
/// More of the same source transaction follows: the sink transaction stays open, and nothing is committed until the last part.
/// </param>
public sealed record SinkGroup(
    IReadOnlyList<SinkStatement> Statements, IReadOnlyList<Position> Done, Position Low, long SourceTime, bool IsPart = false)
{
    /// <summary>Rows that the statements lack, by people's word: the sink keeps their names in the same transaction.</summary>
    public IReadOnlyList<SkippedRow> Skipped { get; init; } = [];

    /// <summary>A statement of the source that this transaction passes: it goes before the rows; null: none.</summary>
    public SinkDdl? Ddl { get; init; }

    /// <summary>The transactions that the statements' rows are of, in their order; for a sink that keeps changes.</summary>
    public IReadOnlyList<SourceTransaction> Sources { get; init; } = [];
}

/// <summary>A source transaction, or a part of one, as a sink that keeps changes tells of it.</summary>
/// <param name="Position">Its place.</param>
/// <param name="CommitTime">By the source's clock: microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="SourceId">The source's own name of it (a GTID, an xid); null: it has none.</param>
/// <param name="IsFirst">Nothing of it came before.</param>
/// <param name="IsLast">Nothing of it comes after.</param>
/// <param name="Ddl">The statement that it is, if it changes a table.</param>
public sealed record SourceTransaction(
    Position Position, long CommitTime, string? SourceId, bool IsFirst = true, bool IsLast = true, Ddl? Ddl = null)
{
    /// <summary>The transaction of a part.</summary>
    public static SourceTransaction Of(TransactionPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return new SourceTransaction(part.Position, part.CommitTime, part.SourceId, part.IsFirst, part.IsLast, part.Ddl);
    }
}

/// <summary>A row that the sink refused and a person allowed to be left out.</summary>
/// <param name="Ticket">Names this row of this transaction and no other.</param>
/// <param name="Position">Of the source transaction.</param>
/// <param name="Table"><c>schema.name</c> at the sink.</param>
/// <param name="Key">As people read it.</param>
/// <param name="Code">The reason for which the sink refused it.</param>
/// <param name="Why">The sink's words.</param>
public sealed record SkippedRow(string Ticket, Position Position, string Table, string Key, string Code, string Why);

/// <summary>Kinds of statement by which rows are written.</summary>
public enum WriteMode
{
    /// <summary>Insert; a row that is there is a conflict.</summary>
    Insert,

    /// <summary>Insert, or make the row with this primary key as it is said here. Only where no other unique index is.</summary>
    Upsert,

    /// <summary>Change the row with the key of before; a row that is not there is a conflict.</summary>
    Update,

    /// <summary>Remove the row with the key of before; a row that is not there is a conflict.</summary>
    Delete,

    /// <summary>Remove all rows.</summary>
    Truncate,
}

/// <summary>Rows of one table that one set statement writes: all have the same columns present.</summary>
/// <param name="Table">The sink's table, as it is there.</param>
/// <param name="Mode">The kind of statement.</param>
/// <param name="Key">
/// Indexes of the columns by which rows are found; for a table without a key all columns, and of equal rows one goes.
/// </param>
/// <param name="Columns">Indexes of the columns that are written.</param>
/// <param name="Rows">Each with the source transaction that it comes from.</param>
public sealed record SinkStatement(
    TableSchema Table, WriteMode Mode, IReadOnlyList<int> Key, IReadOnlyList<int> Columns, IReadOnlyList<SinkRow> Rows)
{
    /// <summary>Indexes of columns that no row of the source can ever say: an insert may leave them to be NULL.</summary>
    public IReadOnlyList<int> Own { get; init; } = [];

    /// <summary>
    /// The sink has none of these rows, as far as the source says: an upsert finds one only where the sink has more than the source told.
    /// </summary>
    public bool AreNew { get; init; }

    /// <summary>The columns by which rows are found are a key, or hold one that is never NULL.</summary>
    public bool IsKeyed
    {
        get
        {
            var found = Key.ToHashSet();
            return Table.Keys.Any(k => !k.IsInexact && (found.SetEquals(k.Columns)
                || found.IsSupersetOf(k.Columns) && k.Columns.All(c => !Table.Columns[c].IsNullable)));
        }
    }
}

/// <summary>A row for the sink.</summary>
/// <param name="Before">The image by which it is found; none for inserts.</param>
/// <param name="After">The image that it is to have; none for deletes.</param>
/// <param name="Source">The source transaction that it comes from.</param>
public readonly record struct SinkRow(Row Before, Row After, Position Source);

/// <summary>The outcome of a group.</summary>
public abstract record ApplyResult;

/// <summary>It is committed.</summary>
/// <param name="Rows">Rows that were written.</param>
/// <param name="Execute">Time for which statements ran.</param>
/// <param name="Commit">Time for which the commit ran.</param>
public sealed record Applied(long Rows, TimeSpan Execute, TimeSpan Commit) : ApplyResult;

/// <summary>The fence names a newer epoch: this writer is of the past, nothing was written, it exits with 3.</summary>
public sealed record Fenced(long Epoch) : ApplyResult;

/// <summary>
/// Nothing was written, also not those parts of a transaction that came before. A retry from the first part on may soon succeed (a
/// deadlock, a busy database, a server that is away).
/// </summary>
public sealed record TryAgain(string Why) : ApplyResult;

/// <summary>Nothing was written, and it will not do better: a value that does not fit, a row that is missing, a broken rule.</summary>
/// <param name="Code">Stable, in docs/errors.md.</param>
/// <param name="Why">The server's message, with the table.</param>
/// <param name="Statement">Index of the statement.</param>
/// <param name="Row">Index of the row in it; null: one of them, which one is found by smaller groups.</param>
public sealed record Refused(string Code, string Why, int Statement, int? Row) : ApplyResult
{
    /// <summary>Set when no row is at fault but the table, or the sink as a whole: what a person can do.</summary>
    public string? Workaround { get; init; }
}
