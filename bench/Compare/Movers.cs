using Holdfast.App.Processes;
using Holdfast.Bench.Data;

namespace Holdfast.Bench.Compare;

/// <summary>Brings rows from one server to another, and can be held up while they are written.</summary>
/// <param name="Name">For figures.</param>
/// <param name="Database">Of the sink, into which it writes.</param>
internal abstract record Mover(string Name, string Database)
{
    /// <summary>No program that a comparison waits for takes longer.</summary>
    internal static readonly TimeSpan RunMax = TimeSpan.FromMinutes(10);

    /// <summary>Programs beside the servers.</summary>
    internal virtual IReadOnlyList<(string Name, int Pid)> Programs => [];

    internal abstract Task Hold();

    /// <summary>Goes on; answers with the moment at which it began.</summary>
    internal abstract Task<long> Go();
}

/// <summary>The servers' own way: whatever is switched on and off by a statement.</summary>
internal sealed record NativeMover(string Name, string Database, Func<bool, Task> Switch) : Mover(Name, Database)
{
    internal override Task Hold() => Switch(false);

    internal override async Task<long> Go()
    {
        var started = Stopwatch.GetTimestamp();
        await Switch(true);
        return started;
    }
}

/// <summary>A Store and perhaps an Incr-Sync, which are stopped as processes; their reader of the log is thrown out meanwhile.</summary>
internal sealed record HoldfastMover(string Database, BenchServer Source, Pipeline Pipeline) : Mover("Holdfast", Database)
{
    private static readonly TimeSpan BeginMax = TimeSpan.FromSeconds(30);

    internal override IReadOnlyList<(string Name, int Pid)> Programs =>
        [("Store", Pipeline.Store.Id), .. Pipeline.Sync is { } sync ? [("Incr-Sync", sync.Id)] : Array.Empty<(string, int)>()];

    internal override async Task Hold()
    {
        Send(Signal.Stop);
        await Source.CutReaders();
    }

    /// <summary>It connects again a second after it finds the connection gone; it begins with the first bytes in its log.</summary>
    internal override async Task<long> Go()
    {
        var before = Pipeline.SegmentBytes();
        Send(Signal.Cont);
        for (var clock = Stopwatch.StartNew(); Pipeline.SegmentBytes() <= before;)
        {
            if (clock.Elapsed > BeginMax || Pipeline.Store.HasExited)
            {
                throw new InvalidOperationException($"the Store has read nothing for {clock.Elapsed}: {Pipeline.Words()}");
            }

            await Task.Delay(2);
        }

        return Stopwatch.GetTimestamp();
    }

    private void Send(Signal signal)
    {
        foreach (var (_, pid) in Programs)
        {
            ProcessMark.Of(pid)?.Send(signal);
        }
    }
}
