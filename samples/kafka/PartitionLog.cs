namespace Holdfast.Samples.Kafka;

/// <summary>One partition: its batches, what of it is open, and what was taken back.</summary>
/// <param name="bytesMax">Beyond it messages that a newer one of the same key replaces are left out, then the oldest ones.</param>
/// <param name="keep">Takes each batch to a file.</param>
internal sealed class PartitionLog(long bytesMax, Action<RecordBatch> keep)
{
    /// <summary>Count of a producer's batches that are known again, as a broker has it.</summary>
    private const int KnownMax = 5;

    private readonly List<RecordBatch> _batches = [];
    private readonly Dictionary<long, long> _open = [];
    private readonly List<(long Producer, long First, long Last)> _aborted = [];
    private readonly Dictionary<(long Producer, short Epoch), (int Next, Dictionary<int, long> Offsets)> _sequences = [];
    private long _bytes;
    private long _tidiedAt;

    /// <summary>Offset of the oldest message that it may still have.</summary>
    internal long Start { get; private set; }

    internal long End { get; private set; }

    internal long Bytes => _bytes;

    internal IReadOnlyList<RecordBatch> Batches => _batches;

    /// <summary>Producers whose transactions are open here.</summary>
    internal IReadOnlyCollection<long> Open => _open.Keys;

    /// <summary>The offset behind which a reader of committed messages is given nothing: a transaction is open from there on.</summary>
    internal long Stable => _open.Count == 0 ? End : _open.Values.Min();

    /// <returns>The offset of the first message; of one that is there already, where it is; null: a message before it is missing.</returns>
    internal long? Append(RecordBatch batch)
    {
        if (batch.Producer >= 0 && batch.Sequence >= 0)
        {
            var (next, offsets) = _sequences.GetValueOrDefault((batch.Producer, batch.Epoch), (0, []));
            if (offsets.TryGetValue(batch.Sequence, out var there))
            {
                return there;
            }

            if (batch.Sequence != next)
            {
                return null;
            }
        }

        batch.Put(End);
        keep(batch);
        return Take(batch);
    }

    /// <summary>Ends a producer's transaction here.</summary>
    internal void Mark(long producer, short epoch, bool isCommit, long milliseconds)
    {
        var marker = RecordBatch.Marker(producer, epoch, isCommit, milliseconds);
        marker.Put(End);
        keep(marker);
        Take(marker);
    }

    /// <summary>A batch that has its offset, as a file had it or as it has just come.</summary>
    internal long Take(RecordBatch batch)
    {
        if (batch.IsMarker)
        {
            if (_open.Remove(batch.Producer, out var first) && !batch.IsCommit)
            {
                _aborted.Add((batch.Producer, first, batch.First));
            }
        }
        else
        {
            Note(batch);
        }

        Start = _batches.Count == 0 && End == 0 ? batch.First : Start;
        End = batch.Last + 1;
        _batches.Add(batch);
        _bytes += batch.Bytes.Length;
        if (_bytes > bytesMax && _bytes > _tidiedAt * 3 / 2)
        {
            Tidy();
        }

        return batch.First;
    }

    /// <summary>Batches from an offset on.</summary>
    internal byte[] Read(long from, long before, int bytesMost)
    {
        var bytes = new WireWriter();
        var size = 0;
        for (var i = At(from); i < _batches.Count && _batches[i].First < before; i++)
        {
            if (size > 0 && size + _batches[i].Bytes.Length > bytesMost)
            {
                break;
            }

            bytes.Raw(_batches[i].Bytes);
            size += _batches[i].Bytes.Length;
        }

        return bytes.ToArray();
    }

    /// <summary>Transactions that were taken back, of which a reader from an offset on may meet messages.</summary>
    internal List<(long Producer, long First)> Aborted(long from) =>
        [.. _aborted.Where(a => a.Last >= from).Select(a => (a.Producer, a.First))];

    private void Note(RecordBatch batch)
    {
        if (batch.Producer >= 0 && batch.Sequence >= 0)
        {
            var key = (batch.Producer, batch.Epoch);
            var offsets = _sequences.GetValueOrDefault(key, (0, [])).Offsets;
            offsets[batch.Sequence] = batch.First;
            if (offsets.Count > KnownMax)
            {
                offsets.Remove(offsets.MinBy(o => o.Value).Key);
            }

            _sequences[key] = (batch.Sequence + batch.Count, offsets);
        }

        if (batch.IsTransactional)
        {
            _open.TryAdd(batch.Producer, batch.First);
        }
    }

    /// <summary>The first batch that has this offset or a later one.</summary>
    private int At(long offset)
    {
        var (low, high) = (0, _batches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _batches[middle].Last < offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>
    /// Removes messages as compaction and retention of a broker do: a message goes that a newer one of its key replaces, or that says only
    /// that a key is gone. If that is not enough, the oldest go. Open transactions, aborted ones, and the last batch stay.
    /// </summary>
    private void Tidy()
    {
        var (seen, kept) = (new HashSet<string>(StringComparer.Ordinal), new List<RecordBatch>());
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            var batch = _batches[i];
            var isBound = batch.First >= Stable || i == _batches.Count - 1
                || _aborted.Exists(a => a.Producer == batch.Producer && batch.First >= a.First && batch.First <= a.Last);
            if (isBound || !batch.IsMarker && IsNeeded(batch, seen, isNewest: i >= _batches.Count / 2))
            {
                kept.Add(batch);
            }
        }

        kept.Reverse();
        _bytes = kept.Sum(b => (long)b.Bytes.Length);
        var gone = 0;
        while (_bytes > bytesMax && gone < kept.Count - 1 && kept[gone].Last < Stable)
        {
            _bytes -= kept[gone++].Bytes.Length;
        }

        kept.RemoveRange(0, gone);
        Start = gone > 0 ? kept[0].First : Start;
        _batches.Clear();
        _batches.AddRange(kept);
        _aborted.RemoveAll(a => a.Last < Start);
        _tidiedAt = _bytes;
    }

    private static bool IsNeeded(RecordBatch batch, HashSet<string> seen, bool isNewest)
    {
        if (batch.Keys() is not { } keys)
        {
            return true;
        }

        var isNeeded = false;
        foreach (var (key, hasValue) in keys)
        {
            isNeeded |= key is null || seen.Add(key) && (hasValue || isNewest);
        }

        return isNeeded;
    }
}
