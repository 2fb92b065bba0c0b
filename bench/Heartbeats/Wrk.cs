using System.Text.RegularExpressions;

namespace Holdfast.Bench.Heartbeats;

/// <summary>Figures of wrk. Latency in milliseconds, from sending a POST to its answer.</summary>
internal sealed record Load(double Answered, double Refused, double Unanswered, double Seconds, double P50, double P99)
{
    internal double PerSecond => (Answered - Refused) / Seconds;
}

/// <summary>The load generator, with the same command for every server.</summary>
internal static partial class Wrk
{
    internal const int Hosts = 10_000;

    internal static Process Start(Uri server, int seconds) => Process.Start(new ProcessStartInfo("wrk",
        [
            "-t1", "-c64", $"-d{seconds}s", "-s", Path.Combine(AppContext.BaseDirectory, "heartbeats.lua"),
            new Uri(server, "/api/v1/heartbeats").AbsoluteUri, "--", RunningServices.Token, $"{Hosts}",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false })!;

    internal static async Task<Load> Read(Process wrk)
    {
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var found = Summary().Match(output);
        return found.Success
            ? new Load(Figure("answered"), Figure("refused"), Figure("unanswered"), Figure("seconds"), Figure("p50"), Figure("p99"))
            : throw new InvalidOperationException($"wrk said:\n{output}");

        double Figure(string group) => double.Parse(found.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    internal static async Task<Load> Run(Uri server, int seconds)
    {
        using var wrk = Start(server, seconds);
        return await Read(wrk);
    }

    [GeneratedRegex(@"answered (?<answered>\d+), refused (?<refused>\d+), unanswered (?<unanswered>\d+), "
        + @"seconds (?<seconds>[\d.]+), p50 (?<p50>[\d.]+) ms, p99 (?<p99>[\d.]+) ms",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Summary();
}
