namespace Holdfast.Samples.Kafka;

/// <summary>The calls of those who write: records, and the transactions that they are in.</summary>
internal sealed class ProducerHandlers(Broker broker, Topics topics, Transactions transactions)
{
    private const int TooLarge = 10;
    private const int OutOfOrder = 45;

    internal WireWriter Produce(WireReader from, WireWriter to, int version)
    {
        (_, _, _) = (from.Text(), from.Int16(), from.Int32());
        var named = from.All(r => (Name: r.Text()!, Partitions: r.All(p => (Number: p.Int32(), Bytes: p.Bytes()))));
        to.All(named, topic => to.Text(topic.Name).All(topic.Partitions, partition =>
        {
            var (error, offset) = Append(topic.Name, partition.Number, partition.Bytes);
            to.Int32(partition.Number).Int16(error).Int64(offset).Int64(-1);
            if (version >= 5)
            {
                to.Int64(0);
            }
        }));
        return to.Int32(0);
    }

    private (int Error, long Offset) Append(string topic, int partition, byte[] bytes)
    {
        if (topics.Of(topic, partition) is not { } log)
        {
            return (Handlers.UnknownTopic, -1);
        }

        var first = -1L;
        foreach (var batch in RecordBatch.All(bytes))
        {
            if (!batch.IsWhole)
            {
                return (2, -1);
            }

            if (batch.Bytes.Length > broker.BatchBytesMax)
            {
                return (TooLarge, -1);
            }

            if (transactions.Check(batch, topic, partition) is var error and > 0)
            {
                return (error, -1);
            }

            if (log.Append(batch) is not { } offset)
            {
                return (OutOfOrder, -1);
            }

            first = first < 0 ? offset : first;
        }

        return (0, first);
    }

    internal WireWriter InitProducer(WireReader from, WireWriter to)
    {
        var (id, timeout) = (from.Text(), from.Int32());
        if (id is not null && broker.Vice.HasFlag(Vice.KnowsNoTransactions))
        {
            return to.Int32(0).Int16(Handlers.Unsupported).Int64(-1).Int16(-1);
        }

        var (producer, epoch) = transactions.Init(id, timeout);
        return to.Int32(0).Int16(0).Int64(producer).Int16(epoch);
    }

    internal WireWriter AddPartitions(WireReader from, WireWriter to)
    {
        var (id, producer, epoch) = (from.Text()!, from.Int64(), from.Int16());
        var named = from.All(r => (Name: r.Text()!, Partitions: r.All(p => p.Int32())));
        var error = transactions.Add(id, producer, epoch, named.SelectMany(t => t.Partitions.Select(p => (t.Name, p))));
        return to.Int32(0).All(named, t => to.Text(t.Name).All(t.Partitions, p => to.Int32(p).Int16(error)));
    }

    internal WireWriter EndTransaction(WireReader from, WireWriter to)
    {
        var (id, producer, epoch, isCommit) = (from.Text()!, from.Int64(), from.Int16(), from.Bool());
        return to.Int32(0).Int16(transactions.End(id, producer, epoch, isCommit && !broker.Vice.HasFlag(Vice.Forgets)));
    }
}
