using System.Runtime.InteropServices;

namespace Holdfast.DataPlane.Tests;

/// <summary>A component as its supervisor starts it: one process, its own folder, what it says.</summary>
internal sealed partial class DataProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private bool _isDisposed;

    private DataProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <param name="role">Store or Incr-Sync.</param>
    /// <param name="component">Its name.</param>
    /// <param name="task">Of an Incr-Sync.</param>
    /// <param name="epoch">Of its placement.</param>
    /// <param name="folder">Its own.</param>
    /// <param name="points">The point at which it is told to die; null: the program as it is delivered.</param>
    /// <param name="from">The start that the scheduler tells it, unix seconds.</param>
    /// <param name="inside">The words of a command that runs it elsewhere.</param>
    internal static DataProcess Start(string role, string component, string task, long epoch, string folder, string? points = null,
        long? from = null, string[]? inside = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, points is null ? "holdfast-data" : PointRequests.Program);
        string[] all = [.. inside ?? [], program, .. points is null ? (string[])[role] : [points, role]];
        return Start(all[0], all.Skip(1), component, task, epoch, folder, from);
    }

    /// <summary>Any program.</summary>
    internal static DataProcess Start(
        string program, IEnumerable<string> arguments, string component, string task, long epoch, string folder, long? from = null)
    {
        System.IO.File.Delete(Path.Combine(folder, "status.json"));
        var start = new ProcessStartInfo(program, arguments)
        {
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

    /// <returns>Its exit code: it dies of SIGKILL.</returns>
    internal static async Task<int> WriteAndDie(string points, string file)
    {
        using var process = Process.Start(Path.Combine(AppContext.BaseDirectory, PointRequests.Program), [points, "write-and-die", file]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Runs a command of the program to its end; what it says.</summary>
    internal static async Task<string> Said(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast-data"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said;
    }

    internal bool IsOver => _process.HasExited;

    /// <summary>Its last status; empty: there is none yet.</summary>
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

    /// <summary>The exit code of one that ended because SIGTERM asked it to.</summary>
    internal const int Asked = 128 + 15;

    /// <summary>SIGTERM, and the exit code.</summary>
    internal Task<int> Stop()
    {
        Signal(15);
        return Ended();
    }

    /// <summary>Waits until it has ended; what it says goes into the failure.</summary>
    /// <returns>Its exit code.</returns>
    internal async Task<int> Ended()
    {
        await Eventually.Holds(() => _process.HasExited ? null : $"{Status.ToJsonString()}\n{Output}", TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
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
