namespace Holdfast.Containers.Tests;

/// <summary>Faults of the containers of hosts, and of the network between them and the gateway.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "process")]
public sealed class HostFaultTests(Stack stack)
{
    /// <summary>Longer than a verdict takes: what would be found Down by then is not.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task A_host_that_is_killed_loses_its_work_to_others_and_comes_back()
    {
        await using var trial = await Trial.Begin(stack, "`docker kill` of a supervisor, started again once its work has moved");
        var host = trial.Busiest;
        await stack.Docker("kill", Stack.Name(host));
        await trial.Moved(host);
        await stack.Docker("start", Stack.Name(host));
        await trial.End();
    }

    [Fact]
    public async Task A_host_that_is_frozen_as_a_whole_writes_nothing_that_counts_once_it_goes_on()
    {
        await using var trial = await Trial.Begin(stack,
            "`docker pause` of a supervisor and its components, `unpause` once its work has moved");
        var host = trial.Busiest;
        await PauseBetweenWrites(host, [.. trial.Before.Where(c => Stack.ContainerOf(c.Host) == host).Select(c => c.Task)]);
        await trial.Moved(host);
        await stack.Docker("unpause", Stack.Name(host));
        await trial.End(mayOverlap: true);
    }

    [Fact]
    public async Task A_host_that_is_cut_off_ends_its_components_before_they_start_elsewhere()
    {
        await using var trial = await Trial.Begin(stack,
            "`docker network disconnect` of a supervisor, which lives on; connected again later");
        var host = trial.Busiest;
        await stack.Docker("network", "disconnect", Stack.Network, Stack.Name(host));
        await trial.Moved(host);
        await stack.Docker("network", "connect", "--alias", host, Stack.Network, Stack.Name(host));
        await trial.End();
    }

    [Fact]
    public async Task A_host_that_hears_no_answers_ends_its_components_before_they_start_elsewhere()
    {
        await using var trial = await Trial.Begin(stack, "nothing from the gateway reaches a supervisor; what it sends, arrives");
        var host = trial.Busiest;
        string[] rule = ["INPUT", "-s", await stack.AddressOf("door"), "-j", "DROP"];
        await stack.InNetworkOf(host, ["iptables", "-I", .. rule]);
        await trial.Moved(host);
        await stack.InNetworkOf(host, ["iptables", "-D", .. rule]);
        await trial.End();
    }

    [Fact]
    public async Task A_host_that_cannot_say_anything_ends_its_components_before_they_start_elsewhere()
    {
        await using var trial = await Trial.Begin(stack, "nothing from a supervisor reaches the gateway; what the gateway sends, arrives");
        var host = trial.Busiest;
        string[] rule = ["INPUT", "-s", await stack.AddressOf(host), "-j", "DROP"];
        await stack.InNetworkOf("door", ["iptables", "-I", .. rule]);
        await trial.Moved(host);
        await stack.InNetworkOf("door", ["iptables", "-D", .. rule]);
        await trial.End();
    }

    [Fact]
    public async Task Every_tenth_packet_lost_one_way_moves_nothing()
    {
        await using var trial = await Trial.Begin(
            stack, "every tenth packet from the gateway to a supervisor is lost, at random, for 12 s");
        var host = trial.Busiest;
        string[] rule =
            ["INPUT", "-s", await stack.AddressOf("door"), "-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP"];
        await stack.InNetworkOf(host, ["iptables", "-I", .. rule]);
        await trial.NothingMoves(LongEnough);
        await stack.InNetworkOf(host, ["iptables", "-D", .. rule]);
        await trial.End();
    }

    [Fact]
    public async Task A_slow_way_out_moves_nothing()
    {
        var (means, delay) = await Delay();
        await using var trial = await Trial.Begin(stack, $"what a supervisor sends is delayed for 12 s ({means})");
        var host = trial.Busiest;
        var device = await stack.DeviceOf(host);
        await stack.InNetworkOf(host, ["tc", "qdisc", "add", "dev", device, "root", .. delay]);
        await trial.NothingMoves(LongEnough);
        await stack.InNetworkOf(host, "tc", "qdisc", "del", "dev", device, "root");
        await trial.End();
    }

    /// <summary>
    /// A database would end a transaction that hangs; the sample's sink is a file and a lock, which a frozen writer keeps.
    /// </summary>
    private async Task PauseBetweenWrites(string host, IReadOnlyList<string> tasks)
    {
        await Eventually.Holds(async () =>
        {
            await stack.Docker("pause", Stack.Name(host));
            foreach (var task in tasks)
            {
                if (!await stack.IsFree(Path.Combine(await stack.SinkOf(task), "lock")))
                {
                    await stack.Docker("unpause", Stack.Name(host));
                    return $"{task} was not in the middle of a write";
                }
            }

            return null;
        }, Trial.MovedMax);
    }

    /// <summary>Delays packets; where the kernel has no netem, a line is made so thin that every packet waits.</summary>
    private async Task<(string Means, string[] Qdisc)> Delay()
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        string[] delay = ["netem", "delay", "300ms", "100ms"];
        var device = await stack.DeviceOf("host1");
        try
        {
            await stack.InNetworkOf("host1", ["tc", "qdisc", "add", "dev", device, "root", .. delay]);
            await stack.InNetworkOf("host1", "tc", "qdisc", "del", "dev", device, "root");
            return ("netem, 300 ± 100 ms", delay);
        }
        catch (InvalidOperationException)
        {
            return ("this kernel has no netem: a line of 64 kbit/s, on which 1,500 bytes take 190 ms",
                ["tbf", "rate", "64kbit", "burst", "1600", "limit", "64000"]);
        }
    }
}
