namespace Holdfast.Integration.Tests;

/// <summary>A host fails, in every way that a process can: its work goes on elsewhere, and never twice.</summary>
[Trait("Category", "process")]
[Collection(Alone.Name)]
public sealed class HostFailureTests(FleetRun fleet) : IClassFixture<FleetRun>
{
    /// <summary>The most time that a killed process may take to be gone.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>Time limit for a start on a machine that others use too; no goal.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(12);

    /// <summary>Profile fast: detection.</summary>
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(8);

    /// <summary>Profile fast: lease and kill grace, and a second for the guard's own work.</summary>
    private static readonly TimeSpan Fenced = TimeSpan.FromSeconds(4 + 1 + 1);

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_killed_supervisor_takes_its_components_with_it_and_its_work_goes_on_elsewhere()
    {
        var (host, before, since) = await Begin();
        await fleet.PutStoppedTaskOn(host);
        before = await Of(host);
        var killed = SinkLog.Now();
        fleet.Supervisor(host).Send(Signal.Kill);
        await Gone(host, AtOnce);
        await RunsElsewhere(host, before);
        WritesAgain(before, killed, Detection + StartMax);
        await StoppedElsewhere(host, before);
        var names = (await fleet.Api.Components()).Select(c => c.Name).ToList();
        Assert.All(before, c => Assert.DoesNotContain(c.Name, names));
        await Told(host, "oms_host_down");
        await Told(host, "oms_host_down_migrate_resource");

        var started = await HoldfastProcess.Command(fleet.Data, "start", host, "--data", fleet.Data);
        Assert.True(started.Exit == 0, started.Output);
        await ComesBack(host, since);
    }

    [Fact]
    public Task A_stopped_supervisor_cannot_keep_its_components_alive() => FailsWhileStopped(fleet.Supervisor);

    [Fact]
    public Task A_stopped_guard_makes_the_supervisor_kill_and_fall_silent() =>
        FailsWhileStopped(host => Proc.Guard(fleet.Supervisor(host)));

    [Fact]
    public async Task A_paused_machine_that_goes_on_is_refused_by_the_sink_and_cleans_up_at_once()
    {
        var (host, before, since) = await Begin();
        var family = Proc.Family(fleet.Supervisor(host));
        var old = Proc.ComponentsOf(fleet.Data, host);
        foreach (var process in family.Union(old))
        {
            process.Send(Signal.Stop);
        }

        await RunsElsewhere(host, before);
        foreach (var process in family.Union(old))
        {
            process.Send(Signal.Cont);
        }

        await Eventually.Holds(() => Left(old.Where(p => p.Runs())), AtOnce);
        await IsBack(host, since);
        foreach (var sink in SinkLog.Sinks(fleet.Data))
        {
            var accepted = SinkLog.Accepted(sink).Select(l => l.Epoch).ToList();
            Assert.NotEmpty(accepted);
            Assert.Equal(accepted.Order(), accepted);
        }
    }

    [Fact]
    public async Task A_stalled_service_process_declares_nobody_Down_and_moves_nothing()
    {
        await fleet.Revive();
        await fleet.Settled();
        var before = await fleet.Api.IncrSyncs();
        var tickets = await fleet.Api.List("/api/v1/tickets");
        fleet.Process.Mark.Send(Signal.Stop);
        // How long the stall is: longer than the interval after which a silent host is Down.
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, TestContext.Current.CancellationToken);
        fleet.Process.Mark.Send(Signal.Cont);

        await fleet.Settled();
        Assert.Equal(before.Select(Place), (await fleet.Api.IncrSyncs()).Select(Place));
        Assert.Equal(tickets.Count, (await fleet.Api.List("/api/v1/tickets")).Count);

