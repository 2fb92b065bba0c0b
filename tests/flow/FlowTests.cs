namespace Holdfast.Flow.Tests;

/// <summary>Messages that go from service to service, whatever carries them. Each test has a region, and so hosts, of its own.</summary>
public abstract class FlowTests(Services services)
{
    /// <summary>A limit, no goal: after a stall of its own the scheduler counts silence anew.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(8);

    private protected Services Services { get; } = services;

    private protected Api Api => Services.Api;

    [Fact]
    public async Task A_task_reaches_its_host_s_desired_list_by_itself()
    {
        Installed();
        await using var host = await Host("near", "n1");
        await Api.CreateTask("near-1", "near", ["run"]);
        await Eventually.Holds(() => host.Desired.Any(c => c.Task == "near-1") ? null : "in the desired list", Soon);
        await Runs("near-1");
    }

    /// <summary>Lists that rest on what hosts say tell how old that is.</summary>
    [Theory]
    [InlineData("/api/v1/hosts")]
    [InlineData("/api/v1/components")]
    [InlineData("/api/v1/tasks")]
    [InlineData("/api/v1/stores")]
    public async Task A_list_says_as_of_when_it_is(string list)
    {
        Installed();
        await using var host = await Host("asof", "as1");
        await Eventually.Holds(async () =>
        {
            var asOf = (await Api.Get(list)).Body["asOf"];
            return asOf is not null && TimeProvider.System.GetUtcNow() - asOf.GetValue<DateTimeOffset>() is var age
                && age < TimeSpan.FromSeconds(10) && age > TimeSpan.FromSeconds(-1) ? null : $"{asOf}";
        }, Soon);
    }

    [Fact]
    public async Task A_silent_host_is_told_moved_and_alerted_on_the_bus()
    {
        Installed();
        await using var lost = await Host("far", "f1");
        await Api.CreateTask("far-1", "far", ["run"]);
        await Runs("far-1");
        await using var other = await Host("far", "f2");
        await lost.FallSilent();

        var down = await Heard<HostDown>(m => m.Host == "f1", Detection + Soon);
        Assert.InRange(down.SilenceSeconds, Detection.TotalSeconds, Detection.TotalSeconds + 5);
        var moved = await Heard<ComponentPlaced>(
            m => m is { Host: "f2", Task: "far-1", Desired: DesiredState.Running }, Soon);
        var gone = await Heard<ComponentPlaced>(
            m => m is { Host: "f1", Task: "far-1", Desired: DesiredState.Absent }, Soon);
        Assert.True(moved.Epoch > gone.Epoch);
        Assert.Equal(down.Incident, moved.Incident);
        var raised = await Heard<AlertRaised>(m => m.Event == AlertEvents.HostDown && m.Target == "f1", Soon);
        Assert.Equal(down.Incident, raised.Incident);
        var sent = await Heard<AlertSent>(m => m.Event == AlertEvents.HostDown && m.Target == "f1", Soon);
        Assert.Single(Services.Webhook.Heard.Select(r => r.Key).Distinct(), k => k == sent.Delivery);
        await Eventually.Holds(
            () => other.Desired.Any(c => (c.Name, c.Epoch) == (moved.Component, moved.Epoch)) ? null : "told to f2", Soon);
    }

