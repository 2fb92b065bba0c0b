using Holdfast.Heartbeat.Persistence;
using MassTransit;

namespace Holdfast.Heartbeat.Tests;

[Trait("Category", "slow")]
public sealed class ServiceTests : RunningService
{
    [Fact]
    public async Task A_placement_ends_the_long_poll_and_comes_with_the_reply()
    {
        Assert.Equal(0, (await Hear(Report(1, 1))).DesiredVersion);
        Admit(1, 1);
        Assert.Equal(1, (await Hear(Report(1, 2))).DesiredVersion);
        // A reply is held for half a lease, which here is 4 s: with 40 s it is the placement that ends the wait.
        App.Services.GetRequiredService<CurrentTerms>().Step(p => p.Begin(1, p.Granted with { Lease = Seconds(40) }));
        var waiting = Hear(Report(1, 3) with { DesiredVersion = 1 }, "?wait=20");
        await Until(() => App.Services.GetRequiredService<HostRegistry>().Find("h1")!.Known.Sequence == 3);
        var started = TimeProvider.System.GetTimestamp();
        Assert.True(await Register(Placed(command: ["run", "it"])));
        await App.Services.GetRequiredService<IBus>().Publish(Placed(command: ["run", "it"]), Limit.Token);
        var reply = await waiting;
        Assert.True(TimeProvider.System.GetElapsedTime(started) < Seconds(15));
        Assert.Equal((2L, 40d, true), (reply.DesiredVersion, reply.Lease, reply.Applied));
        Assert.Equal(["run", "it"], Assert.Single(reply.Components!).Command);
        Assert.Null((await Hear(Report(1, 4) with { DesiredVersion = 2 })).Components);
    }

    /// <summary>Profile fast: a lease of 4 s, which lapses while this test waits for it to.</summary>
    [Fact]
    public async Task A_report_that_comes_after_its_lease_is_taken_told_how_often_to_report_and_goes_into_the_batch()
    {
        Assert.Null((await Hear(Report(1, 1))).Late);
        var granted = App.Services.GetRequiredService<HostRegistry>().Find("h1")!.Known.Granted;
        await Until(() => Health.Now - granted >= Seconds(4));
        var late = await Hear(Report(1, 2));
        Assert.StartsWith("HB-370 This report came 4.", late.Late, StringComparison.Ordinal);
        Assert.EndsWith("Report every 1 s.", late.Late, StringComparison.Ordinal);
        Assert.Equal((true, 4d), (late.Applied, late.Lease));
        Assert.Null((await Hear(Report(1, 3))).Late);
    }

    [Fact]
    public async Task A_newer_heartbeat_ends_the_older_ones_wait()
    {
        var older = Hear(Report(1, 1), "?wait=25");
        await Until(() => App.Services.GetRequiredService<HostRegistry>().Find("h1")?.Known.Sequence == 1);
        Assert.True((await Hear(Report(1, 2))).Applied);
        Assert.True((await older.WaitAsync(Seconds(20), TimeProvider.System, Limit.Token)).Applied);
    }

    [Fact]
    public async Task A_duplicate_grants_nothing_and_a_clone_is_refused()
    {
        await Hear(Report(1, 1));
        var again = await Hear(Report(1, 1));
        Assert.Equal((false, 0d), (again.Applied, again.Lease));
        var clone = await Post(Report(1, 2, "10.0.0.9"));
        Assert.Equal((HttpStatusCode.Conflict, "HB-202"), (clone.StatusCode, await Code(clone)));
    }

    [Fact]
    public async Task A_restart_keeps_the_registry_the_settings_and_the_desired_list()
    {
        await Hear(Report(7, 41));
        var patch = await Http.PatchAsJsonAsync("/api/v1/hosts/h1",
            new { quotas = new { stores = 3 }, tags = new[] { "ssd" } }, Limit.Token);
        Assert.Equal(HttpStatusCode.OK, patch.StatusCode);
        await App.Services.GetRequiredService<DesiredComponents>().Place(Placed(), Limit.Token);
        await App.Services.GetRequiredService<DesiredComponents>().Place(Placed("never-heard", host: "h9"),
            Limit.Token);
        var marks = App.Services.GetRequiredService<IDocuments<SequenceRow>>();
        while (!(await marks.Query(DocumentQuery<SequenceRow>.All, Limit.Token)).Items.Any(
            row => row.Document.Marks.Any(m => m.Sequence == 41)))
        {
            await Task.Delay(Seconds(0.05), TimeProvider.System, Limit.Token);
        }

        await Stop();
        await Start();

        Assert.False((await Hear(Report(7, 41))).Applied);
        var elsewhere = await Post(Report(8, 1, "10.0.0.9"));
        Assert.Equal("HB-201", await Code(elsewhere));
        Assert.Equal("c1", Assert.Single((await Hear(Report(7, 42) with { DesiredVersion = 1 })).Components!).Name);
        Assert.Equal("never-heard", Assert.Single((await Hear(Report(1, 1, host: "h9") with { DesiredVersion = 1 })).Components!).Name);
        Assert.Equal(3, App.Services.GetRequiredService<HostRegistry>().Registration("h1")!.Quotas.Stores);

        // The former life's leftovers may run: a supervisor that does not vouch for them gets nothing to run.
        Admit(8, 1);
        var restarted = await Hear(Report(8, 1));
        Assert.Equal((0L, 0), (restarted.DesiredVersion, restarted.Components!.Count));
        Admit(9, 1, "h9");
        Assert.Single((await Hear(Report(9, 1, host: "h9") with { Succeeds = 1 })).Components!);
    }

