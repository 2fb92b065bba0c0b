namespace Holdfast.Bench.Compare;

/// <summary>The figures of one way: how fast, and what it took of the processors.</summary>
/// <param name="Rate">Rows, or bytes, a second.</param>
/// <param name="Cpu">µs of all processes together for each of them.</param>
/// <param name="Shares">The same for each process.</param>
internal sealed record Moved(double Rate, double Cpu, string Shares);

/// <summary>CPU of processes since this was made.</summary>
internal sealed class Spent(IEnumerable<(string Name, int Pid)> processes)
{
    private readonly List<(string Name, int Pid, double Before)> _processes =
        [.. processes.Select(p => (p.Name, p.Pid, ProcFigures.CpuSecondsOfAll(p.Pid)))];

    internal Moved Over(double count, double seconds)
    {
        var each = _processes.ConvertAll(p => (p.Name, Micros: (ProcFigures.CpuSecondsOfAll(p.Pid) - p.Before) * 1e6 / count));
        return new Moved(count / seconds, each.Sum(e => e.Micros),
            string.Join(", ", each.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Name} {e.Micros:0.0}"))));
    }
}

/// <summary>
/// Rows that were written while nobody moved them are moved by one way and then by the other, each alone. Measured is the time until the
/// sink has all of them, without the source's load.
/// </summary>
internal sealed class CatchUp(BenchServer source, BenchServer sink)
{
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(3);

    /// <summary>Holds all ways up, has rows written, and lets one way after the other go, in that order.</summary>
    internal async Task<IReadOnlyList<Moved>> Run(IReadOnlyList<Mover> ways, Func<Task> write)
    {
        foreach (var way in ways)
        {
            await way.Hold();
        }

        var before = await source.Count(source.Origin);
        await write();
        var moved = new List<Moved>();
        foreach (var way in ways)
        {
            moved.Add(await Go(way, before));
        }

        return moved;
    }

    /// <summary>One way goes on until its sink has all.</summary>
    internal async Task<Moved> Go(Mover way, long before)
    {
        var (last, count) = (await source.Last(source.Origin), await source.Count(source.Origin));
        var spent = new Spent(
            [.. way.Programs, ("source", source.Pid), .. sink == source ? Array.Empty<(string, int)>() : [("sink", sink.Pid)]]);
        var started = await way.Go();
        await Until(way, async () => await sink.Last(way.Database) >= last);
        await Until(way, async () => await sink.Count(way.Database) >= count);
        var moved = spent.Over(count - before, Stopwatch.GetElapsedTime(started).TotalSeconds);
        var (there, here) = (await source.Summary(source.Origin), await sink.Summary(way.Database));
        return there == here ? moved
            : throw new InvalidOperationException($"{way.Name}: the source has {there}, the sink {here}");
    }

    private static async Task Until(Mover way, Func<Task<bool>> holds)
    {
        for (var clock = Stopwatch.StartNew(); !await holds();)
        {
            if (clock.Elapsed > Max)
            {
                throw new InvalidOperationException($"{way.Name} has not moved all in {Max}: {
                    (way as HoldfastMover)?.Pipeline.Words()}");
            }

            await Task.Delay(5);
        }
    }
}