        static (string, string, long, string) Place(Listed c) => (c.Name, c.Host, c.Epoch, c.Desired);
    }

    private async Task FailsWhileStopped(Func<string, ProcessMark> which)
    {
        var (host, before, since) = await Begin();
        var process = which(host);
        process.Send(Signal.Stop);
        await Gone(host, Fenced);
        await RunsElsewhere(host, before);
        await StoppedElsewhere(host, before);
        process.Send(Signal.Cont);
        await ComesBack(host, since);
    }

    /// <summary>A host with work, what stands there, and from when on nobody may write twice.</summary>
    private async Task<(string Host, IReadOnlyList<Listed> Before, (long Boot, DateTimeOffset At) Since)> Begin()
    {
        await fleet.Revive();
        await fleet.Settled();
        var host = await fleet.BusyHost();
        return (host, await Of(host), (SinkLog.Now(), TimeProvider.System.GetUtcNow()));
    }

    private async Task<IReadOnlyList<Listed>> Of(string host) =>
        [.. (await fleet.Api.IncrSyncs()).Where(c => c.Host == host)];

    private Task<TimeSpan> Gone(string host, TimeSpan max) =>
        Eventually.Holds(() => Left(Proc.ComponentsOf(fleet.Data, host)), max);

    private static string? Left(IEnumerable<ProcessMark> processes) =>
        processes.ToList() is { Count: > 0 } left ? "these still run: " + Proc.Describe(left) : null;

    private Task<TimeSpan> RunsElsewhere(string host, IReadOnlyList<Listed> before) => Eventually.Holds(async () =>
    {
        var now = (await fleet.Api.IncrSyncs()).ToDictionary(c => c.Task);
        var late = before.Where(c => c.Desired == "Running").Select(c => now[c.Task])
            .FirstOrDefault(c => c.Host == host || !IsLater(before, c) || !FleetRun.Runs(fleet.Data, c));
        return late?.ToString();
    }, Slow);

    /// <summary>Checks by the sinks' own logs: what was reported of it later does not count.</summary>
    private void WritesAgain(IReadOnlyList<Listed> before, long from, TimeSpan max)
    {
        foreach (var task in before.Where(c => c.Desired == "Running"))
        {
            var first = SinkLog.Attempts(Path.Combine(fleet.Data, "sinks", task.Task)).First(a => a.Epoch > task.Epoch);
            var took = TimeSpan.FromMicroseconds((first.BootNs - from) / 1000);
            TestContext.Current.TestOutputHelper?.WriteLine($"{task.Task} wrote again after {took.TotalSeconds:0.00} s");
            Assert.InRange(took, TimeSpan.Zero, max);
        }
    }

    private static bool IsLater(IReadOnlyList<Listed> before, Listed now) =>
        now.Epoch > before.Single(b => b.Task == now.Task).Epoch;

    private async Task StoppedElsewhere(string host, IReadOnlyList<Listed> before)
    {
        var now = (await fleet.Api.IncrSyncs()).ToDictionary(c => c.Task);
        Assert.All(before.Where(c => c.Desired == "Stopped").Select(c => now[c.Task]), c =>
        {
            Assert.True(c is { Desired: "Stopped", State: "Stopped" } && c.Host != host && IsLater(before, c), $"{c}");
            Assert.Empty(Proc.Naming($"HOLDFAST_COMPONENT={c.Name}\0"));
        });
    }

    private async Task ComesBack(string host, (long Boot, DateTimeOffset At) since)
    {
        await IsBack(host, since);
        EpochOverlap.None(fleet.Data, since.Boot);
    }

    /// <summary>Quarantined, then Online, and it runs what it is given and nothing else.</summary>
    private async Task IsBack(string host, (long Boot, DateTimeOffset At) since)
    {
        await Eventually.Holds(async () =>
        {
            var decided = string.Join("; ", await fleet.Decisions(host, since.At));
            var quarantined = decided.IndexOf("quarantined", StringComparison.Ordinal);
            var online = decided.LastIndexOf("Online:", StringComparison.Ordinal);
            return quarantined >= 0 && online > quarantined ? null : decided;
        }, Slow);
        await fleet.Settled();
        var given = (await fleet.Api.Components()).Where(c => c.Host == host && c.Desired == "Running")
            .Select(c => c.Name).ToList();
        Assert.All(Proc.Running(fleet.Data, host), c => Assert.Contains(c.Component, given));
    }

    /// <summary>Each channel has it, as a CloudEvent, under one delivery key of its own.</summary>
    private async Task Told(string host, string @event)
    {
        var alert = await Eventually.Found(
            async () => (await fleet.Api.List($"/api/v1/alerts?event={@event}")).FirstOrDefault(a => (string?)a["target"] == host),
            Slow, @event);
        var id = (string)alert["id"]!;
        await Eventually.Holds(async () => (await Deliveries(id)).Count(d => (string?)d["status"] == "Successful") == Channels
            ? null : $"deliveries of {id}: {string.Join(", ", await Deliveries(id))}", Slow);
        Assert.Equal(Channels, (await Deliveries(id)).Count);

        var heard = fleet.Webhook.Heard.ToArray().Where(r => r.Body.Contains(id, StringComparison.Ordinal)).ToList();
        IsCloudEvent(heard[0].Body, Assert.Single(heard.Select(r => r.Key).Distinct()), @event, host);
        if (fleet.Kafka is { } kafka)
        {
            var records = (await kafka.Read(FleetRun.Topic)).Where(r => r.Value.Contains(id, StringComparison.Ordinal)).ToList();
            Assert.All(records, r => Assert.Equal((string)alert["fingerprint"]!, r.Key));
            var keys = records.Select(r => (string)JsonNode.Parse(r.Value)!["id"]!).Distinct();
            IsCloudEvent(records[0].Value, Assert.Single(keys), @event, host);
        }
    }

    private int Channels => fleet.Kafka is null ? 1 : 2;

    private Task<IReadOnlyList<JsonObject>> Deliveries(string alert) =>
        fleet.Api.List($"/api/v1/alerts/{alert}/deliveries");

    private static void IsCloudEvent(string body, string key, string @event, string host)
    {
        var json = JsonNode.Parse(body)!;
        Assert.Equal(("1.0", key, "dev.holdfast.alert.firing", host),
            ((string?)json["specversion"], (string?)json["id"], (string?)json["type"], (string?)json["subject"]));
        var data = json["data"]!;
        Assert.Equal((@event, "firing", host, key), ((string?)data["alarm_name"], (string?)data["alarm_status"],
            (string?)data["host_id"], (string?)data["delivery_key"]));
    }
}
