using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.IncrSync;

/// <summary>A source transaction on its way.</summary>
internal sealed record Work(SourceTransaction Source, IReadOnlyList<SinkChange> Changes, long Bytes, TimeSpan Came)
{
    internal Position Position => Source.Position;
}

/// <summary>State that the reader and the lanes of one run share: the plan, each lane's queue, and the progress, under one lock.</summary>
internal sealed class Board(SinkProgress start, int lanes, ApplyOptions options, Meter meter)
{
    /// <summary>The year 2100: a status says no later one, whatever the source's clock is.</summary>
    private const long SecondsMax = 4_102_444_800;

    private readonly Lock _gate = new();
    private readonly Planner<Work> _planner = new(lanes, options.LaneFill);
    private readonly SourceProgress _progress = new(start.Low, start.Done, start.SourceTime);
    private readonly Queue<PlanItem<Work>>[] _queues = [.. Enumerable.Range(0, lanes).Select(_ => new Queue<PlanItem<Work>>())];
    private readonly (int Rows, long Bytes)[] _queued = new (int, long)[lanes];
    private readonly List<PlanItem<Work>> _assigned = [];
    private readonly TokenBucket _rowLimit = new(options.RowsPerSecond);
    private readonly TokenBucket _byteLimit = new(options.BytesPerSecond);
    private int _busy;
    private bool _isMoreAtHand;
    private Position _saved = start.Low;

    /// <summary>One for each lane.</summary>
    internal IReadOnlyList<Signal> Lanes { get; } = [.. Enumerable.Range(0, lanes).Select(_ => new Signal())];

    /// <summary>Signal for the reader: something was done.</summary>
    internal Signal Done { get; } = new();

    internal Position Last => Locked(() => _progress.Last);

    internal Position Low => Locked(() => _progress.Low);

    internal bool IsIdle => Locked(() => _planner.IsIdle);

    /// <summary>The reader has the next transaction, or must wait for it: lanes that gather more need not wait then.</summary>
    internal void SetMoreAtHand(bool isMore)
    {
        lock (_gate)
        {
            _isMoreAtHand = isMore;
            for (var lane = 0; lane < lanes && !isMore; lane++)
            {
                if (_queues[lane].Count > 0)
                {
                    Lanes[lane].Set();
                }
            }
        }
    }

    internal bool WasDone(Position position) => Locked(() => _progress.IsDone(position));

    internal Admit Admits(Engine.Transactions.TransactionPart part) =>
        Locked(() => options.Window.Admits(part, _progress.Count, _planner.Bytes));

    internal void Alive(Position position, long time)
    {
        lock (_gate)
        {
            _progress.Alive(position, time);
            Lanes[0].Set();
        }
    }

    /// <summary>A transaction comes that goes alone, or has nothing to write.</summary>
    internal void Begin(Engine.Transactions.TransactionPart part)
    {
        lock (_gate)
        {
            _progress.Begin(part.Position, part.CommitTime, part.Barrier);
        }
    }

    /// <summary>Nothing of it had to be written, or all of it is.</summary>
    internal void Finish(Position position)
    {
        lock (_gate)
        {
            _progress.Complete(position);
            Lanes[0].Set();
        }
    }

    /// <summary>A transaction comes and is planned.</summary>
    internal void Plan(Engine.Transactions.TransactionPart part, Work work, Footprint footprint)
    {
        lock (_gate)
        {
            _progress.Begin(part.Position, part.CommitTime, part.Barrier);
            _planner.Add(footprint, [new PlanItem<Work>(work, work.Changes.Count, work.Bytes)], _assigned);
            Dispatch();
        }
    }

