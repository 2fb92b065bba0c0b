using Holdfast.Engine.Statements;

namespace Holdfast.Rules.Apply.TableStatements;

/// <summary>A person's answer to a statement at which the task has stopped.</summary>
public enum DdlChoice
{
    /// <summary>Apply it, or another one instead.</summary>
    Apply,

    /// <summary>It was done by hand.</summary>
    Done,

    /// <summary>Leave it out.</summary>
    Skip,
}

/// <summary>An answer.</summary>
/// <param name="Choice">The decision about it.</param>
/// <param name="Statement">To be applied instead, with the sink's names; null: the source's own.</param>
public sealed record DdlAnswer(DdlChoice Choice, string? Statement = null);

/// <summary>Statements that a task applies by itself, and the answers to others.</summary>
public sealed record DdlPolicy
{
    /// <summary>Kinds whose values cannot come back: they are applied where a person has asked for them.</summary>
    public static readonly IReadOnlyList<DdlKind> Destructive = [DdlKind.DropColumn, DdlKind.DropTable, DdlKind.TruncateTable];

    /// <summary>Every kind that can be asked for.</summary>
    public static readonly IReadOnlyList<DdlKind> All = [.. Enum.GetValues<DdlKind>().Where(k => k != DdlKind.Other)];

    /// <summary>All but what destroys.</summary>
    public static readonly DdlPolicy Default = new() { Apply = All.Except(Destructive).ToHashSet() };

    /// <summary>Kinds that are applied; a statement with another one stops the task.</summary>
    public IReadOnlySet<DdlKind> Apply { get; init; } = new HashSet<DdlKind>();

    /// <summary>Answers by ticket.</summary>
    public IReadOnlyDictionary<string, DdlAnswer> Answers { get; init; } = new Dictionary<string, DdlAnswer>(StringComparer.Ordinal);
}
