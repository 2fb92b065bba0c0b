using System.Diagnostics;
using Holdfast.App.Processes;

namespace Holdfast.App.Fleet;

/// <summary>
/// Three supervisors as processes of their own. One that somebody kills stays dead, for that is the demonstration;
/// <c>holdfast start</c> asks through a file, and <see cref="Watch"/> answers.
/// </summary>
internal sealed class LocalFleet(string data, Children children, TimeProvider time)
{
    private static readonly TimeSpan RequestInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>A supervisor stops its components before it ends.</summary>
    internal static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);

    private IReadOnlyList<string> _authorities = [];
    private readonly Dictionary<string, Process> _supervisors = new(StringComparer.Ordinal);

    internal void StartAll(Uri server, string? authorities)
    {
        _authorities = authorities is null ? [] : ["--tls-ca", authorities];
        foreach (var host in FleetHost.All)
        {
            Directory.CreateDirectory(host.WorkDirectory(data));
            File.Delete(host.StartRequestFile(data));
            Start(host, server);
        }
    }

    /// <summary>Answers requests to start a host until cancelled.</summary>
    internal async Task Watch(Uri server, Action<string> say, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            foreach (var host in FleetHost.All.Where(host => File.Exists(host.StartRequestFile(data))))
            {
                File.Delete(host.StartRequestFile(data));
                if (_supervisors[host.Id].HasExited)
                {
                    Start(host, server);
                    say($"{host.Id}: supervisor started again, process {_supervisors[host.Id].Id}");
                }
            }

            await Task.Delay(RequestInterval, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal Task Stop() => Ending.End([.. _supervisors.Values], StopGrace, time);

    private void Start(FleetHost host, Uri server)
    {
        if (_supervisors.Remove(host.Id, out var former))
        {
            former.Dispose();
        }

        var log = host.LogFile(data);
        var process = children.Start(new ChildSpec(host.Id,
        [
            .. Children.CommandOf("supervisor", "holdfast-supervisor"),
            "--host", host.Id, "--region", FleetHost.Region, "--idc", host.Idc, "--address", "127.0.0.1",
            "--server", server.ToString().TrimEnd('/'),
            "--token-file", host.TokenFile(data), "--work-dir", host.WorkDirectory(data),
            // Its hosts share one machine: each tells its own work's load, not whatever else the machine does.
            "--usage", "work", .. _authorities,
        ], log));
        _supervisors[host.Id] = process;
        if (ProcessMark.Of(process.Id) is { } mark)
        {
            host.Write(data, new FleetRecord(host.Id, mark.Pid, mark.StartTicks, log));
        }
    }
}
