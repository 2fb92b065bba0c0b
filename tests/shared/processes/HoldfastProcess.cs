using System.Diagnostics;
using Holdfast.App.Processes;

namespace Holdfast.Tests;

/// <summary>The real program as a process: <c>holdfast run …</c>, with all it prints.</summary>
internal sealed class HoldfastProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private readonly bool _ownsData;

    private HoldfastProcess(
        string data, bool ownsData, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        IReadOnlyList<string>? before = null)
    {
        (Data, _ownsData) = (data, ownsData);
        // A test in the background would hand down deaf ears to Ctrl-C.
        var start = new ProcessStartInfo("env", ["--default-signal=HUP,INT,QUIT", .. before ?? [], "dotnet", Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys
            .Where(k => k.StartsWith("HOLDFAST_", StringComparison.Ordinal) && k != "HOLDFAST_TEST_RUN").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Mark = ProcessMark.Of(_process.Id)!;
    }

    internal string Data { get; }

    internal ProcessMark Mark { get; }

    internal string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private static string Program { get; } = Beside("holdfast.dll");

    /// <summary>A file of the program's folder, which is built with this test's own.</summary>
    internal static string Beside(string file) =>
        System.Text.RegularExpressions.Regex.Replace(AppContext.BaseDirectory, "/tests/[a-z-]+/", "/apps/holdfast/") + file;

    internal static HoldfastProcess Run(string data, params IEnumerable<string> more) =>
        new(data, ownsData: true, ["run", "--port", "0", "--data", data, "--profile", "fast", .. more]);

    /// <param name="disk">It sees this one.</param>
    internal static HoldfastProcess RunOn(SmallDisk disk, string data, params IEnumerable<string> more) =>
        new(data, ownsData: true, ["run", "--port", "0", "--data", data, "--profile", "fast", .. more], before: disk.Inside);

    /// <param name="data">Its data directory, which is also in its arguments.</param>
    /// <param name="arguments">All of them.</param>
    /// <param name="environment">Beside this process's own.</param>
    /// <param name="ownsData">Processes of this data directory that are left end with it.</param>
    internal static HoldfastProcess Start(
        string data, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool ownsData = true) =>
        new(data, ownsData, arguments, environment);

    /// <summary>Another command to its end: exit code and all that it printed.</summary>
    internal static async Task<(int Exit, string Output)> Command(string data, params IEnumerable<string> arguments)
    {
        await using var process = new HoldfastProcess(data, ownsData: false, [.. arguments]);
        var exit = await process.End(EndMax);
        return (exit, process.Output);
    }

    /// <summary>Waits until it serves everything that it should, and opens its API.</summary>
    internal Task<Api> Ready() => Serves("ready ");

    /// <summary>Waits until it prints such a line with its address, and opens its API.</summary>
    internal async Task<Api> Serves(string line)
    {
        var url = await Eventually.Found(
            () => Task.FromResult(_process.HasExited
                ? throw new InvalidOperationException($"it ended with {_process.ExitCode}:\n{Output}")
                : Output.Split('\n').FirstOrDefault(l => l.StartsWith(line, StringComparison.Ordinal))?[line.Length..]),
            TimeSpan.FromSeconds(150), $"the line '{line}…'");
        return new Api(url, (await File.ReadAllTextAsync(Path.Combine(Data, "token"))).Trim());
    }

    /// <summary>Interrupts it as Ctrl-C does.</summary>
    internal Task Interrupt() => Send("INT");

    internal async Task Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    internal async Task<int> End(TimeSpan max)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(max, TimeProvider.System);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"it has not ended within {max.TotalSeconds:0} s:\n{Output}", late);
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                Mark.Send(Signal.Cont);
                await Interrupt();
                await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(EndMax, TimeProvider.System);
            }
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }
        finally
        {
            // Whatever a failed test left, stopped ones too.
            foreach (var left in _ownsData ? Proc.Naming(Data) : [])
            {
                left.Send(Signal.Kill);
            }

            _process.Dispose();
        }
    }

    private void Hear(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
