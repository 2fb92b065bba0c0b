namespace Holdfast.Integration.Tests;

/// <summary>The scheduler that leads fails, as a process can: the other one goes on, and nobody notices but those who look.</summary>
[Trait("Category", "process")]
[Collection(Alone.Name)]
[Trait("Category", "heavy")]
public sealed class SchedulerReplicaTests(SchedulerReplicas run) : IClassFixture<SchedulerReplicas>
{
    private static readonly TimeSpan TakeoverMax = TimeSpan.FromSeconds(5);

    /// <summary>Profile fast: a verdict takes 8 s, after a takeover of 5 s at most; then the start, on a busy machine too.</summary>
    private static readonly TimeSpan MovedMax = TimeSpan.FromSeconds(8 + 5 + 27);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_service_serves_the_metrics_that_are_documented_of_it_and_of_a_region_its_leader_tells_alone()
    {
        var (leader, standby) = await run.Settled();
        using var first = leader;
        using var second = standby;
        var scraped = await Scraped.OfAllServices(run.Data);
        foreach (var (program, text) in scraped)
        {
            await Scraped.IsSound(text, program);
        }

        Assert.Single(scraped, p => p.Text.Contains("holdfast_scheduler_hosts{region=\"local\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_killed_leader_is_succeeded_and_a_host_that_dies_with_it_is_found_by_its_successor()
    {
        var (leader, standby) = await run.Settled();
        using var first = leader;
        using var second = standby;
        var (before, tickets, since) = await Now(standby);
        var lost = before.First(c => c.Desired == "Running").Host;
        var (_, epoch) = await standby.Role();
        // Each has written since, however busy the machine is: who wrote before and who wrote after is compared in the end.
        await Eventually.Holds(() => before.FirstOrDefault(c => c.Desired == "Running"
            && SinkLog.Attempts(Path.Combine(run.Data, "sinks", c.Task)).All(a => a.BootNs < since))?.ToString(), Soon);
        FleetHost.Named(lost)!.Read(run.Data)!.Process.Send(Signal.Kill);
        leader.Process.Send(Signal.Kill);
        Tell("kill -9", await Leads(standby, epoch + 1));

        var mine = before.Where(c => c.Host == lost && c.Desired == "Running").ToList();
        await Eventually.Holds(async () =>
        {
            var now = (await standby.Api.IncrSyncs()).ToDictionary(c => c.Task);
            return mine.Select(c => (Was: c, Is: now[c.Task]))
                .FirstOrDefault(c => c.Is.Host == lost || c.Is.Epoch <= c.Was.Epoch || !FleetRun.Runs(run.Data, c.Is)).Is?.ToString();
        }, MovedMax);
        await OnlyThisHostFailed(standby, lost, tickets);

        var started = await HoldfastProcess.Command(run.Data, "start", lost, "--data", run.Data);
        Assert.True(started.Exit == 0, started.Output);
        await Eventually.Holds(
            async () => await standby.Api.HostState(lost) is not "Online" and var state ? $"{lost} is {state}" : null, MovedMax);
        EpochOverlap.None(run.Data, since);
    }

    [Fact]
    public async Task A_leader_that_is_stopped_for_ten_seconds_is_succeeded_judges_nobody_and_stands_by_when_it_goes_on()
    {
        var (leader, standby) = await run.Settled();
        using var first = leader;
        using var second = standby;
        var (before, tickets, _) = await Now(standby);
        var (_, epoch) = await standby.Role();
        leader.Process.Send(Signal.Stop);
        Tell("kill -STOP", await Leads(standby, epoch + 1));
        // How long it is stopped: longer than the interval after which a silent host is Down.
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        leader.Process.Send(Signal.Cont);
        await Eventually.Holds(async () => await leader.Role() is ("standby", var now) && now == epoch + 1 ? null : "it stands by", Soon);
        Assert.Equal(("leader", epoch + 1), await standby.Role());
        await FleetRun.Settled(standby.Api, run.Data, Soon);
        Assert.Equal(before.Select(Place), (await standby.Api.IncrSyncs()).Select(Place));
        Assert.Equal(tickets.Count, (await standby.Api.List("/api/v1/tickets")).Count);

        static (string, string, long, string) Place(Listed c) => (c.Name, c.Host, c.Epoch, c.Desired);
    }

    [Fact]
    public async Task What_an_operator_asks_of_the_one_that_stands_by_the_leader_does_at_once()
    {
        var (leader, standby) = await run.Settled();
        using var first = leader;
        using var second = standby;
        await standby.Api.CreateTask("asked", FleetHost.Region, ["true"], desired: "Stopped");
        var took = await Eventually.Holds(async () => (await standby.Api.IncrSyncs()).Any(c => c.Task == "asked" && c.Host.Length > 0)
            ? null : "a host for it", TimeSpan.FromSeconds(3));
        Tell("a task given to the one that stands by has its host", took);
    }

    private static Task<TimeSpan> Leads(SchedulerReplica replica, long epoch) => Eventually.Holds(
        async () => await replica.Role() is ("leader", var now) && now == epoch ? null : "it leads", TakeoverMax);

    private static async Task<(IReadOnlyList<Listed> Components, IReadOnlyList<object> Tickets, long Boot)> Now(SchedulerReplica replica) =>
        (await replica.Api.IncrSyncs(), await replica.Api.List("/api/v1/tickets"), SinkLog.Now());

    /// <summary>One ticket more, of this host; all others stayed what they were.</summary>
    private static async Task OnlyThisHostFailed(SchedulerReplica replica, string host, IReadOnlyList<object> before)
    {
        var tickets = await replica.Api.List("/api/v1/tickets");
        Assert.Equal(before.Count + 1, tickets.Count);
        Assert.Contains(tickets, t => t["hosts"]!.AsArray().Single()!.GetValue<string>() == host);
        foreach (var other in FleetHost.All.Where(h => h.Id != host))
        {
            Assert.Equal("Online", await replica.Api.HostState(other.Id));
        }
    }

    private static void Tell(string what, TimeSpan took) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: after {took.TotalSeconds:0.00} s");
}
