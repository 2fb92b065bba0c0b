using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Holdfast.Tests;

/// <summary>A metric of an output: its type and the labels of its samples.</summary>
internal sealed record Family(string Name, string Type, IReadOnlySet<string> Labels);

/// <summary>The answer of /metrics, in Prometheus's text format, and promtool's opinion of it.</summary>
internal static partial class MetricsText
{
    private const string Promtool = "/usr/bin/promtool";
    private static readonly TimeSpan ToolMax = TimeSpan.FromSeconds(240);

    /// <summary>Null: it is installed.</summary>
    internal static string? Missing => File.Exists(Promtool) ? null : "promtool is not installed: apt install prometheus";

    internal static IReadOnlyDictionary<string, Family> Families(string text)
    {
        var types = TypeLine().Matches(text).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value, StringComparer.Ordinal);
        var labels = types.Keys.ToDictionary(name => name, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (Match sample in Sample().Matches(text))
        {
            var said = sample.Groups["name"].Value;
            var name = types.ContainsKey(said) ? said : Suffix().Replace(said, "");
            labels[name].UnionWith(
                Label().Matches(sample.Groups["labels"].Value).Select(l => l.Groups["name"].Value).Where(l => l != "le"));
        }

        return types.ToDictionary(
            t => t.Key, t => new Family(t.Key, t.Value, labels[t.Key]), StringComparer.Ordinal);
    }

    /// <summary>Runs promtool to its end.</summary>
    internal static async Task<(int Exit, string Said)> Ask(string input, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Promtool, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var limit = new CancellationTokenSource(ToolMax, TimeProvider.System);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, $"{await output}{await error}");
    }

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<name>[a-z_]\w*)\{(?<labels>.*)\} \S+$", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<name>\w+)=""(?:[^""\\]|\\.)*""")]
    private static partial Regex Label();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Suffix();
}
