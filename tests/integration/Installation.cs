namespace Holdfast.Integration.Tests;

/// <summary>
/// Hosts whose supervisors live on while the services before them are stopped, exchanged and started again: each a process of its
/// own, at one address all the time.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(25);

    private readonly TempDirectory _services = new();
    private readonly TempDirectory _hosts = new();
    private readonly List<System.Diagnostics.Process> _supervisors = [];
    private readonly int _port = Ports.Free(1)[0];

    /// <summary>Folder of the services.</summary>
    internal string Data => _services.Location;

    /// <summary>Folder of the hosts and of what their components write.</summary>
    internal string Fleet => _hosts.Location;

    internal string File(string name) => _services.File(name);

    /// <param name="next">As the version after this one, see <see cref="StartupHook"/>.</param>
    /// <param name="store">null: the data directory's own.</param>
    /// <param name="diesAfter">It dies after this many documents are upgraded; only of the next version.</param>
    internal HoldfastProcess Start(bool next = false, string? store = null, int? diesAfter = null) => HoldfastProcess.Start(
        Data,
        [
            "run", "--no-fleet", "--port", $"{_port}", "--data", Data, "--profile", "fast",
            .. store is null ? [] : new[] { "--store", store },
        ],
        next ? StartupHook.Environment(diesAfter) : null);

    internal static async Task Stop(HoldfastProcess process)
    {
        await process.Interrupt();
        Assert.Equal(0, await process.End(EndMax));
    }

    internal Task<(int Exit, string Output)> Command(params string[] arguments) =>
        HoldfastProcess.Command(Data, [.. arguments, "--data", Data]);

    internal async Task<string> Done(params string[] arguments)
    {
        var (exit, output) = await Command(arguments);
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>
    /// The command killed with -9 again and again, later each time, until it has got through: at which steps it was cut nobody
    /// knows, and none may matter.
    /// </summary>
    internal async Task<(int Cuts, string Output)> Cut(params string[] arguments)
    {
        var time = TimeProvider.System;
        var life = TimeSpan.FromMilliseconds(250);
        for (var cuts = 0; ; cuts++, life *= 1.25)
        {
            await using var process = HoldfastProcess.Start(Data, [.. arguments, "--data", Data], ownsData: false);
            var ended = process.End(TimeSpan.FromMinutes(2));
            if (await Task.WhenAny(ended, Task.Delay(life, time, TestContext.Current.CancellationToken)) == ended)
            {
                Assert.True(await ended == 0, process.Output);
                return (cuts, process.Output);
            }

            process.Mark.Send(Signal.Kill);
            await ended;
        }
    }

    internal void StartHosts()
    {
        // Theirs, as it would be on machines of their own.
        System.IO.File.Copy(File("token"), _hosts.File("token"));
        var children = new Children(Fleet);
        foreach (var host in FleetHost.All)
        {
            Directory.CreateDirectory(host.WorkDirectory(Fleet));
            var process = children.Start(new ChildSpec(host.Id,
            [
                "dotnet", HoldfastProcess.Beside("supervisor/holdfast-supervisor.dll"), "--host", host.Id, "--region", FleetHost.Region,
                "--idc", host.Idc, "--address", "127.0.0.1", "--server", $"http://127.0.0.1:{_port}",
                "--token-file", _hosts.File("token"), "--work-dir", host.WorkDirectory(Fleet), "--usage", "work",
            ], host.LogFile(Fleet)));
            _supervisors.Add(process);
            host.Write(Fleet, new FleetRecord(host.Id, process.Id, ProcessMark.Of(process.Id)!.StartTicks, host.LogFile(Fleet)));
        }
    }

    internal Task CreateTasks(Api api) => SampleFleet.CreateTasks(api, Fleet);

    /// <summary>Every host Online, every Incr-Sync that should run does, and so does each task's Store.</summary>
    internal async Task Settled(Api api)
    {
        await FleetRun.Settled(api, Fleet, TimeSpan.FromSeconds(60));
        await Eventually.Holds(async () =>
        {
            var stores = await api.List("/api/v1/stores");
            return stores.Count == SampleFleet.Count && stores.All(s => (string)s["state"]! == "Running")
                ? null : string.Join("; ", stores.Select(s => $"{s["name"]} {s["state"]}"));
        }, TimeSpan.FromSeconds(60));
    }

    /// <summary>Names of the tasks, by their ids.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> Names(Api api) =>
        (await api.List("/api/v1/tasks")).ToDictionary(t => (string)t["id"]!, t => (string)t["name"]!, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await Ending.End(_supervisors, TimeSpan.FromSeconds(8), TimeProvider.System);
        await Leftovers.End(Fleet, TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
        _services.Dispose();
        _hosts.Dispose();
    }
}
