using Holdfast.Engine.Seams;

namespace Holdfast.Engine.Progress;

/// <summary>
/// The progress of one lane, as its row at the sink holds it. The lane writes the row in the transaction of the data, always.
/// </summary>
/// <param name="Low">Everything up to here was committed when the row was written, by whatever lane.</param>
/// <param name="Done">Positions that this lane has committed beyond it. A row outlives its lane: others read it, and none is lost.</param>
/// <param name="SourceTime">Commit time at <paramref name="Low"/>.</param>
/// <param name="Epoch">Of the life that wrote it last.</param>
public sealed record LaneRow(Position Low, IReadOnlySet<Position> Done, long SourceTime, long Epoch)
{
    /// <summary>Nothing yet.</summary>
    public static readonly LaneRow None = new(Position.Zero, new HashSet<Position>(), 0, 0);

    /// <summary>The row once a group is committed.</summary>
    public LaneRow After(SinkGroup group, long epoch)
    {
        var low = Position.Later(Low, group.Low);
        var done = Done.Concat(group.Done).Where(p => p > low).ToHashSet();
        return new LaneRow(low, done, group.Low >= Low ? group.SourceTime : SourceTime, epoch);
    }

    /// <summary>The group is in the row: it was committed, though nobody heard of it.</summary>
    public bool Has(SinkGroup group) => group.Done.Count > 0
        ? group.Done.All(p => p <= Low || Done.Contains(p))
        : group.Low <= Low;

    /// <summary>
    /// Merges the rows of all lanes to the task's progress: the highest of the low positions, and all that is done beyond it.
    /// </summary>
    public static SinkProgress? Merge(IReadOnlyCollection<LaneRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        var top = rows.MaxBy(r => r.Low)!;
        var done = rows.SelectMany(r => r.Done).Where(p => p > top.Low).ToHashSet();
        return new SinkProgress(top.Low, done, top.SourceTime, rows.Max(r => r.Epoch));
    }
}
