using System.Collections.Concurrent;

namespace Holdfast.Tests.Kafka;

/// <summary>The topics of a broker.</summary>
internal sealed class Topics(int partitions)
{
    private readonly ConcurrentDictionary<string, PartitionLog[]> _all = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<string> Names => [.. _all.Keys.Order(StringComparer.Ordinal)];

    internal PartitionLog[]? Of(string name) => _all.GetValueOrDefault(name);

    internal PartitionLog? Of(string name, int partition) =>
        Of(name) is { } topic && partition >= 0 && partition < topic.Length ? topic[partition] : null;

    internal bool Make(string name, int count) => _all.TryAdd(
        name, [.. Enumerable.Range(0, count > 0 ? count : partitions).Select(_ => new PartitionLog())]);

    internal void Delete(string name) => _all.TryRemove(name, out _);
}
