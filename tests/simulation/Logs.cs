namespace Holdfast.Simulation.Tests;

/// <summary>The log that a task reads: of which source, from where on (unix seconds), shared with whom.</summary>
internal sealed record LogRead(
    string Task, string Source, string Subtopic, bool IsSynchronization, bool IsShared, long From, SourceLog Log);

/// <summary>
/// The sources and what tasks read of them. A log has one entry a second, stamped with the world's time; it is in the log
/// within the flush lag, and is thrown away after the retention.
/// </summary>
internal sealed class Logs
{
    private static readonly long Origin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private readonly World _world;
    private readonly Dictionary<string, LogRead> _reads = new(StringComparer.Ordinal);

    internal Logs(World world)
    {
        _world = world;
        var random = new Random(world.Shape.Seed ^ 0x106);
        var logs = Enumerable.Range(0, world.Shape.Regions).Select(_ => new SourceLog
        {
            RetentionSec = random.Next(3) > 0 ? random.Next(120, 900) : null,
            ClockSkewSec = random.Next(0, 11),
            FlushLagSec = random.Next(0, 11),
        }).ToList();
        for (var i = 0; i < world.Shape.Tasks; i++)
        {
            var (task, region) = ($"t{i:d3}", i % world.Shape.Regions);
            var (source, isSynchronization) = ($"db-r{region}", random.Next(3) > 0);
            var isShared = isSynchronization && random.Next(4) > 0;
            _reads[task] = new LogRead(task, source, isShared ? source : $"{task}-{source}", isSynchronization, isShared,
                Origin - random.Next(0, 100), logs[region]);
        }
    }

    internal IEnumerable<LogRead> All => _reads.Values;

    /// <summary>Tasks whose consumers do not read at present, by how many faults.</summary>
    internal Dictionary<string, int> Lagging { get; } = new(StringComparer.Ordinal);

    /// <summary>The right time, unix seconds.</summary>
    internal long Now => Origin + (_world.Time.Now / TimeSpan.TicksPerSecond);

    internal LogRead? Find(string task) => _reads.GetValueOrDefault(task);

    internal IEnumerable<LogRead> Of(string subtopic) => _reads.Values.Where(r => r.Subtopic == subtopic);

    /// <summary>The first position that the source still has.</summary>
    internal long Oldest(LogRead read) => read.Log.RetentionSec is { } kept ? Now - kept : 0;

    /// <summary>The last one of which nothing can come any more.</summary>
    internal long Newest(LogRead read) => Now - read.Log.FlushLagSec;

    /// <summary>A second of a log as an exact position: sources and clocks agree here, so the two decide the same.</summary>
    internal static string? Exactly(long? second) => second is { } at ? new Engine.Position((ulong)at, 0).ToString() : null;

    /// <summary>The task's true position.</summary>
    internal long Position(string task) => _world.SinkOf(task).Checkpoint;
}

/// <summary>A Store's directory: what it holds of the log, unix seconds.</summary>
internal sealed class StoreFolder(long begin)
{
    internal long Begin { get; set; } = begin;

    internal long End { get; set; } = begin;
}

/// <summary>A Store: collects its source's log into its directory, serves readers from there.</summary>
internal sealed class StoreWorker : Worker
{
    /// <summary>Seconds of the log that a Store reads in one second.</summary>
    private const int Rate = 60;

    private readonly LogRead _log;

    internal StoreWorker(World world, Host host, Guard guard, long run, Contracts.DesiredComponent what)
        : base(world, host, guard, run, what) => _log = world.Logs!.Of(what.Subtopic!).First();

    internal string Subtopic => What.Subtopic!;

    /// <summary>Null before it has begun, and when its directory is gone.</summary>
    internal StoreFolder? Folder => SaysRunning ? Host.Folders.GetValueOrDefault(What.Name) : null;

    internal bool Serves(long position) => !IsDead && Folder is { } folder && folder.Begin <= position;

    /// <summary>The exact position that it was told.</summary>
    private long? Needed => Rules.StoreManager.ExactPlace.Parse(What.StartPosition) is { } place && place.IsOf(_log.Source)
        ? (long)place.At.Major
        : null;

    internal bool WillServe(long position) => !IsDead
        && (Host.Folders.GetValueOrDefault(What.Name)?.Begin
            ?? Math.Min(What.StartTimestamp ?? long.MaxValue, Needed ?? long.MaxValue)) <= position;

    internal override Supervisor.Processes.ComponentStatus Status => new()
    {
        State = ComponentState.Running,
        Begin = Folder?.Begin,
        End = Folder?.End,
        PositionBegin = Logs.Exactly(Folder?.Begin),
        PositionEnd = Logs.Exactly(Folder?.End),
        SystemId = _log.Source,
        Consumers = [.. World.Hosts.SelectMany(h => h.Workers).OfType<IncrSyncWorker>().Where(w => w.ReadsFrom == this)
            .Select(w => new ConsumerCheckpoint(w.What.Task!, w.Checkpoint) { Position = Logs.Exactly(w.Checkpoint) })],
    };

    protected override int? Work()
    {
        var oldest = World.Logs!.Oldest(_log);
        if (!Host.Folders.TryGetValue(What.Name, out var folder))
        {
            var from = Math.Max(Math.Min(What.StartTimestamp ?? World.Logs.Now, Needed ?? long.MaxValue), oldest);
            Host.Folders[What.Name] = folder = new StoreFolder(from);
        }
        else if (folder.End < oldest)
        {
            // Away for longer than its source keeps the log: what it held has no end that another piece could follow.
            (folder.Begin, folder.End) = (oldest, oldest);
        }

        folder.End = Math.Max(folder.End, Math.Min(folder.End + Rate, World.Logs.Newest(_log)));
        return null;
    }
}

/// <summary>Reads for an Incr-Sync: from the Store that the store manager names, until that one dies or lacks what is next.</summary>
internal sealed class StoreReader(World world, LogRead log, IncrSyncWorker reader)
{
    /// <summary>Seconds of the log that an Incr-Sync reads in one second.</summary>
    private const int Rate = 30;

    internal StoreWorker? From { get; private set; }

    /// <summary>Reads for a second, and returns where it is then.</summary>
    internal long Read(long position)
    {
        if (world.Logs!.Lagging.GetValueOrDefault(log.Task) > 0)
        {
            From = null;
            return position;
        }

        if (From?.Serves(position) != true)
        {
            From = null;
            Ask(position);
            return position;
        }

        return From.IsStopped || From.Host.Machine.IsSuspended || From.Host.CutOut > 0 ? position
            : Math.Max(position, Math.Min(position + Rate, From.Folder!.End));
    }

    private void Ask(long position)
    {
        if (reader.Host.CutOut == 0 && world.AnyManager is { Proc: { } proc } manager)
        {
            proc.Run(() =>
            {
                if (manager.Resolve(log, position) is { } name)
                {
                    From = world.Hosts.SelectMany(h => h.Workers).OfType<StoreWorker>().FirstOrDefault(w => w.What.Name == name);
                }
            });
        }
    }
}
