using System.Diagnostics;

namespace Holdfast.Deployment.Tests;

/// <summary>A program of the machine's, run to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(120);

    internal static string Here { get; } = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal)];

    internal static string Deploy { get; } = Path.GetFullPath(Path.Combine(Here, "..", "..", "deploy"));

    /// <summary>Null: it is there. Otherwise what to install.</summary>
    internal static string? Missing(string program, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, program)))
            ? null : $"{program} is not installed: apt install {package}";

    internal static async Task<(int Exit, string Output)> Run(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Here, UseShellExecute = false,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(EndMax, TimeProvider.System);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }
}
