namespace Holdfast.Samples.Kafka;

/// <summary>
/// Keeps what a broker has, so that the next one on the same file has it too: topics, batches and producers' places, one behind the
/// other. It is written through to the system with each call, and not to the disk: what a power cut costs is no matter here. The file is
/// made anew when it has become much larger than what it says.
/// </summary>
internal sealed class BrokerFile : IDisposable
{
    private const int EntryBytesMax = 256 << 20;
    private const int BatchHead = 61;
    private const long SlackBytes = 32 << 20;
    private const byte OfTopic = 1;
    private const byte OfBatch = 2;
    private const byte OfProducer = 3;

    private readonly string _path;
    private readonly Topics _topics;
    private readonly Transactions _transactions;
    private FileStream? _file;

    internal BrokerFile(string path, Func<BrokerFile, (Topics Topics, Transactions Transactions)> made)
    {
        _path = path;
        (_topics, _transactions) = made(this);
        if (File.Exists(path))
        {
            Read();
        }

        _transactions.Reopen();
        Rewrite();
    }

    public void Dispose() => _file?.Dispose();

    internal void Topic(string name, int partitions) => Write(to => to.Int8(OfTopic).Text(name).Int32(partitions));

    internal void Producer(string id, long producer, short epoch, int timeout) =>
        Write(to => to.Int8(OfProducer).Text(id).Int64(producer).Int16(epoch).Int32(timeout));

    internal void Batch(string topic, int partition, RecordBatch batch)
    {
        Write(to => Batch(to, topic, partition, batch));
        if (_file is { Length: var length } && length > 3 * Live() + SlackBytes)
        {
            Rewrite();
        }
    }

    private static void Batch(WireWriter to, string topic, int partition, RecordBatch batch) =>
        to.Int8(OfBatch).Text(topic).Int32(partition).Bytes(batch.Bytes);

    private long Live() => _topics.Names.Sum(t => _topics.Of(t)!.Sum(p => p.Bytes));

    /// <summary>Null while the file is read: what it says is not written to it again.</summary>
    private void Write(Action<WireWriter> entry)
    {
        if (_file is not { } file)
        {
            return;
        }

        Write(file, entry);
        file.Flush();
    }

    private static void Write(Stream file, Action<WireWriter> entry)
    {
        var to = new WireWriter();
        entry(to);
        file.Write(new WireWriter().Bytes(to.ToArray()).ToArray());
    }

    private void Read()
    {
        using var file = new BinaryReader(new BufferedStream(File.OpenRead(_path), 1 << 20));
        var head = new byte[4];
        while (file.Read(head) == head.Length)
        {
            var length = new WireReader(head).Int32();
            // The last entry of a broker that was killed may be cut off: nobody was answered.
            if (length is < 0 or > EntryBytesMax || file.ReadBytes(length) is not { } entry || entry.Length < length
                || !Take(new WireReader(entry)))
            {
                return;
            }
        }
    }

    /// <returns>False: it is none.</returns>
    private bool Take(WireReader from)
    {
        switch ((byte)from.Int8())
        {
            case OfTopic:
                return _topics.Make(from.Text()!, from.Int32());
            case OfProducer:
                _transactions.Restore(from.Text()!, from.Int64(), from.Int16(), from.Int32());
                return true;
            case OfBatch when _topics.Of(from.Text()!, from.Int32()) is { } log && from.Bytes() is { Length: > BatchHead } bytes
                && RecordBatch.All(bytes) is [{ IsWhole: true } batch]:
                log.Take(batch);
                return true;
            default:
                return false;
        }
    }

    private void Rewrite()
    {
        var aside = _path + ".new";
        using (var file = new BufferedStream(File.Create(aside), 1 << 20))
        {
            foreach (var name in _topics.Names)
            {
                var logs = _topics.Of(name)!;
                Write(file, to => to.Int8(OfTopic).Text(name).Int32(logs.Length));
                for (var p = 0; p < logs.Length; p++)
                {
                    var partition = p;
                    foreach (var batch in logs[p].Batches)
                    {
                        Write(file, to => Batch(to, name, partition, batch));
                    }
                }
            }

            foreach (var (id, producer, epoch, timeout) in _transactions.Places)
            {
                Write(file, to => to.Int8(OfProducer).Text(id).Int64(producer).Int16(epoch).Int32(timeout));
            }
        }

        _file?.Dispose();
        File.Move(aside, _path, overwrite: true);
        _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);
    }
}
