using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Matching;

namespace Holdfast.FullVerification;

/// <summary>The two sides to compare, and the time that it may take.</summary>
public sealed record VerifyOptions
{
    /// <summary>The task whose progress at the sink counts.</summary>
    public required string Task { get; init; }

    /// <summary>Tables of the source that are compared.</summary>
    public Func<TableSchema, bool> Wants { get; init; } = _ => true;

    /// <summary>The sink of their rows.</summary>
    public Mapping Mapping { get; init; } = Mapping.Identity;

    /// <summary>A column of the sink that numbers transactions, one row for each: <c>schema.table.column</c>; null: none does.</summary>
    public string? Counter { get; init; }

    /// <summary>Time for which rows that look different are looked at again.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Rows that are read at once from each side.</summary>
    public int ChunkRows { get; init; } = 2000;

    /// <summary>Rows of one table that are looked at again; when more look different the rest stays open.</summary>
    public int SuspectsMax { get; init; } = 50_000;

    /// <summary>Rows that are named.</summary>
    public int FindingsMax { get; init; } = 20;
}
