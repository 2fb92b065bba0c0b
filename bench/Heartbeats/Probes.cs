using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Holdfast.Bench.Heartbeats;

/// <summary>A probe's heartbeat that was answered as applied, and when, on this process's clock.</summary>
internal sealed record AcceptedProbe(string Host, long Sequence, TimeSpan At);

/// <summary>
/// Hosts of our own that report among the load. Each report carries its number as CPU usage; its latency ends when the
/// scheduler's answer about that host shows the number or a higher one. Reports start by the clock, not when the one
/// before is through, so that a stall is seen by all that fall into it.
/// </summary>
internal sealed class Probes(Uri heartbeat, Uri scheduler) : IDisposable
{
    internal const int Hosts = 20;
    private const double MarkersMax = 1e6;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KnownMax = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new()
    {
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", RunningServices.Token) },
    };

    private readonly long _sequence = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _number;

    internal ConcurrentQueue<AcceptedProbe> Accepted { get; } = new();

    internal TimeSpan Now => _clock.Elapsed;

    internal static string Name(int probe) => $"probe-{probe % Hosts:d2}";

    /// <summary>Milliseconds from POST to the scheduler's knowledge, sorted; NaN for what never became known.</summary>
    internal async Task<List<double>> Run(TimeSpan duration, bool look = true)
    {
        var from = Now;
        var running = new List<Task<double>>();
        while (Now - from < duration)
        {
            running.Add(Follow(++_number, look));
            var next = from + Every * running.Count - Now;
            await Task.Delay(next > TimeSpan.Zero ? next : TimeSpan.Zero);
        }

        return [.. (await Task.WhenAll(running)).Order()];
    }

    /// <summary>Waits until the scheduler answers about every probe host and the last host of the load.</summary>
    internal async Task WaitUntilKnown(string lastHost)
    {
        foreach (var host in Enumerable.Range(0, Hosts).Select(Name).Append(lastHost))
        {
            var from = Now;
            while (await Cpu(host) is null)
            {
                if (Now - from > TimeSpan.FromSeconds(120))
                {
                    throw new TimeoutException($"the scheduler never got to know {host}");
                }

                await Task.Delay(200);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<double> Follow(int number, bool look)
    {
        var (host, marker, from) = (Name(number), number / MarkersMax, Now);
        if (!await Post(host, number, marker))
        {
            return double.NaN;
        }

        while (look && Now - from < KnownMax)
        {
            if (await Cpu(host) >= marker)
            {
                return (Now - from).TotalMilliseconds;
            }

            await Task.Delay(LookEvery);
        }

        return double.NaN;
    }

    private async Task<bool> Post(string host, int number, double marker)
    {
        var report = new HostReport
        {
            Host = host,
            Incarnation = 1,
            Sequence = _sequence + number,
            Region = "cn-hz",
            Idc = "hz-0",
            Address = "10.9.9.9:7000",
            Usage = new Usage(marker, 0.5, 0.5),
            DesiredVersion = 1,
        };
        try
        {
            using var answer = await _http.PostAsJsonAsync(new Uri(heartbeat, "/api/v1/heartbeats"), report);
            var applied = answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<HeartbeatReply>())!.Applied;
            if (applied)
            {
                Accepted.Enqueue(new AcceptedProbe(host, report.Sequence, Now));
            }

            return applied;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<double?> Cpu(string host)
    {
        using var answer = await _http.GetAsync(new Uri(scheduler, $"/api/v1/hosts/{host}"));
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<Seen>())!.Usage?.Cpu : null;
    }

    private sealed record Seen(Usage? Usage);
}
