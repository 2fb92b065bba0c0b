namespace Holdfast.HaScheduler.Replay;

/// <summary>End of a segment.</summary>
internal enum SegmentEnd
{
    /// <summary>It has been closed: nothing is missing.</summary>
    Closed,

    /// <summary>After a whole pass, not closed: it is still written, or the scheduler was killed.</summary>
    Open,

    /// <summary>In the middle of a pass: the scheduler was killed.</summary>
    CutOff,

    /// <summary>The bytes that come next are not those that were written.</summary>
    Damaged,
}
