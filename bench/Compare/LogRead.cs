using System.Net;
using Holdfast.Engine.Seams;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Bench.Compare;

/// <summary>Compares a Store that reads a server's log with the programs that only copy it.</summary>
internal static class LogRead
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CheckMax = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that a Store writes into its log by itself, of a source in which nothing happens.</summary>
    private const int SmallBytes = 2048;

    /// <summary>Measures from the first bytes in the Store's log until the last.</summary>
    /// <param name="way">A Store that is held up.</param>
    /// <param name="count">Rows, or bytes, that it has to read.</param>
    internal static async Task<Moved> ByStore(HoldfastMover way, double count)
    {
        var spent = new Spent([.. way.Programs, ("source", way.Source.Pid)]);
        var started = await way.Go();
        var (last, bytes) = (started, way.Pipeline.SegmentBytes());
        while (Stopwatch.GetElapsedTime(last) < Quiet)
        {
            if (way.Pipeline.SegmentBytes() is var now && now > bytes + SmallBytes)
            {
                (last, bytes) = (Stopwatch.GetTimestamp(), now);
            }

            await Task.Delay(5);
        }

        return spent.Over(count, Stopwatch.GetElapsedTime(started, last).TotalSeconds);
    }

    /// <summary>A command, from its start to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="source">The server that it reads.</param>
    /// <param name="count">Rows, or bytes, that it has to read.</param>
    internal static async Task<Moved> ByCommand(IReadOnlyList<string> command, BenchServer source, double count)
    {
        var spent = new Spent([("source", source.Pid)]);
        using var process = Process.Start(new ProcessStartInfo("bash",
            ["-c", """TIMEFORMAT="%R %U %S"; time "$@" """, "bash", .. command])
        { UseShellExecute = false, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(Mover.RunMax, TimeProvider.System);
        var said = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]}: {said}");
        }

        var times = said.Trim().Split('\n')[^1].Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToList();
        var (server, own) = (spent.Over(count, times[0]), (times[1] + times[2]) * 1e6 / count);
        return new Moved(server.Rate, server.Cpu + own,
            string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(command[0])} {own:0.00}, {server.Shares}"));
    }

    /// <summary>The Store has as many rows as were written: a fast wrong answer is no figure.</summary>
    internal static async Task Check(HoldfastMover way, long rows)
    {
        using var limit = new CancellationTokenSource(CheckMax, TimeProvider.System);
        await using var stream = await StoreClient.Open(new ClientOptions { Store = IPEndPoint.Parse(way.Pipeline.Endpoint) },
            _ => new Open { Task = "bench", Credit = 4 << 20 }, limit.Token);
        var found = 0L;
        await foreach (var happened in stream.Read(limit.Token))
        {
            found += happened is TransactionEvent { Part: var part } ? part.Read().Count() : 0;
            if (found >= rows)
            {
                return;
            }
        }

        throw new InvalidOperationException($"the Store has {found:#,0} of {rows:#,0} rows");
    }
}
