namespace Holdfast.Integration.Tests;

/// <summary>Real supervisors before the real broker that are stopped and go on, again and again, or come back as somebody else.</summary>
[Trait("Category", "process")]
[Collection(Alone.Name)]
public sealed class UnsteadyHostTests : IAsyncLifetime
{
    private const string Host = "h1";

    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly Rabbit? _rabbit = Rabbit.Missing is null ? new Rabbit() : null;
    private HoldfastProcess? _run;
    private Api _api = null!;
    private Receiver _receiver = null!;
    private int _tasks;

    private string Data => _directory.Location;

    private ProcessMark Supervisor => FleetHost.Named(Host)!.Read(Data)!.Process;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        _receiver = await Receiver.Start(200);
        await _rabbit!.Start();
        _run = HoldfastProcess.Run(Data, "--no-tasks", "--rabbitmq", _rabbit.Address.OriginalString);
        _api = await _run.Ready();
        await SampleFleet.CreateTasks(_api, Data);
        await FleetRun.Settled(_api, Data, SettledMax);
        var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = _receiver.Url } };
        Assert.Equal(HttpStatusCode.Created, (await _api.Post("/api/v1/channels", channel)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            Supervisor.Send(Signal.Cont);
            await _run.DisposeAsync();
            await _receiver.DisposeAsync();
        }

        if (_rabbit is not null)
        {
            await _rabbit.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_host_that_stops_for_longer_than_its_lease_is_told_of_passed_over_and_steady_again_by_itself()
    {
        for (var i = 0; i < 4; i++)
        {
            await Stop(TimeSpan.FromSeconds(5.5));
            await Wait(TimeSpan.FromSeconds(1.2));
        }

        await Fires("holdfast_host_lapses");
        Assert.NotNull((await Listed())["lapses"]);
        Assert.Contains("its lease lapsed", await Why(), StringComparison.Ordinal);
        Assert.Contains("HB-370", await File.ReadAllTextAsync(FleetHost.Named(Host)!.LogFile(Data)), StringComparison.Ordinal);
        await NothingNewComes();
        Assert.Empty(await _api.List("/api/v1/alerts?event=oms_host_down"));
        // Fifteen leases of 4 s without another lapse.
        await Eventually.Holds(async () => (await _api.List("/api/v1/alerts?event=holdfast_host_lapses")).All(
            a => (string?)a["condition"] == "resolved") ? null : "it still lapses", TimeSpan.FromSeconds(100));
        Assert.Null((await Listed())["lapses"]);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_host_that_flaps_is_held_off_told_of_once_and_takes_work_once_it_is_released()
    {
        for (var fall = 0; fall < 4; fall++)
        {
            Supervisor.Send(Signal.Stop);
            await Is("Down");
            Supervisor.Send(Signal.Cont);
            await Is("Online");
        }

        await Fires("holdfast_host_flaps");
        var host = await Listed();
        Assert.Equal(4, (int)host["returns"]!);
        Assert.NotNull(host["heldOffUntil"]);
        await Eventually.Holds(
            async () => await Why() is var why && why.Contains("takes no new work", StringComparison.Ordinal) ? null : why, SettledMax);
        Assert.Empty(await _api.List("/api/v1/alerts?event=holdfast_host_lapses"));
        await NothingNewComes();
        // Two falls before it was known to flap; the others had nothing to move, and nobody is told of them.
        var failovers = (await _api.List("/api/v1/tickets"))
            .Count(t => ((string)t["id"]!).StartsWith(Host + "-", StringComparison.Ordinal));
        Assert.InRange(failovers, 1, 2);
        Assert.InRange(Told("oms_host_down", "firing"), 1, 2);
        Assert.Equal(1, Told("holdfast_host_flaps", "firing"));

        var released = await HoldfastProcess.Command(Data, "hosts", "release", Host, "--reason", "a cable", "--data", Data);
        Assert.True(released.Exit == 0, released.Output);
        await Eventually.Holds(async () => (await Listed())["heldOffUntil"] is { } until ? $"held off until {until}" : null, SettledMax);
        await Eventually.Holds(async () => await Creates() == Host ? null : "no new task comes to it", SettledMax);
    }

    /// <summary>Its clock was a day ahead; then its machine is set up anew with the right one.</summary>
    [Fact]
    [Trait("Category", "long")]
    public async Task A_host_whose_former_life_had_a_clock_ahead_is_taken_once_that_life_is_over()
    {
        var work = FleetHost.Named(Host)!.WorkDirectory(Data);
        await Kill();
        await File.WriteAllTextAsync(Path.Combine(work, "incarnation"),
            $"{TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds()}");
        await Start();
        await FleetRun.Settled(_api, Data, SettledMax);
        var ahead = (long)(await Listed())["incarnation"]!;

        await Kill();
        await Is("Down");
        Directory.Delete(work, recursive: true);
        await Start();
        await Eventually.Holds(async () => (long)(await Listed())["incarnation"]! > ahead ? null : "its new life is not known", SettledMax);
        await FleetRun.Settled(_api, Data, SettledMax);
        Assert.Empty(await _api.List("/api/v1/alerts?event=holdfast_host_id_conflict"));
        Assert.Empty(await _api.List("/api/v1/alerts?event=holdfast_host_refused"));
    }

    private async Task Kill()
    {
        var supervisor = Supervisor;
        supervisor.Send(Signal.Kill);
        await Eventually.Holds(() => supervisor.Runs() || Proc.ComponentsOf(Data, Host).Count > 0 ? "it still runs" : null, SettledMax);
    }

    private async Task Start()
    {
        var started = await HoldfastProcess.Command(Data, "start", Host, "--data", Data);
        Assert.True(started.Exit == 0, started.Output);
    }

    private async Task Stop(TimeSpan time)
    {
        Supervisor.Send(Signal.Stop);
        await Wait(time);
        Supervisor.Send(Signal.Cont);
    }

    private static Task Wait(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);

    private Task<TimeSpan> Is(string state) => Eventually.Holds(
        async () => await _api.HostState(Host) is var now && now == state ? null : $"{Host} is {now}, not {state}", SettledMax);

    private Task<TimeSpan> Fires(string @event) => Eventually.Holds(async () => (await _api.List($"/api/v1/alerts?event={@event}"))
        .Any(a => (string?)a["target"] == Host && (string?)a["condition"] == "firing") ? null : $"{@event} does not fire", SettledMax);

    private int Told(string @event, string status) => _receiver.Heard.ToArray().Select(r => JsonNode.Parse(r.Body)!["data"]!)
        .Count(d => (string?)d["alarm_name"] == @event && (string?)d["alarm_status"] == status);

    private async Task<JsonObject> Listed() => (await _api.List("/api/v1/hosts")).Single(h => (string?)h["host"] == Host);

    private async Task<string> Why() => (string)(await _api.Get($"/api/v1/ha/why/{Host}")).Body["sentence"]!;

    private async Task NothingNewComes()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.NotEqual(Host, await Creates());
        }
    }

    /// <summary>One more task; the host that it came to.</summary>
    private async Task<string> Creates()
    {
        var id = $"new{++_tasks}";
        await _api.CreateTask(id, FleetHost.Region, ["true"], desired: "Stopped");
        return await Eventually.Found(async () => (await _api.IncrSyncs()).FirstOrDefault(c => c.Task == id && c.Host.Length > 0)?.Host,
            SettledMax, $"a host for {id}");
    }
}
