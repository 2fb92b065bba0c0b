using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Matching;
using Holdfast.Rules.Apply.TableStatements;

namespace Holdfast.IncrSync;

/// <summary>Options of a task's writing. Bounds are the caller's to check; the defaults are the plan's.</summary>
public sealed record ApplyOptions
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Epoch of this placement; the sink refuses an older one.</summary>
    public required long Epoch { get; init; }

    /// <summary>The writer's mark, for readers of the sink's own log: <c>node/task</c>.</summary>
    public required string Mark { get; init; }

    /// <summary>Connections to the sink; no more than the sink can use.</summary>
    public int Lanes { get; init; } = 8;

    /// <summary>Bounds what is under way.</summary>
    public Window Window { get; init; } = Window.Default;

    /// <summary>Limits at which a group is full.</summary>
    public GroupLimits Group { get; init; } = GroupLimits.Default;

    /// <summary>
    /// A lane goes on taking small transactions until it has about this many bytes to do, so that they share one of the sink's. 0: each
    /// goes to the lane with the least to do. A row counts for 200 bytes, and so does a transaction.
    /// </summary>
    public long LaneFill { get; init; } = 150_000;

    /// <summary>Waits between the tries of a group.</summary>
    public Backoff Backoff { get; init; } = Backoff.Default;

    /// <summary>Tables and columns that are renamed or left out.</summary>
    public Mapping Mapping { get; init; } = Mapping.Identity;

    /// <summary>Tickets of rows that may be left out when the sink refuses them; any other such row stops the task.</summary>
    public IReadOnlySet<string> SkipRows { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Told of each row that was left out, once that is committed.</summary>
    public Action<SkippedRow>? LeftOut { get; init; }

    /// <summary>Statements that change tables.</summary>
    public DdlPolicy Ddl { get; init; } = DdlPolicy.Default;

    /// <summary>
    /// Translates the column of a definition in a source engine's language, by kind of that engine, for a sink of another engine; null
    /// where its type is not known. An engine that is not here has no statements that are translated.
    /// </summary>
    public IReadOnlyDictionary<string, Func<ColumnDefinition, Column?>> Columns { get; init; } =
        new Dictionary<string, Func<ColumnDefinition, Column?>>(StringComparer.Ordinal);

    /// <summary>The task's tables: statements about others are not its matter.</summary>
    public Engine.Transactions.StreamFilter Tables { get; init; } = Engine.Transactions.StreamFilter.None;

    /// <summary>Told of each statement that was passed, once that is committed.</summary>
    public Action<DdlNote>? Passed { get; init; }

    /// <summary>Null: no limit.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>Null: no limit.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>A position that moves without rows is written to the sink no more often than this.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time after a stop for which the groups that are being written may go on.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(2);
}