    /// <summary>The next group of a lane; null: not yet.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="wait">Time until there may be one; null: until something happens.</param>
    internal List<PlanItem<Work>>? Take(int lane, out TimeSpan? wait)
    {
        lock (_gate)
        {
            wait = null;
            var queue = _queues[lane];
            if (queue.Count == 0)
            {
                return null;
            }

            var ((rows, bytes), waited) = (_queued[lane], meter.Now - queue.Peek().Work.Came);
            if (!options.Group.IsDue(rows, bytes, waited, _isMoreAtHand))
            {
                wait = options.Group.Wait - waited;
                return null;
            }

            var group = new List<PlanItem<Work>>();
            (rows, bytes) = (0, 0);
            while (queue.TryPeek(out var next) && (group.Count == 0 || options.Group.HasRoom(rows, bytes, next.Rows, next.Bytes)))
            {
                group.Add(queue.Dequeue());
                (rows, bytes) = (rows + next.Rows, bytes + next.Bytes);
            }

            _queued[lane] = (_queued[lane].Rows - rows, _queued[lane].Bytes - bytes);
            _busy++;
            return group;
        }
    }

    /// <summary>The lane is done with its group, whatever came of it.</summary>
    internal void Rest() => Locked(() => _busy--);

    /// <summary>The group with the progress that is true once it is committed.</summary>
    internal SinkGroup Group(
        IReadOnlyList<SinkStatement> statements, IReadOnlyList<Position> done, bool isPart, IReadOnlyList<SkippedRow> skipped,
        IReadOnlyList<SourceTransaction> sources, SinkDdl? ddl = null)
    {
        var (low, time) = Locked(() => _progress.Once(done));
        return new SinkGroup(statements, done, low, time, isPart) { Skipped = skipped, Sources = sources, Ddl = ddl };
    }

    /// <summary>It is committed.</summary>
    internal void Committed(IReadOnlyList<PlanItem<Work>> items, SinkGroup group)
    {
        lock (_gate)
        {
            foreach (var item in items)
            {
                _progress.Complete(item.Work.Position);
                _planner.Complete(item, _assigned);
            }

            _saved = Position.Later(_saved, group.Low);
            Dispatch();
            Done.Set();
        }
    }

    /// <summary>The progress has gone on, and the sink does not know it.</summary>
    internal bool IsUnsaved => Locked(() => _progress.Low > _saved);

    /// <summary>Time for which a lane is to wait for the task's own limits.</summary>
    internal TimeSpan Owed(int rows, long bytes)
    {
        lock (_gate)
        {
            var (forRows, forBytes) = (_rowLimit.Take(rows, meter.Now), _byteLimit.Take(bytes, meter.Now));
            return forRows > forBytes ? forRows : forBytes;
        }
    }

    internal ApplyFigures Figures(ApplyFigures sums, DateTimeOffset now)
    {
        lock (_gate)
        {
            var behind = (now - DateTimeOffset.UnixEpoch).TotalMilliseconds - _progress.Time / 1000.0;
            return sums with
            {
                Low = _progress.Low,
                CheckpointSeconds = _progress.Time > 0 ? Math.Min(_progress.Time / 1_000_000, SecondsMax) : null,
                LagMs = _progress.Time > 0 ? Math.Max(0, (long)behind) : null,
                Barrier = _progress.Barrier,
                UnderWay = _progress.Count,
                Waiting = _planner.Waiting,
                BytesHeld = _planner.Bytes,
                Lanes = lanes,
                LanesBusy = _busy,
            };
        }
    }

    private void Dispatch()
    {
        foreach (var item in _assigned)
        {
            // An event that had to wait for others came earlier than now.
            meter.Since(Stage.Conflict, item.Work.Came);
            var (rows, bytes) = _queued[item.Lane] = (_queued[item.Lane].Rows + item.Rows, _queued[item.Lane].Bytes + item.Bytes);
            _queues[item.Lane].Enqueue(item);
            // A lane that gathers more knows by itself when it has waited enough: to wake it for each transaction would cost more
            // than the transaction.
            if (_queues[item.Lane].Count == 1 || options.Group.IsDue(rows, bytes, TimeSpan.Zero, _isMoreAtHand))
            {
                Lanes[item.Lane].Set();
            }
        }

        _assigned.Clear();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
