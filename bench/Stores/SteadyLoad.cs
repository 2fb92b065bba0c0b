using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Holdfast.Bench.Stores;

/// <summary>Milliseconds from when a request was due to its answer.</summary>
internal sealed record Answers(double P50, double P99, int Failed);

/// <summary>
/// Requests by the clock, whether earlier ones were answered or not: a server that stalls is seen to stall. In a process of its
/// own: what it allocates does not stop the server.
/// </summary>
internal static class SteadyLoad
{
    internal const string Command = "steady-load";

    private const int WarmUpSeconds = 3;

    /// <summary>Between two looks at the clock.</summary>
    private const int TickMs = 1;

    /// <param name="path">Of the n-th request, counted from 0; {n} stands for where it goes.</param>
    internal static async Task<Answers> Run(Uri server, string path, int perSecond, int seconds)
    {
        var start = new ProcessStartInfo("dotnet",
            [
                typeof(SteadyLoad).Assembly.Location, Command, server.ToString(), path,
                perSecond.ToString(CultureInfo.InvariantCulture), seconds.ToString(CultureInfo.InvariantCulture),
            ])
            { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return JsonSerializer.Deserialize<Answers>(said)!;
    }

    /// <summary>The other process: server, path, how many a second, seconds.</summary>
    internal static async Task Load(Uri server, string path, int perSecond, int seconds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = server };
        await Send(http, path, perSecond, WarmUpSeconds);
        Console.WriteLine(JsonSerializer.Serialize(await Send(http, path, perSecond, seconds)));
    }

    private static async Task<Answers> Send(HttpClient http, string path, int perSecond, int seconds)
    {
        var times = new double[perSecond * seconds];
        var failed = 0;
        var sent = new Task[times.Length];
        using var tick = new AutoResetEvent(false);
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < sent.Length; n++)
        {
            var due = started + (long)((double)n / perSecond * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due)
            {
                // A timer's callback would wait its turn behind answers.
                tick.WaitOne(TickMs);
            }

            sent[n] = One(n, due);
        }

        await Task.WhenAll(sent);
        Array.Sort(times);
        return new Answers(Print.Percentile(times, 0.5), Print.Percentile(times, 0.99), failed);

        async Task One(int n, long due)
        {
            using var answer = await http.GetAsync(path.Replace("{n}", StoreScene.ResolvePath(n), StringComparison.Ordinal))
                .ConfigureAwait(false);
            times[n] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }
}
