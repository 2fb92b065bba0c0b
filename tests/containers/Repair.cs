namespace Holdfast.Containers.Tests;

/// <summary>Takes back whatever fault a trial that failed has left, so that the next one is about its own.</summary>
internal static class Repair
{
    internal static async Task All(Stack stack)
    {
        foreach (var service in Stack.Services.Concat(Stack.Hosts))
        {
            foreach (var command in new[] { "unpause", "start" })
            {
                await Try(stack.Docker(command, Stack.Name(service)));
            }
        }

        foreach (var host in Stack.Hosts)
        {
            await Try(stack.Docker("network", "connect", "--alias", host, Stack.Network, Stack.Name(host)));
            await Try(stack.InNetworkOf(host, "iptables", "-F"));
            await Try(NoDelay(stack, host));
        }
    }

    private static async Task<string> NoDelay(Stack stack, string host) =>
        await stack.InNetworkOf(host, "tc", "qdisc", "del", "dev", await stack.DeviceOf(host), "root");

    /// <summary>Tries to mend: a thing that is not broken cannot be mended, and says so.</summary>
    private static async Task Try(Task<string> mending)
    {
        try
        {
            await mending;
        }
        catch (InvalidOperationException needless)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(needless.Message);
        }
    }
}
