namespace Holdfast.Engine.Postgres.Source;

/// <summary>A transaction that has begun.</summary>
internal sealed record OpenTransaction(Position Position, long CommitTime, string SourceId)
{
    internal string? Origin { get; set; }

    internal bool HasMark { get; set; }

    internal ulong? Barrier { get; set; }

    internal bool IsLeftOut { get; set; }

    internal bool HasPart { get; set; }

    /// <summary>The key of the messages was asked for once more: anybody may write messages that no key opens.</summary>
    internal bool HasAsked { get; set; }

    internal int Count { get; set; }

    /// <summary>Statements that have come.</summary>
    internal int Statements { get; set; }

    /// <summary>The last one, until it is known whether anything follows it.</summary>
    internal Ddl? Statement { get; set; }
}
