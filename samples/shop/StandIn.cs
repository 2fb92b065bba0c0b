using Holdfast.Samples.Kafka;

namespace Holdfast.Samples.Shop;

/// <summary>
/// The process that stands in for Kafka: its protocol and its transactions, on this machine, for one run. It is no Kafka, and says so.
/// </summary>
internal static class StandIn
{
    /// <summary>Beyond it a topic loses messages that newer ones replace, and then the oldest ones.</summary>
    private const long PartitionBytesMax = 8 << 20;

    internal static async Task Run(int port, string file, CancellationToken stop)
    {
        await using var broker = new Broker(port, file, PartitionBytesMax, partitions: 1, TimeProvider.System);
        Console.WriteLine(
            $"stands in for Kafka at {broker.Servers} and is none: one process, {broker.Topics.Names.Count} topics from {file}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
