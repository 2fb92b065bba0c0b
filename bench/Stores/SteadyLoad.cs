using System.Collections.Concurrent;
using System.Diagnostics;

namespace Holdfast.Bench.Stores;

/// <summary>Milliseconds from when a request was due to its answer.</summary>
internal sealed record Answers(double P50, double P99, int Failed);

/// <summary>Requests by the clock, whether earlier ones were answered or not: a server that stalls is seen to stall.</summary>
internal sealed class SteadyLoad(HttpClient http, int perSecond)
{
    internal async Task<Answers> Run(Func<int, string> path, int seconds)
    {
        var times = new ConcurrentBag<double>();
        var failed = 0;
        var total = perSecond * seconds;
        var sent = new Task[total];
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < total; n++)
        {
            var due = started + (long)((double)n / perSecond * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(1);
            }

            sent[n] = Send(path(n), due);
        }

        await Task.WhenAll(sent);
        double[] sorted = [.. times.Order()];
        return new Answers(Print.Percentile(sorted, 0.5), Print.Percentile(sorted, 0.99), failed);

        async Task Send(string address, long due)
        {
            using var answer = await http.GetAsync(address);
            times.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }
}
