namespace Holdfast.Rules.Apply.Lanes;

/// <summary>A piece of work for a lane: a source transaction, or a part of its rows.</summary>
internal sealed class PlanItem<T>(T work, int rows, long bytes)
{
    internal T Work { get; } = work;

    internal int Rows { get; } = rows;

    internal long Bytes { get; } = bytes;

    /// <summary>-1: it waits for others.</summary>
    internal int Lane { get; set; } = -1;

    internal bool IsDone { get; set; }

    /// <summary>Work that it must follow, as it was when it came.</summary>
    internal List<PlanItem<T>> After { get; } = [];

    /// <summary>Work that waits and must follow it.</summary>
    internal List<PlanItem<T>> Before { get; } = [];

    /// <summary>Each item has been met once in one search for dependencies.</summary>
    internal long Met { get; set; }
}
