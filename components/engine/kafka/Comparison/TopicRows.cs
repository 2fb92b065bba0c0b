using System.Runtime.CompilerServices;
using Holdfast.Engine.Kafka.Client;

namespace Holdfast.Engine.Kafka.Comparison;

/// <summary>
/// The rows that a reader of committed messages holds for the source's: each topic is read from its beginning, and on from where it was
/// read before. Memory holds each row's JSON.
/// </summary>
internal sealed class TopicRows(EventComparison comparison, KafkaSettings settings, TimeProvider time) : EventComparison.Side
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients = new(settings);
    private readonly Dictionary<string, TopicTable> _tables = new(StringComparer.Ordinal);
    private IConsumer<byte[]?, byte[]?>? _consumer;
    private ClusterTopics? _topics;

    public override async IAsyncEnumerable<Row> All(TableSchema table, [EnumeratorCancellation] CancellationToken cancel)
    {
        var shape = comparison.Shape(table);
        var topic = shape.Code.Routed.Topic;
        if (!_tables.TryGetValue(topic, out var held))
        {
            _tables[topic] = held = new TopicTable(shape, settings);
        }

        _topics ??= new ClusterTopics(_clients, settings, time);
        await _topics.Look(cancel).ConfigureAwait(false);
        await Task.Run(() => Read(topic, held, _topics.Seen(topic) ?? 0, cancel), cancel).ConfigureAwait(false);
        foreach (var (key, json) in held.Rows)
        {
            yield return shape.Row(key, json);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _consumer?.Close();
        _consumer?.Dispose();
        _topics?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads all that is committed now.</summary>
    private void Read(string topic, TopicTable held, int partitions, CancellationToken cancel)
    {
        _consumer ??= _clients.Consumer();
        try
        {
            _consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, held.Next(p))));
            var open = Enumerable.Range(0, partitions).ToHashSet();
            for (var heard = time.GetTimestamp(); open.Count > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                if (_consumer.Consume(Poll) is not { } read)
                {
                    if (time.GetElapsedTime(heard) > settings.AnswerMax)
                    {
                        throw new SourceFaultException(KafkaFaults.Late($"reading {topic}", settings.AnswerMax, _clients.Last));
                    }

                    continue;
                }

                heard = time.GetTimestamp();
                if (read.IsPartitionEOF)
                {
                    open.Remove(read.Partition.Value);
                }
                else
                {
                    held.Take(read);
                }
            }
        }
        catch (KafkaException error)
        {
            throw KafkaFaults.Thrown($"reading {topic}", error.Error, _clients.Last);
        }
        finally
        {
            _consumer.Unassign();
        }
    }
}
