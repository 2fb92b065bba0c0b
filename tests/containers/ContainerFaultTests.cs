using Holdfast.Integration.Tests;
using Holdfast.Tests;

namespace Holdfast.Containers.Tests;

/// <summary>Faults of containers and of the network between them, each told by what the sinks saw and what the API says.</summary>
public sealed class ContainerFaultTests(Stack stack) : IClassFixture<Stack>
{
    /// <summary>8 s to a verdict, then a start.</summary>
    private static readonly TimeSpan MovedMax = TimeSpan.FromSeconds(25);

    /// <summary>Longer than a verdict takes: what would be found Down by then is not.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan BrokerAway = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_supervisor_container_that_is_killed_loses_its_work_to_others_and_comes_back()
    {
        var (host, moved, since) = await Begin();
        await stack.Docker("kill", Stack.Name(host));
        await Moved(host, moved);
        await stack.Docker("start", Stack.Name(host));
        await End(since, overlap: false);
    }

    [Fact]
    public async Task A_host_that_is_frozen_as_a_whole_writes_nothing_that_counts_once_it_goes_on()
    {
        var (host, moved, since) = await Begin();
        await stack.Docker("pause", Stack.Name(host));
        await Moved(host, moved);
        await stack.Docker("unpause", Stack.Name(host));
        // What was frozen in the middle may try once more: its sink refuses it.
        await End(since, overlap: true);
    }

    [Fact]
    public async Task A_host_that_is_cut_off_ends_its_components_before_they_start_elsewhere()
    {
        var (host, moved, since) = await Begin();
        await stack.Docker("network", "disconnect", Stack.Network, Stack.Name(host));
        await Moved(host, moved);
        await stack.Docker("network", "connect", "--alias", host, Stack.Network, Stack.Name(host));
        await End(since, overlap: false);
    }

    [Fact]
    public async Task A_host_that_hears_no_answers_ends_its_components_before_they_start_elsewhere()
    {
        var (host, moved, since) = await Begin();
        await stack.InNetworkOf(host, "iptables", "-I", "INPUT", "-j", "DROP");
        await Moved(host, moved);
        await stack.InNetworkOf(host, "iptables", "-D", "INPUT", "-j", "DROP");
        await End(since, overlap: false);
    }

    [Fact]
    public async Task A_slow_network_moves_nothing()
    {
        var before = await stack.Settled();
        await stack.InNetworkOf("host1", "tc", "qdisc", "add", "dev", "eth0", "root", "netem", "delay", "300ms", "100ms");
        await NothingMoves(before, LongEnough);
        await stack.InNetworkOf("host1", "tc", "qdisc", "del", "dev", "eth0", "root");
        await stack.Settled();
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("ha-scheduler")]
    [InlineData("store-manager")]
    [InlineData("alerting")]
    [InlineData("door")]
    public async Task A_service_that_is_killed_and_started_again_moves_nothing(string service)
    {
        var before = await stack.Settled();
        await stack.Docker("kill", Stack.Name(service));
        await stack.Docker("start", Stack.Name(service));
        await NothingMoves(before, LongEnough);
        Assert.Equal(before.Select(Place), (await stack.Settled()).Select(Place));
    }

    [Fact]
    public async Task A_broker_that_is_away_for_a_minute_moves_nothing_and_a_host_that_dies_afterwards_is_found()
    {
        var before = await stack.Settled();
        await stack.Docker("kill", Stack.Name("rabbitmq"));
        await NothingMoves(before, BrokerAway);
        await stack.Docker("start", Stack.Name("rabbitmq"));
        var (host, moved, since) = await Begin();
        await stack.Docker("kill", Stack.Name(host));
        await Moved(host, moved, TimeSpan.FromSeconds(60));
        await stack.Docker("start", Stack.Name(host));
        await End(since, overlap: false);
    }

    [Fact]
    public async Task Services_are_scaled_up_and_down_while_a_host_dies()
    {
        var (host, moved, since) = await Begin();
        await stack.Compose("up", "-d", "--no-build", "--scale", "heartbeat=2", "--scale", "ha-scheduler=2", "--scale", "alerting=3");
        await stack.Settled();
        await stack.Docker("kill", Stack.Name(host));
        await Moved(host, moved);
        await stack.Compose("up", "-d", "--no-build", "--scale", "heartbeat=1", "--scale", "ha-scheduler=1", "--scale", "alerting=1");
        await stack.Docker("start", Stack.Name(host));
        await End(since, overlap: false);
    }

    /// <summary>A host that runs a task, what runs there, and since when the sinks' logs count.</summary>
    private async Task<(string Host, IReadOnlyList<Listed> Runs, long Since)> Begin()
    {
        Assert.SkipWhen(Engine.Missing is not null, Engine.Missing ?? "");
        var all = await stack.Settled();
        var host = all.GroupBy(c => c.Host).MaxBy(g => g.Count())!;
        return (Stack.ContainerOf(host.Key), [.. host], SinkLog.Now());
    }

    private async Task Moved(string host, IReadOnlyList<Listed> before, TimeSpan? max = null)
    {
        var took = await Eventually.Holds(async () =>
        {
            var now = (await stack.Api.IncrSyncs()).ToDictionary(c => c.Task);
            foreach (var was in before)
            {
                var written = await stack.Accepted(was.Task);
                if (now[was.Task].Host == was.Host || written.Count == 0 || written[^1].Epoch <= was.Epoch)
                {
                    return $"{was.Task} runs on {now[was.Task].Host}";
                }
            }

            return null;
        }, max ?? MovedMax);
        TestContext.Current.TestOutputHelper?.WriteLine($"{host}: {before.Count} tasks write elsewhere after {took.TotalSeconds:0.00} s");
        var alerts = await stack.Api.List("/api/v1/alerts?event=oms_host_down");
        Assert.Contains(alerts, a => (string?)a["target"] == Stack.IdOf(host));
    }

    private async Task End(long since, bool overlap)
    {
        await stack.Settled();
        foreach (var task in Stack.Tasks)
        {
            var accepted = await stack.Accepted(task);
            Assert.Equal(accepted.Select(a => a.Epoch), accepted.Select(a => a.Epoch).Order());
            var attempts = (await stack.Attempts(task)).Where(a => a.BootNs >= since).GroupBy(a => a.Epoch).OrderBy(g => g.Key)
                .Select(g => (First: g.Min(a => a.BootNs), Last: g.Max(a => a.BootNs))).ToList();
            Assert.True(overlap || attempts.Zip(attempts.Skip(1)).All(p => p.First.Last < p.Second.First), $"{task}: two writers");
        }
    }

    private async Task NothingMoves(IReadOnlyList<Listed> before, TimeSpan during)
    {
        Assert.SkipWhen(Engine.Missing is not null, Engine.Missing ?? "");
        await Task.Delay(during, TimeProvider.System, TestContext.Current.CancellationToken);
        await Eventually.Holds(async () => await Now() is var now && now.SequenceEqual(before.Select(Place)) ? null : string.Join(", ", now),
            LongEnough);
    }

    private async Task<IReadOnlyList<string>> Now() => [.. (await stack.Api.IncrSyncs()).Select(Place)];

    private static string Place(Listed component) => $"{component.Name} on {component.Host} under {component.Epoch}";
}
