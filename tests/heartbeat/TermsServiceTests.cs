using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>ha.config changes while the service runs; the profile's lease is 4 s, its grace and drift 1 s each.</summary>
[Trait("Category", "slow")]
public sealed class TermsServiceTests : RunningService
{
    private long _sequence;

    private CurrentTerms Terms => App.Services.GetRequiredService<CurrentTerms>();

    /// <summary>Awaited here: the bus marks the flow that it is called from, and a restart brings another bus.</summary>
    private async Task Say(int version, double lease, double grace = 1) => await App.Services.GetRequiredService<IBus>().Publish(
        new HaConfigChanged
        {
            Version = version,
            Config = new HaConfig { LeaseSec = lease, KillGraceSec = grace, ClockDriftSec = 1 },
            At = DateTimeOffset.UnixEpoch,
        },
        Limit.Token);

    private async Task Observe(BusHistory history)
    {
        await Task.Yield();
        App.Services.GetRequiredService<IBus>().ConnectPublishObserver(history);
    }

    private async Task<HeartbeatReply> Beat() => await Hear(Report(1, ++_sequence));

    [Fact]
    public async Task A_raise_a_lowering_and_what_comes_doubled_or_late()
    {
        var history = new BusHistory();
        await Observe(history);
        await Say(2, 20);
        await Until(() => Terms.Now.Lease == Seconds(20));
        Assert.Equal((20d, 1d, 1d), await Beat() is var raised ? (raised.Lease, raised.KillGrace, raised.Interval) : default);
        Assert.Contains(history.Batches, b => b.Lease == 20);
        await Say(3, 2, grace: 0.5);
        await Until(() => Terms.Now.Lease == Seconds(2));
        var lowered = await Beat();
        Assert.Equal((2d, 0.5, 2 / 3d), (lowered.Lease, lowered.KillGrace, lowered.Interval), new Close());
        await Say(3, 50);
        await Say(2, 60);
        // One at a time and in order: when the last one has come, the others have.
        await Say(4, 3, grace: 0.5);
        await Until(() => Terms.Rollout.Version == 4);
        Assert.Equal(3, (await Beat()).Lease);
        var said = history.Batches.Count;
        await Until(() => history.Batches.Count > said + 2);
        // 20 s were granted a moment ago; 50 and 60 never were.
        Assert.All(history.Batches.Skip(said), b => Assert.Equal((20d, 1d), (b.Lease, b.KillGrace)));
    }

    private sealed class Close : IEqualityComparer<(double, double, double)>
    {
        public bool Equals((double, double, double) x, (double, double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) + Math.Abs(x.Item3 - y.Item3) < 1e-6;

        public int GetHashCode((double, double, double) obj) => 0;
    }

    [Fact]
    public async Task A_restart_starts_from_what_held_and_waits_for_what_its_former_life_granted()
    {
        await Say(2, 20);
        await Until(() => Terms.Now.Lease == Seconds(20));
        await Say(3, 2, grace: 0.5);
        var stored = App.Services.GetRequiredService<IDocuments<TermsRow>>();
        while ((await stored.Find(TermsRow.CurrentId, Limit.Token))?.Document.Version != 3)
        {
            await Task.Delay(Seconds(0.05), TimeProvider.System, Limit.Token);
        }

        await Stop();
        await Start();
        Assert.Equal((3, Seconds(2)), (Terms.Rollout.Version, Terms.Now.Lease));
        Assert.Equal(new LeaseTerms(Seconds(20), Seconds(1), Seconds(1)), Terms.Now.Longest);
        Assert.Equal(2, (await Beat()).Lease);
    }

    [Fact]
    public async Task A_replica_that_did_not_hear_it_reads_it_in_the_store()
    {
        await using var other = Build();
        await other.StartAsync(Limit.Token);
        await Say(7, 3);
        await Until(() => other.Services.GetRequiredService<CurrentTerms>().Now.Lease == Seconds(3));
        await other.StopAsync(Limit.Token);
    }

    [Fact]
    [Trait("Category", "slow")]
    public async Task A_collector_whose_lease_terms_have_run_out_is_not_waited_for_by_one_that_starts_later()
    {
        var rows = App.Services.GetRequiredService<IDocuments<CollectorRow>>();
        var gone = new CollectorRow("gone", 5, DateTimeOffset.UnixEpoch, new LeaseTerms(Seconds(0.1), Seconds(7), Seconds(0)));
        await rows.UpsertMany([gone], Limit.Token);
        await Until(() => Terms.Now.Longest.KillGrace == Seconds(7));
        while ((await rows.Find("gone", Limit.Token))?.Document.Longest is not null)
        {
            await Task.Delay(Seconds(0.1), TimeProvider.System, Limit.Token);
        }

        await Until(() => Terms.Now.Longest.KillGrace == Seconds(1));
    }

    [Fact]
    [Trait("Category", "slow")]
    public async Task A_wait_longer_than_half_a_lease_is_answered_while_the_lease_is_worth_something()
    {
        await Say(1, 1);
        await Until(() => Terms.Now.Lease == Seconds(1));
        await Beat();
        Admit(1, _sequence);
        var started = TimeProvider.System.GetTimestamp();
        Assert.True((await Hear(Report(1, ++_sequence) with { DesiredVersion = 1 }, "?wait=25")).Applied);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < Seconds(15));
    }

    [Fact]
    public async Task Drain_and_maintenance_are_stored_said_and_ended()
    {
        var history = new BusHistory();
        await Observe(history);
        await Beat();
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var set = await Patch(new { drain = true, maintenance = new { reason = "kernel", owner = "ops", until } });
        Assert.Equal(("asked for by PATCH", "token", "ops"), (set.Drain!.Reason, set.Drain.By, set.Maintenance!.Owner));
        await Until(() => history.Batches.Any(b => b.Registrations?.Any(r => r.Drain is not null && r.Maintenance is not null) == true));
        await Stop();
        await Start();
        await Observe(history);
        var before = history.Batches.Count;
        // It is said again although the host says nothing any more.
        await Until(() => history.Batches.Skip(before).Any(b => b.Registrations?.Any(r => r.Drain is not null) == true));
        var ended = await Patch(new { drain = (string?)null });
        Assert.Equal((null, set.Maintenance), (ended.Drain, ended.Maintenance));
        var answer = await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { drain = 7 }, Limit.Token);
        Assert.Equal((HttpStatusCode.BadRequest, "HB-402"), (answer.StatusCode, await Code(answer)));
        var broken = await Http.PatchAsync("/api/v1/hosts/h1",
            new StringContent("{\"drain\":", new MediaTypeHeaderValue("application/json")), Limit.Token);
        Assert.Equal((HttpStatusCode.BadRequest, "PF-103"), (broken.StatusCode, await Code(broken)));
        var text = await Http.PatchAsync("/api/v1/hosts/h1", new StringContent("{\"drain\":true}"), Limit.Token);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "PF-415"), (text.StatusCode, await Code(text)));
    }

    private async Task<HostRegistration> Patch(object body)
    {
        var answer = await Http.PatchAsJsonAsync("/api/v1/hosts/h1", body, JsonSerializerOptions.Web, Limit.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<HostRegistration>(Json, Limit.Token))!;
    }
}
