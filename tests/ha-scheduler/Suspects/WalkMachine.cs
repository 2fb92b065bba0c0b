namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>A host of a <see cref="Walk"/>: whether it lives, and what runs on it.</summary>
internal sealed class WalkMachine
{
    internal required HostVerdict Verdict { get; set; }
    internal required DateTimeOffset Heard { get; set; }
    internal bool HeardSince { get; set; } = true;
    internal long Incarnation { get; private set; } = 1;
    internal bool IsAlive { get; private set; } = true;
    internal DateTimeOffset FellAt { get; private set; }
    internal Dictionary<string, (long Epoch, DateTimeOffset Since)> Running { get; } = new(StringComparer.Ordinal);

    internal void Fall(DateTimeOffset now)
    {
        (IsAlive, FellAt) = (false, now);
        Running.Clear();
    }

    internal void Rise(DateTimeOffset now) => (IsAlive, Heard, Incarnation) = (true, now, Incarnation + 1);
}
