using Holdfast.Rules.Apply.Flow;

namespace Holdfast.IncrSync;

/// <summary>Figures of a task, for its status. Sums only grow within one process.</summary>
public sealed record ApplyFigures
{
    /// <summary>Time of the figures, since any fixed moment; for rates.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Everything up to here is at the sink.</summary>
    public Position Low { get; init; }

    /// <summary>Commit time there, in unix seconds; null: nothing is known yet.</summary>
    public long? CheckpointSeconds { get; init; }

    /// <summary>The sink's delay behind the source, by the two clocks; never negative.</summary>
    public long? LagMs { get; init; }

    /// <summary>The last barrier that is passed.</summary>
    public ulong? Barrier { get; init; }

    /// <summary>Source transactions that are written.</summary>
    public long Transactions { get; init; }

    /// <summary>Their rows, as the source says them.</summary>
    public long Rows { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Transactions of the sink.</summary>
    public long Groups { get; init; }

    /// <summary>Groups that had to be tried again.</summary>
    public long Retries { get; init; }

    /// <summary>Rows that were left out by tickets.</summary>
    public long RowsLeftOut { get; init; }

    /// <summary>Source transactions above the low position.</summary>
    public int UnderWay { get; init; }

    /// <summary>Count of those that wait for others that touch the same.</summary>
    public int Waiting { get; init; }

    /// <summary>Bytes that are held.</summary>
    public long BytesHeld { get; init; }

    /// <summary>Lanes.</summary>
    public int Lanes { get; init; }

    /// <summary>Lanes that write now.</summary>
    public int LanesBusy { get; init; }

    /// <summary>The trouble for which a group waits; null: there is none.</summary>
    public string? Trouble { get; init; }

    /// <summary>The time that each stage took.</summary>
    public StageTimes Times { get; init; } = new();

    /// <summary>Rows a second since earlier figures.</summary>
    public double RowsPerSecond(ApplyFigures earlier) =>
        At > earlier.At ? (Rows - earlier.Rows) / (At - earlier.At).TotalSeconds : 0;

    /// <summary>Names the slow stage since earlier figures.</summary>
    public Diagnosis Diagnose(ApplyFigures earlier) => Diagnosis.Of(
        Times.Since(earlier.Times), At - earlier.At, Lanes, Groups - earlier.Groups, Rows - earlier.Rows);
}