    [Fact]
    public async Task One_trace_goes_from_the_last_heartbeat_to_the_alert_s_delivery()
    {
        Installed();
        using var traces = new Traces();
        await using var lost = await Host("traced", "t1");
        await lost.FallSilent();
        var down = await Heard<HostDown>(m => m.Host == "t1", Detection + Soon);
        var sent = await Heard<AlertSent>(m => m.Event == AlertEvents.HostDown && m.Target == "t1", Soon);

        var last = Services.Bus.Heard<HeartbeatReported>().Last(b => b.Reports.Any(r => r.Host == "t1"));
        var batch = Assert.Single(traces.Named("heartbeat batch"),
            s => Traces.Has(s, "collector", last.Collector) && Traces.Has(s, "sequence", last.Sequence));
        var delivered = await Eventually.Found(
            () => Task.FromResult(traces.Named("deliver alert").FirstOrDefault(s => Traces.Has(s, "alert", sent.Alert))),
            Soon, "the delivery's span");
        Assert.True(batch.TraceId == delivered.TraceId,
            $"batch: {traces.Of(batch.TraceId)}; delivery: {traces.Of(delivered.TraceId)}");
        var told = traces.Named("decide HostDown").Where(s => Traces.Has(s, "incident", down.Incident)).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, s => Assert.Equal(batch.TraceId, s.TraceId));
    }

    [Fact]
    public async Task What_befalls_a_task_s_host_reaches_the_channel_of_the_task_s_tag_and_no_other_tag_s()
    {
        Installed();
        await using var pay = await Receiver.Start(200);
        await using var ship = await Receiver.Start(200);
        var tag = $"pay-{Guid.NewGuid():N}";
        foreach (var (name, tags, url) in new[] { ($"t{tag[4..]}", tag, pay.Url), ($"s{tag[4..]}", "ship", ship.Url) })
        {
            var made = await Api.Post("/api/v1/channels", new JsonObject
            {
                ["name"] = name, ["kind"] = "webhook", ["taskTags"] = new JsonArray(tags), ["webhook"] = new JsonObject { ["url"] = url },
            });
            Assert.True((int)made.Status == 201, $"{made.Body}");
        }

        var tests = (Pay: pay.Heard.Count, Ship: ship.Heard.Count);
        await using var lost = await Host("tagged", "g1");
        Assert.Equal(200, (int)(await Api.Patch("/api/v1/hosts/g1", new JsonObject { ["tags"] = new JsonArray(tag) })).Status);
        var task = await Api.Post("/api/v1/tasks", new JsonObject
        {
            ["name"] = "tagged-1", ["type"] = "synchronization", ["region"] = "tagged", ["tags"] = new JsonArray(tag),
            ["source"] = new JsonObject { ["name"] = "tagged-db" },
            ["incrSync"] = new JsonObject { ["command"] = new JsonArray("run") },
        });
        Assert.True((int)task.Status == 201, $"{task.Body}");
        await Runs("tagged-1");
        await lost.FallSilent();

        // The host is alone: what runs on it has nowhere to go.
        foreach (var (happened, target) in new[] { (AlertEvents.HostDown, "g1"), (AlertEvents.NoCapacity, "tagged") })
        {
            var raised = await Heard<AlertRaised>(m => m.Event == happened && m.Target == target, Detection + Soon);
            Assert.Equal([tag], raised.TaskTags ?? []);
            await Eventually.Holds(
                () => pay.Heard.Any(r => r.Body.Contains(happened, StringComparison.Ordinal)) ? null : $"{happened} told", Soon);
        }

        Assert.True(pay.Heard.Count > tests.Pay);
        Assert.Equal(tests.Ship, ship.Heard.Count);
    }

    /// <summary>A lease of 4 s, and a report every 4.5 s: never Down, and never with a lease for long.</summary>
    [Fact]
    public async Task A_host_that_reports_too_seldom_is_told_how_often_found_and_passed_over()
    {
        Installed();
        await using var steady = await Host("slow", "l2");
        for (var i = 1; i <= 6; i++)
        {
            await Api.CreateTask($"slow-before-{i}", "slow", ["run"]);
            await Runs($"slow-before-{i}");
        }

        for (var sequence = 1; sequence <= 4; sequence++)
        {
            var answer = await Api.Post("/api/v1/heartbeats", new JsonObject
            {
                ["host"] = "l1", ["incarnation"] = 1, ["sequence"] = sequence, ["region"] = "slow", ["idc"] = "a",
                ["address"] = "127.0.0.1", ["usage"] = new JsonObject { ["cpu"] = 0, ["memory"] = 0, ["disk"] = 0 },
                ["inventory"] = 1, ["components"] = new JsonArray(),
            });
            Assert.Equal(200, (int)answer.Status);
            Assert.Equal(sequence > 1, ((string?)answer.Body["late"])?.StartsWith("HB-370 ", StringComparison.Ordinal) ?? false);
            if (sequence < 4)
            {
                await Task.Delay(TimeSpan.FromSeconds(4.5), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        var raised = await Heard<AlertRaised>(m => m.Event == AlertEvents.HostLapses && m.Target == "l1", Soon);
        Assert.Contains("its lease lapsed 3 times in 60 s", raised.Description, StringComparison.Ordinal);
        var listed = (await Api.List("/api/v1/hosts")).Single(h => (string?)h["host"] == "l1");
        Assert.Equal(3, (int?)listed["lapses"]?["count"]);
        await Api.CreateTask("slow-after", "slow", ["run"]);
        await Runs("slow-after");
        Assert.Equal("l2", (await Api.IncrSyncs()).Single(c => c.Task == "slow-after").Host);
    }

    private protected void Installed() => Assert.SkipWhen(Services.Missing is not null, Services.Missing ?? "");

    /// <summary>A host that is Online and has its list.</summary>
    private protected async Task<FakeSupervisor> Host(string region, string name)
    {
        var host = new FakeSupervisor(Api, region, name);
        await Eventually.Holds(
            async () => await Api.HostState(name) is not "Online" and var state ? $"{name} is {state}" : null, Soon);
        return host;
    }

    private protected Task<TimeSpan> Runs(string task) => Eventually.Holds(async () =>
        (await Api.IncrSyncs()).FirstOrDefault(c => c.Task == task) is var now && now is { State: "Running" } ? null : $"{now}", Soon);

    private protected Task<T> Heard<T>(Func<T, bool> wanted, TimeSpan max) where T : class =>
        Eventually.Found(
            () => Task.FromResult(Services.Bus.Heard<T>().FirstOrDefault(wanted)), max, $"a {typeof(T).Name}");
}

/// <summary>The flow on the transport of the single process, on which the tests of whole processes run too.</summary>
[Trait("Category", "long")]
public sealed class InMemoryFlowTests(InMemoryServices services) : FlowTests(services), IClassFixture<InMemoryServices>;
