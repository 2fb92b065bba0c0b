using System.Collections.Concurrent;
using System.Net.Http.Json;

namespace Holdfast.Bench.Alerts;

/// <summary>Rate, times of requests in ms sorted, and when each target was raised.</summary>
internal sealed record Accepted(double PerSecond, IReadOnlyList<double> Milliseconds, IReadOnlyDictionary<string, long> RaisedAt);

/// <summary>Raises alerts over HTTP, in batches, in the words of whoever is measured.</summary>
internal sealed class AlertLoad(HttpClient http, string path, Func<string, object> alert)
{
    /// <summary>Raises alerts as fast as it goes.</summary>
    internal Task<Accepted> Flood(string run, int alerts, int batch, int connections) => Send(run, alerts, batch, connections, null);

    /// <summary>Raises a number of alerts a second, evenly.</summary>
    internal Task<Accepted> Steady(string run, int alerts, int perSecond, int batch) => Send(run, alerts, batch, 32, perSecond);

    private async Task<Accepted> Send(string run, int alerts, int batch, int connections, int? perSecond)
    {
        var times = new ConcurrentBag<double>();
        var raised = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var started = TimeProvider.System.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = connections };
        await Parallel.ForEachAsync(Enumerable.Range(0, alerts / batch), options, async (number, stop) =>
        {
            if (perSecond is { } rate)
            {
                var due = TimeSpan.FromSeconds((double)number * batch / rate) - TimeProvider.System.GetElapsedTime(started);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, TimeProvider.System, stop);
                }
            }

            var targets = Enumerable.Range(number * batch, batch).Select(i => $"t-{run}-{i}").ToList();
            var content = JsonContent.Create(targets.Select(alert));
            await content.LoadIntoBufferAsync(stop);
            var from = TimeProvider.System.GetTimestamp();
            targets.ForEach(target => raised[target] = from);
            using var answer = await http.PostAsync(path, content, stop);
            answer.EnsureSuccessStatusCode();
            times.Add(TimeProvider.System.GetElapsedTime(from).TotalMilliseconds);
        });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return new Accepted(raised.Count / seconds, [.. times.Order()], raised);
    }

    /// <summary>
    /// Times from raising to the receiver, ms, sorted; an alert that did not arrive within the limit counts as the limit.
    /// </summary>
    internal static async Task<IReadOnlyList<double>> Arrivals(Accepted accepted, HookReceiver receiver, TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (accepted.RaisedAt.Keys.Any(target => receiver.HeardAt(target) is null)
            && TimeProvider.System.GetElapsedTime(started) < limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        return [.. accepted.RaisedAt.Select(r => receiver.HeardAt(r.Key) is { } at
            ? TimeProvider.System.GetElapsedTime(r.Value, at).TotalMilliseconds : limit.TotalMilliseconds).Order()];
    }
}
