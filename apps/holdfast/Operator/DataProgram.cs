using System.Diagnostics;
using Holdfast.App.Processes;

namespace Holdfast.App.Operator;

/// <summary>The program that moves rows, asked for something else: it knows the engines.</summary>
internal static class DataProgram
{
    /// <summary>Runs it once.</summary>
    /// <param name="role">Role of the program in this run.</param>
    /// <param name="config">The contents of its configuration file: on its input, for such a configuration may hold passwords.</param>
    /// <param name="cancel">Kills it.</param>
    internal static async Task<(int Exit, string Output, string Error)> Ask(string role, JsonObject config, CancellationToken cancel)
    {
        var command = Children.CommandOf("data", "holdfast-data");
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), role, "--config", "/dev/stdin"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await using var end = cancel.Register(process.Kill);
        try
        {
            await process.StandardInput.WriteAsync(config.ToJsonString().AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it was asked: its words and its exit code say why.
        }

        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output, await error);
    }
}
