using System.Diagnostics;
using Holdfast.App.Processes;
using Holdfast.App.Separate;

namespace Holdfast.Tests;

/// <summary>A RabbitMQ of the test's own: free ports on loopback, files in a directory that goes with it.</summary>
internal sealed class Rabbit : IAsyncDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();
    private readonly List<Part> _parts;
    private readonly Children _children;
    private readonly Dictionary<Part, Process> _running = [];

    internal Rabbit()
    {
        var broker = new PrivateBroker(_directory.Location);
        _parts = [.. broker.Parts()];
        _children = new Children(_directory.Location);
        Address = broker.Address;
    }

    /// <summary>Why there can be none on this machine; null: there can.</summary>
    internal static string? Missing =>
        File.Exists(PrivateBroker.Executable) ? null : "rabbitmq-server is not installed: apt install rabbitmq-server";

    /// <summary>The same in every life of this broker.</summary>
    internal Uri Address { get; }

    private Part Broker => _parts[^1];

    /// <summary>Starts what does not run, on the same ports and files as before.</summary>
    internal async Task Start()
    {
        foreach (var part in _parts)
        {
            if (!_running.TryGetValue(part, out var process) || process.HasExited)
            {
                _running[part] = _children.Start(part.Spec);
            }

            await Eventually.Holds(
                async () => await part.IsReady(CancellationToken.None) ? null : $"{part.Spec.Name} answers", ReadyMax);
        }
    }

    /// <summary>The broker is gone from one moment to the next; its port mapper stays.</summary>
    internal async Task Kill()
    {
        ProcessMark.Of(_running[Broker].Id)!.Send(Signal.Kill);
        await _running[Broker].WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(EndMax, TimeProvider.System);
    }

    /// <summary>Each queue with its type, as the broker itself says.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> Queues() =>
        (await List("name", "type")).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);

    /// <summary>Queues with messages in them: how many are ready, how many nobody has acknowledged yet, and who consumes.</summary>
    internal async Task<string> Waiting() => string.Join("; ",
        (await List("name", "messages_ready", "messages_unacknowledged", "consumers")).Where(l => l[1] != "0" || l[2] != "0")
            .Select(l => $"{l[0]}: {l[1]} ready, {l[2]} unacknowledged, {l[3]} consumers").DefaultIfEmpty("nothing waits"));

    private async Task<IReadOnlyList<string[]>> List(params string[] columns)
    {
        var start = new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(PrivateBroker.Executable)!, "rabbitmqctl"),
            ["-q", "list_queues", .. columns, "--no-table-headers"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in Broker.Spec.Environment.Where(v => v.Value is not null))
        {
            start.Environment[name] = value;
        }

        using var control = Process.Start(start)!;
        var output = await control.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(ReadyMax, TimeProvider.System);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t'))];
    }

    public async ValueTask DisposeAsync()
    {
        await Ending.End([.. _running.Values], EndMax, TimeProvider.System);
        await Leftovers.End(_directory.Location, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        _directory.Dispose();
    }
}
