namespace Holdfast.Tests.Kafka;

/// <summary>One partition: its batches, what of it is open, and what was taken back.</summary>
internal sealed class PartitionLog
{
    private readonly List<RecordBatch> _batches = [];
    private readonly Dictionary<long, long> _open = [];
    private readonly List<(long Producer, long First, long Last)> _aborted = [];
    private readonly Dictionary<(long Producer, short Epoch), (int Next, Dictionary<int, long> Offsets)> _sequences = [];

    internal long End { get; private set; }

    /// <summary>Behind it a reader of committed messages is given nothing: a transaction is open from there on.</summary>
    internal long Stable => _open.Count == 0 ? End : _open.Values.Min();

    /// <returns>The offset of the first message; of one that is there already, where it is; null: a message before it is missing.</returns>
    internal long? Append(RecordBatch batch)
    {
        if (batch.Producer >= 0 && batch.Sequence >= 0)
        {
            var key = (batch.Producer, batch.Epoch);
            var (next, offsets) = _sequences.GetValueOrDefault(key, (0, []));
            if (offsets.TryGetValue(batch.Sequence, out var there))
            {
                return there;
            }

            if (batch.Sequence != next)
            {
                return null;
            }

            offsets[batch.Sequence] = End;
            _sequences[key] = (batch.Sequence + batch.Count, offsets);
        }

        if (batch.IsTransactional)
        {
            _open.TryAdd(batch.Producer, End);
        }

        return Put(batch);
    }

    /// <summary>Ends a producer's transaction here.</summary>
    internal void Mark(long producer, short epoch, bool isCommit, long milliseconds)
    {
        if (_open.Remove(producer, out var first) && !isCommit)
        {
            _aborted.Add((producer, first, End));
        }

        Put(RecordBatch.Marker(producer, epoch, isCommit, milliseconds));
    }

    /// <summary>Batches from an offset on.</summary>
    internal byte[] Read(long from, long before, int bytesMax)
    {
        var bytes = new WireWriter();
        var size = 0;
        foreach (var batch in _batches.Where(b => b.Last >= from && b.First < before))
        {
            if (size > 0 && size + batch.Bytes.Length > bytesMax)
            {
                break;
            }

            bytes.Raw(batch.Bytes);
            size += batch.Bytes.Length;
        }

        return bytes.ToArray();
    }

    /// <summary>Transactions that were taken back, of which a reader from an offset on may meet messages.</summary>
    internal List<(long Producer, long First)> Aborted(long from) =>
        [.. _aborted.Where(a => a.Last >= from).Select(a => (a.Producer, a.First))];

    private long Put(RecordBatch batch)
    {
        var offset = End;
        batch.Put(offset);
        End = batch.Last + 1;
        _batches.Add(batch);
        return offset;
    }
}
