using System.Net.Http.Headers;

namespace Holdfast.Bench.Browsers;

/// <summary>Measures how long the services take for the parts of pages, asked beside everything else.</summary>
internal static class Answers
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Paths =
    [
        "/api/v1/ha/overview?dots=1000", "/api/v1/hosts?components=false&limit=200", "/api/v1/hosts?components=false&limit=200&q=0077",
        "/api/v1/components?limit=200", "/api/v1/tasks?limit=200", "/api/v1/alerts?limit=100", "/health/live",
    ];

    /// <summary>Asks in turns until the end; prints median and worst of each.</summary>
    internal static async Task Watch(Uri address, TimeSpan span)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningServices.Token);
        var times = Paths.ToDictionary(path => path, _ => new List<double>(), StringComparer.Ordinal);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < span;)
        {
            foreach (var path in Paths)
            {
                var from = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                times[path].Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                await Task.Delay(Rest);
            }
        }

        foreach (var (path, took) in times)
        {
            List<double> ordered = [.. took.Order()];
            Print.Line($"GET {path}", $"median {Print.Percentile(ordered, 0.5):0} ms, worst {ordered[^1]:0} ms of {ordered.Count}");
        }
    }
}
