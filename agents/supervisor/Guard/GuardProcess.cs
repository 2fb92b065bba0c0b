using System.Diagnostics;
using System.Threading.Channels;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Guard;

/// <summary>
/// The guard's process. Nothing here blocks: a stopped guard reads nothing, so lines wait in a bounded queue.
/// </summary>
internal sealed class GuardProcess : IDisposable
{
    private const int QueueMax = 4096;
    private readonly Process _process;
    private readonly ChannelWriter<LoopEvent> _events;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(QueueMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private GuardProcess(Process process, ChannelWriter<LoopEvent> events)
    {
        _process = process;
        _events = events;
        Pid = process.Id;
        StartTime = ProcTable.Read(process.Id)?.StartTime ?? 0;
    }

    public int Pid { get; }

    public ulong StartTime { get; }

    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "holdfast-guard");

    /// <summary>Throws <see cref="System.ComponentModel.Win32Exception"/> when it cannot be started.</summary>
    public static GuardProcess Start(string path, ChannelWriter<LoopEvent> events)
    {
        var start = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear(); // above all, no token
        var process = Process.Start(start) ?? throw new InvalidOperationException("The guard was not started.");
        var guard = new GuardProcess(process, events);
        _ = Task.Run(guard.WriteAsync);
        _ = Task.Run(guard.ReadAsync);
        return guard;
    }

    /// <summary>Queues a line; false: the queue is full, the guard has not listened for long.</summary>
    public bool Say(string line) => _lines.Writer.TryWrite(line);

    /// <summary>Ends it by the end of its input: it kills all components and exits.</summary>
    public void Close() => _lines.Writer.TryComplete();

    public void Kill() => Native.Signal(Pid, Native.SigKill);

    public void Dispose()
    {
        Close();
        _process.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(CancellationToken.None))
            {
                await _process.StandardInput.WriteAsync((line + "\n").AsMemory(), CancellationToken.None);
                if (!_lines.Reader.TryPeek(out _))
                {
                    await _process.StandardInput.FlushAsync(CancellationToken.None);
                }
            }

            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _lines.Writer.TryComplete(); // the reader sees the end and tells
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            {
                await _events.WriteAsync(
                    new GuardSaid(this, GuardEvent.Parse(line)), CancellationToken.None);
            }

            await _process.WaitForExitAsync(CancellationToken.None);
            await _events.WriteAsync(new GuardEnded(this), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException
            or ChannelClosedException)
        {
            _events.TryWrite(new GuardEnded(this));
        }
    }
}

/// <summary>A line that this guard wrote.</summary>
internal sealed record GuardSaid(GuardProcess Guard, GuardEvent Event) : LoopEvent;

internal sealed record GuardEnded(GuardProcess Guard) : LoopEvent;
