namespace Holdfast.Rules.Apply.Flow;

/// <summary>
/// Knows which source transactions are done, in whatever order lanes finish them, and up to where all of them are. The low position only
/// grows, and never passes a transaction that is not committed: whoever starts there again misses nothing.
/// </summary>
internal sealed class SourceProgress
{
    private readonly LinkedList<Step> _open = [];
    private readonly Dictionary<Position, Step> _byPosition = [];
    private readonly IReadOnlySet<Position> _doneBefore;
    private readonly Position _start;

    /// <param name="low">Everything up to here was done before.</param>
    /// <param name="done">Positions that were done before, beyond it.</param>
    /// <param name="time">Commit time at the low position.</param>
    internal SourceProgress(Position low, IReadOnlySet<Position> done, long time) =>
        (_start, Low, Last, Time, _doneBefore) = (low, low, low, time, done);

    /// <summary>Everything up to here is committed at the sink.</summary>
    internal Position Low { get; private set; }

    /// <summary>Commit time there; it never goes back, though the source's clock may.</summary>
    internal long Time { get; private set; }

    /// <summary>The newest position that the stream has shown.</summary>
    internal Position Last { get; private set; }

    /// <summary>Transactions that came and are not below the low position yet.</summary>
    internal int Count => _open.Count;

    /// <summary>The barrier at or before the low position; null: none has been passed.</summary>
    internal ulong? Barrier { get; private set; }

    /// <summary>Its work was committed by a former life: it is not done again.</summary>
    internal bool IsDone(Position position) => position <= _start || _doneBefore.Contains(position);

    /// <summary>A transaction comes, in the source's order.</summary>
    internal void Begin(Position position, long time, ulong? barrier)
    {
        if (position <= Last)
        {
            throw new InvalidOperationException($"{position} came after {Last}");
        }

        var step = new Step(position, time, barrier) { IsDone = IsDone(position) };
        Last = position;
        _byPosition.Add(position, step);
        _open.AddLast(step);
        Settle();
    }

    /// <summary>The source says that nothing more is committed up to here.</summary>
    internal void Alive(Position position, long time)
    {
        if (position < Last)
        {
            return;
        }

        Last = position;
        if (_open.Count == 0)
        {
            (Low, Time) = (position, Math.Max(Time, time));
        }
        else
        {
            // It counts once all before it is done; the newest one is enough.
            if (_open.Last!.Value is { IsSign: true })
            {
                _open.RemoveLast();
            }

            _open.AddLast(new Step(position, time, null) { IsDone = true, IsSign = true });
        }
    }

    /// <summary>A transaction of this life is committed.</summary>
    internal void Complete(Position position)
    {
        _byPosition[position].IsDone = true;
        Settle();
    }

    /// <summary>The position up to which everything will be committed, once these are.</summary>
    internal (Position Low, long Time) Once(IReadOnlyCollection<Position> done)
    {
        var (low, time) = (Low, Time);
        // A group has some hundred small transactions, of which each would be looked for among all others.
        var known = done.ToHashSet();
        foreach (var step in _open)
        {
            if (!step.IsDone && !known.Contains(step.Position))
            {
                break;
            }

            (low, time) = (step.Position, Math.Max(time, step.Time));
        }

        return (low, time);
    }

    private void Settle()
    {
        while (_open.First?.Value is { IsDone: true } step)
        {
            (Low, Time, Barrier) = (step.Position, Math.Max(Time, step.Time), step.Barrier ?? Barrier);
            _open.RemoveFirst();
            _byPosition.Remove(step.Position);
        }
    }

    private sealed record Step(Position Position, long Time, ulong? Barrier)
    {
        internal bool IsDone { get; set; }

        internal bool IsSign { get; init; }
    }
}
