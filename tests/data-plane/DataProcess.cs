using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Holdfast.DataPlane.Tests;

/// <summary>A component as its supervisor starts it: one process, its own folder, what it says.</summary>
internal sealed partial class DataProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private DataProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    internal static DataProcess Start(string role, string component, string task, long epoch, string folder, long? from = null)
    {
        System.IO.File.Delete(Path.Combine(folder, "status.json"));
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast-data"))
        {
            ArgumentList = { role },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HOLDFAST_COMPONENT"] = component,
                ["HOLDFAST_TASK"] = task,
                ["HOLDFAST_EPOCH"] = epoch.ToString(CultureInfo.InvariantCulture),
                ["HOLDFAST_DIR"] = folder,
                ["HOLDFAST_START_TIMESTAMP"] = from?.ToString(CultureInfo.InvariantCulture) ?? "",
            },
        };
        var process = Process.Start(start)!;
        var output = Path.Combine(folder, "output.log");
        _ = Keep(process.StandardOutput, output);
        _ = Keep(process.StandardError, output);
        return new DataProcess(process, folder);
    }

    internal bool IsOver => _process.HasExited;

    /// <summary>What it said last; empty: nothing yet.</summary>
    internal JsonObject Status => Read(_folder);

    internal string Output => System.IO.File.Exists(Path.Combine(_folder, "output.log"))
        ? System.IO.File.ReadAllText(Path.Combine(_folder, "output.log"))
        : "";

    internal long ResidentKilobytes => long.Parse(
        System.IO.File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    internal static JsonObject Read(string folder)
    {
        var file = Path.Combine(folder, "status.json");
        return System.IO.File.Exists(file) ? JsonNode.Parse(System.IO.File.ReadAllText(file))!.AsObject() : [];
    }

    internal async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    internal void Pause() => Signal(19);

    internal void Continue() => Signal(18);

    /// <summary>SIGTERM, and the exit code.</summary>
    internal Task<int> Stop()
    {
        Signal(15);
        return Ended();
    }

    internal async Task<int> Ended()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(5000);
        }

        _process.Dispose();
    }

    private void Signal(int number) => Assert.Equal(0, Send(_process.Id, number));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);

    private static async Task Keep(StreamReader from, string to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (to)
            {
                System.IO.File.AppendAllText(to, line + "\n");
            }
        }
    }
}
