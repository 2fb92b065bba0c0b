using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Seams;

/// <summary>The reason why a task goes on past a source's statement at the sink.</summary>
public enum DdlOutcome
{
    /// <summary>It was applied, as the source ran it.</summary>
    Applied,

    /// <summary>A person had another one applied instead.</summary>
    Edited,

    /// <summary>A person has done it by hand.</summary>
    Done,

    /// <summary>A person has left it out.</summary>
    Skipped,

    /// <summary>The sink was so already.</summary>
    Found,
}

/// <summary>A statement that a sink's own server runs.</summary>
/// <param name="Sql">In the sink's language, with the sink's names.</param>
/// <param name="Does">Its actions, with the sink's names.</param>
public sealed record DdlRun(string Sql, DdlStatement Does);

/// <summary>
/// A statement of the source, in a transaction of the sink. Where the engine's DDL is transactional, it commits with the progress.
/// Elsewhere the sink first notes how its tables were, and later tells from that whether the statement was done.
/// </summary>
/// <param name="Ticket">Names this statement at this position and no other.</param>
/// <param name="Position">Of the source transaction.</param>
/// <param name="Statement">As the source ran it.</param>
/// <param name="Outcome">The decision about it.</param>
/// <param name="Run">Statements that are to be run; none: it is only noted.</param>
public sealed record SinkDdl(string Ticket, Position Position, string Statement, DdlOutcome Outcome, IReadOnlyList<DdlRun> Run)
{
    /// <summary>The schema at the sink of names that have none; empty: that of its session.</summary>
    public string Schema { get; init; } = "";

    /// <summary>The session's modes under which it is to be read, as the engine numbers them; null: the sink's own.</summary>
    public ulong? Modes { get; init; }
}

/// <summary>Codes of statements that a sink does not run.</summary>
public static class DdlRefusals
{
    /// <summary>The server refuses it.</summary>
    public const string RefusedCode = "DP-423";

    /// <summary>Code where nobody can tell whether the statement was done already.</summary>
    public const string UnknownCode = "DP-424";

    /// <summary>The server's own words.</summary>
    public static Refused ByServer(string why) => new(RefusedCode, why, 0, null);

    /// <summary>It was begun by a process that ended, and the tables are neither as before nor as they would be after it.</summary>
    public static Refused Unknown(string why) => new(UnknownCode, why, 0, null);
}
