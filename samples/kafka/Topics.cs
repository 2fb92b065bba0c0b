using System.Collections.Concurrent;

namespace Holdfast.Samples.Kafka;

/// <summary>The topics of a broker.</summary>
/// <param name="partitions">Of a topic that does not say it.</param>
/// <param name="bytesMax">Of a partition.</param>
/// <param name="file">Keeps what comes; null: memory alone does.</param>
internal sealed class Topics(int partitions, long bytesMax = long.MaxValue, BrokerFile? file = null)
{
    private readonly ConcurrentDictionary<string, PartitionLog[]> _all = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<string> Names => [.. _all.Keys.Order(StringComparer.Ordinal)];

    internal PartitionLog[]? Of(string name) => _all.GetValueOrDefault(name);

    internal PartitionLog? Of(string name, int partition) =>
        Of(name) is { } topic && partition >= 0 && partition < topic.Length ? topic[partition] : null;

    internal bool Make(string name, int count)
    {
        var all = count > 0 ? count : partitions;
        if (!_all.TryAdd(name, [.. Enumerable.Range(0, all).Select(p => new PartitionLog(bytesMax, b => file?.Batch(name, p, b)))]))
        {
            return false;
        }

        file?.Topic(name, all);
        return true;
    }

    internal void Delete(string name) => _all.TryRemove(name, out _);
}
