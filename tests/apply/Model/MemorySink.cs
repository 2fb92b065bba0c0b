using Holdfast.Engine.Progress;

namespace Holdfast.Apply.Tests.Model;

/// <summary>Points at which a transaction of the sink goes wrong.</summary>
internal enum Mishap
{
    None,

    /// <summary>The process dies before the commit.</summary>
    DiesBefore,

    /// <summary>The process dies after the commit, and hears nothing of it.</summary>
    DiesAfter,

    /// <summary>A deadlock.</summary>
    Busy,
}

/// <summary>The process that applies has died: nothing that it does counts any more.</summary>
internal sealed class DeadException : Exception;

/// <summary>A database in memory that obeys the seam of sinks. What it has committed outlives the process that writes.</summary>
internal sealed class Database
{
    private readonly Lock _gate = new();
    private Tables _tables;
    private long _fence;

    internal Database(bool isLax = false) => _tables = new Tables { IsLax = isLax };

    internal Dictionary<int, LaneRow> Lanes { get; } = [];

    internal SourceName? Source { get; set; }

    internal List<SkippedRow> Skipped { get; } = [];

    /// <summary>Each commit, in their order.</summary>
    internal List<SinkGroup> History { get; } = [];

    /// <summary>Count of the commits of each source transaction.</summary>
    internal Dictionary<Position, int> Times { get; } = [];

    /// <summary>Faults that are built in on purpose.</summary>
    internal bool ReadsFence { get; init; } = true;

    internal bool WritesDone { get; init; } = true;

    internal bool WritesProgressInside { get; init; } = true;

    /// <summary>Told after each commit, under the lock.</summary>
    internal Action? Committed { get; set; }

    internal Tables Tables => _tables;

    internal long? Fence(long epoch)
    {
        lock (_gate)
        {
            if (EpochFence.IsPast(_fence, epoch))
            {
                return _fence;
            }

            _fence = epoch;
            return null;
        }
    }

    internal SinkProgress? Progress()
    {
        lock (_gate)
        {
            return LaneRow.Merge(Lanes.Values) is { } progress ? progress with { Source = Source } : null;
        }
    }

    /// <summary>One transaction: everything or nothing.</summary>
    internal ApplyResult Apply(IReadOnlyList<SinkGroup> parts, int lane, long epoch, Random random, Mishap mishap)
    {
        lock (_gate)
        {
            if (ReadsFence && EpochFence.IsPast(_fence, epoch))
            {
                return new Fenced(_fence);
            }

            var tables = _tables.Copy();
            foreach (var part in parts)
            {
                for (var i = 0; i < part.Statements.Count; i++)
                {
                    try
                    {
                        tables.Execute(part.Statements[i], random);
                    }
                    catch (BrokenRuleException broken)
                    {
                        return new Refused("DP-107", broken.Message, i, random.Next(2) == 0 ? broken.Row : null);
                    }
                }
            }

            if (mishap == Mishap.DiesBefore)
            {
                throw new DeadException();
            }

            if (mishap == Mishap.Busy)
            {
                return new TryAgain("a deadlock");
            }

            _tables = tables;
            Skipped.AddRange(parts[^1].Skipped);
            History.Add(parts[^1]);
            foreach (var position in parts[^1].Done)
            {
                Times[position] = Times.GetValueOrDefault(position) + 1;
            }

            if (mishap == Mishap.DiesAfter && !WritesProgressInside)
            {
                throw new DeadException();
            }

            var group = WritesDone ? parts[^1] : parts[^1] with { Done = [] };
            Lanes[lane] = Lanes.GetValueOrDefault(lane, LaneRow.None).After(group, epoch);
            Committed?.Invoke();
            return mishap == Mishap.DiesAfter ? throw new DeadException() : new Applied(1, TimeSpan.Zero, TimeSpan.Zero);
        }
    }
}

/// <summary>One process's way to the database, until it dies.</summary>
internal sealed class MemorySink(Database database, int lanesMax, int seed, Func<int, Mishap>? mishaps = null) : ISink, ICatalog
{
    private readonly Random _random = new(seed);
    private int _transactions;
    private volatile bool _isDead;

    /// <summary>Groups, each with the lane that wrote it, as they were asked for.</summary>
    internal List<(int Lane, SinkGroup Group)> Asked { get; } = [];

    /// <summary>Awaited before each transaction.</summary>
    internal Func<int, SinkGroup, CancellationToken, Task>? Before { get; set; }

    public SinkCapabilities Capabilities => new(true, false, lanesMax) { DdlEngine = Engine };

    /// <summary>The engine in whose language it takes statements; it only notes them.</summary>
    internal string Engine { get; init; } = "";

    /// <summary>The table as the sink says it is; null in the end: it has none.</summary>
    internal Func<TableSchema, TableSchema?> Altered { get; set; } = t => t;

    public Task<long?> Fence(string task, long epoch, CancellationToken cancel) => Task.FromResult(database.Fence(epoch));

    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => Task.FromResult(database.Progress());

    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel)
    {
        var isOther = database.Source is { } known && known != source && database.Progress() is not null;
        database.Source = isOther ? database.Source : source;
        return Task.FromResult(isOther ? database.Source : null);
    }

    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<SkippedRow>>([.. database.Skipped]);

    public Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) =>
        Task.FromResult<ISinkLane>(new MemoryLane(this, lane, epoch));

    public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) =>
        Task.FromResult(World.All.Where(t => t.Name == name).Select(World.AtSink).Select(Altered).FirstOrDefault());

    public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) => throw new NotSupportedException();

    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) =>
        Task.FromResult(DdlText.Not("a model has no language"));

    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ApplyResult Apply(List<SinkGroup> parts, int lane, long epoch)
    {
        Mishap mishap;
        Random random;
        lock (_random)
        {
            mishap = mishaps?.Invoke(++_transactions) ?? Mishap.None;
            random = new Random(_random.Next());
        }

        if (_isDead)
        {
            throw new DeadException();
        }

        _isDead = mishap is Mishap.DiesBefore or Mishap.DiesAfter;
        return database.Apply(parts, lane, epoch, random, mishap);
    }

    private sealed class MemoryLane(MemorySink sink, int lane, long epoch) : ISinkLane
    {
        private readonly List<SinkGroup> _parts = [];

        public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            await Task.Yield();
            lock (sink.Asked)
            {
                sink.Asked.Add((lane, group));
            }

            if (sink.Before is { } before)
            {
                await before(lane, group, cancel);
            }

            _parts.Add(group);
            if (group.IsPart)
            {
                return new Applied(1, TimeSpan.Zero, TimeSpan.Zero);
            }

            var all = _parts.ToList();
            _parts.Clear();
            return sink.Apply(all, lane, epoch);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