    [Fact]
    public async Task A_list_newer_than_ours_is_asked_for_before_an_older_one_is_sent()
    {
        await App.Services.GetRequiredService<DesiredComponents>().Place(Placed(), Limit.Token);
        var first = await Hear(Report(1, 1) with { DesiredVersion = 9 });
        Assert.Equal((9L, null), (first.DesiredVersion, first.Components));
        var sequence = 1;
        HeartbeatReply reply;
        do
        {
            await Task.Delay(Seconds(0.1), TimeProvider.System, Limit.Token);
            reply = await Hear(Report(1, ++sequence) with { DesiredVersion = 9 });
        }
        while (reply.DesiredVersion == 9);

        Assert.Equal((2L, 1), (reply.DesiredVersion, reply.Components!.Count));
        await App.Services.GetRequiredService<DesiredComponents>().Place(Placed("c2"), Limit.Token);
        Assert.Equal(10, (await Hear(Report(1, ++sequence) with { DesiredVersion = 9 })).DesiredVersion);
    }

    [Fact]
    public async Task What_one_collector_learns_the_other_one_gives_to_its_hosts()
    {
        await using var other = Build();
        await other.StartAsync(Limit.Token);
        await Hear(Report(4, 1));
        await App.Services.GetRequiredService<DesiredComponents>().Place(Placed(), Limit.Token);
        await Until(() => other.Services.GetRequiredService<DesiredComponents>().Find("h1") is not null);
        await Until(() => other.Services.GetRequiredService<HostRegistry>().Find("h1")?.Known.Incarnation == 4);
        await Until(() => Health.Peers.AnyAlive(Health.Now));
        await other.StopAsync(Limit.Token);
    }

    [Fact]
    public async Task The_bus_hears_each_report_each_change_and_the_leaving()
    {
        var history = new BusHistory();
        App.Services.GetRequiredService<IBus>().ConnectPublishObserver(history);
        await Hear(Report(1, 1) with { Components = [Component("a")], Inventory = 1 });
        await Post(Report(1, 2, "10.0.0.9"));
        await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { tags = new[] { "ssd" } }, Limit.Token);
        await Until(() => history.Batches.Any(b => b.Registrations is not null));
        await Until(() => history.Batches.Any(b => b.Conflicts is not null));
        await Stop();
        var batches = history.Batches.ToList();
        Assert.Equal(batches.Select(b => b.Sequence).Order(), batches.Select(b => b.Sequence));
        Assert.Equal([.. Enumerable.Repeat(false, batches.Count - 1), true], batches.Select(b => b.Leaving));
        Assert.Equal("a", Assert.Single(
            batches.SelectMany(b => b.Reports).First(r => r.Host == "h1").Components!).Name);
        Assert.Equal("10.0.0.9", batches.SelectMany(b => b.Conflicts ?? []).Single().ClaimedBy);
        Assert.Equal("ssd", batches.SelectMany(b => b.Registrations ?? []).First().Tags.Single());
    }

    [Fact]
    public async Task Bad_requests_are_refused_with_their_codes_and_applied_nowhere()
    {
        var body = new StringContent("{\"host\":\"h1\"}", new MediaTypeHeaderValue("application/json"));
        Assert.Equal("HB-102", await Code(await Http.PostAsync("/api/v1/heartbeats", body, Limit.Token)));
        Assert.Equal("HB-103", await Code(await Post(Report(sequence: -1))));
        Assert.Equal("HB-104", await Code(await Post(Report(), "?wait=-1")));
        Assert.Equal("HB-401", await Code(
            await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { tags = new[] { "a" } }, Limit.Token)));
        Http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(Report())).StatusCode);
        Assert.Null(App.Services.GetRequiredService<HostRegistry>().Find("h1"));
    }

    [Fact]
    public async Task A_collector_that_leaves_answers_waits_and_refuses_new_reports()
    {
        var waiting = Post(Report(1, 1), "?wait=25");
        await Until(() => App.Services.GetRequiredService<HostRegistry>().Find("h1")?.Known.Sequence == 1);
        Health.Leave();
        Assert.True((await waiting).IsSuccessStatusCode);
        var refused = await Post(Report(1, 2));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "HB-504"), (refused.StatusCode, await Code(refused)));
        Assert.Equal(1, refused.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task Ten_thousand_hosts_are_durable_and_the_sequence_stays_bounded()
    {
        var hosts = App.Services.GetRequiredService<HostRegistry>();
        for (var i = 0; i < 10_000; i++)
        {
            var entry = hosts.FindOrAdd($"host-{i}")!;
            entry.Hear(Report(1, i, host: $"host-{i}"), new Circumstances(Health.Now, false, true), Some.Terms, out _);
            hosts.Touch(entry);
        }

        var rows = App.Services.GetRequiredService<IDocuments<HostRow>>();
        while (await rows.Count(DocumentQuery<HostRow>.All, Limit.Token) < 10_000)
        {
            await Task.Delay(Seconds(0.1), TimeProvider.System, Limit.Token);
        }

        var marks = App.Services.GetRequiredService<IDocuments<SequenceRow>>();
        await marks.UpsertMany([.. Enumerable.Range(0,
            200).Select(i => new SequenceRow($"x{i}", "x", DateTimeOffset.UnixEpoch, []))], Limit.Token);
        while (await marks.Count(DocumentQuery<SequenceRow>.All, Limit.Token) > RegistryLoop.SequenceRowsMax)
        {
            await Task.Delay(Seconds(0.1), TimeProvider.System, Limit.Token);
        }
    }
}
