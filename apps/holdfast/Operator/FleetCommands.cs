using Holdfast.App.Fleet;
using Holdfast.App.Processes;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast kill HOST</c> and <c>holdfast start HOST</c>: what happens to machines, done to the local fleet.
/// </summary>
internal static class FleetCommands
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);

    internal static Command Kill()
    {
        var host = HostArgument();
        var signal = new Option<string>("--signal")
        {
            Description = "KILL ends the supervisor, STOP freezes it, CONT lets it go on.",
            DefaultValueFactory = _ => "KILL",
        };
        signal.AcceptOnlyFromAmong("KILL", "STOP", "CONT");
        var command = new Command("kill", "Kill the supervisor of a host of the local fleet, without a warning.")
            { host, signal };
        Running.Add(command);
        command.SetAction(parsed => Send(Running.Data(parsed), parsed.GetValue(host)!,
            Enum.Parse<Signal>(parsed.GetValue(signal)!, ignoreCase: true)));
        return command;
    }

    internal static Command Start()
    {
        var host = HostArgument();
        var command = new Command("start", "Start the supervisor of a host of the local fleet again.") { host };
        Running.Add(command);
        command.SetAction((parsed, cancel) =>
            Start(Running.Data(parsed), parsed.GetValue(host)!, TimeProvider.System, cancel));
        return command;
    }

    private static Argument<string> HostArgument()
    {
        var host = new Argument<string>("host") { Description = string.Join(", ", FleetHost.All.Select(h => h.Id)) };
        host.AcceptOnlyFromAmong([.. FleetHost.All.Select(h => h.Id)]);
        return host;
    }

    private static int Send(string data, string host, Signal signal)
    {
        if (FleetHost.Named(host)!.Read(data) is not { } record || !record.Process.Send(signal))
        {
            return Asking.Refuse(
                Fault.Invalid("PF-206", $"See which data directory ./run uses; start it with: holdfast start {host}",
                new FieldFault("host", host, $"must have a running supervisor of the fleet in {data}")));
        }

        Console.WriteLine(
            $"{host}: SIG{signal.ToString().ToUpperInvariant()} sent to its supervisor, process {record.Pid}");
        return 0;
    }

    private static async Task<int> Start(string data, string host, TimeProvider time, CancellationToken cancel)
    {
        if (RunRecord.Read(data) is null)
        {
            return Asking.Refuse(Running.Nothing(data));
        }

        var fleetHost = FleetHost.Named(host)!;
        if (fleetHost.Read(data) is { } before && before.Process.Runs())
        {
            Console.WriteLine($"{host}: its supervisor runs, process {before.Pid}");
            return 0;
        }

        await File.WriteAllTextAsync(fleetHost.StartRequestFile(data), "", cancel);
        var asked = time.GetTimestamp();
        while (time.GetElapsedTime(asked) < StartMax)
        {
            if (fleetHost.Read(data) is { } record && record.Process.Runs())
            {
                Console.WriteLine($"{host}: supervisor started, process {record.Pid}");
                return 0;
            }

            await Task.Delay(StartInterval, time, cancel);
        }

        File.Delete(fleetHost.StartRequestFile(data));
        return Asking.Refuse(Fault.Invalid("PF-206", "See the host's log; a run with --no-fleet starts no hosts.",
            new FieldFault("host", host,
                $"did not start within {StartMax.TotalSeconds:0} s; its log is {fleetHost.LogFile(data)}")));
    }
}
