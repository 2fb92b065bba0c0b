using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>
/// A task's place at the cluster: its transactional id, and its progress topic. Whoever takes the id reads the progress before and
/// after, so one of the past neither writes nor fences a newer one off for longer than that takes.
/// </summary>
internal sealed class TaskWriter : IDisposable
{
    private readonly string _task;
    private readonly string _id;
    private readonly KafkaClients _clients;
    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ProgressReader _reader;
    private TransactionalProducer? _producer;
    private long _confirmed;
    private long _looked;

    internal TaskWriter(string task, KafkaClients clients, KafkaSettings settings, TimeProvider time)
    {
        (_task, _clients, _settings, _time) = (task, clients, settings, time);
        Topic = new TopicRouter(settings).ProgressTopic(task);
        // A writer with another progress is another one, though its task has the same name: one must not fence the other off.
        _id = $"{settings.ProgressTopic ?? "holdfast"}.{task}.0";
        _reader = new ProgressReader(clients, Topic, task, settings.AnswerMax, time);
        State = _reader.State.Copy();
        _looked = time.GetTimestamp();
    }

    /// <summary>The progress topic.</summary>
    internal string Topic { get; }

    /// <summary>
    /// As it was when the place was taken, and as our own commits have changed it since: what they are believed to have left. What readers
    /// are really given is read apart, and compared.
    /// </summary>
    internal TaskState State { get; private set; }

    /// <summary>The producer; null: the place was lost, or never taken.</summary>
    internal TransactionalProducer? Producer => _producer;

    internal Task<TaskState> Read(CancellationToken cancel) => _reader.Read(cancel);

    /// <summary>Makes an epoch the newest, and has the brokers prove that they keep what is committed and nothing else.</summary>
    /// <returns>The newer epoch that was there already; null: none.</returns>
    internal async Task<long?> Fence(long epoch, CancellationToken cancel)
    {
        if (await Take(epoch, cancel).ConfigureAwait(false) is { } newer)
        {
            return newer;
        }

        var nonce = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        try
        {
            await Probe(nonce, cancel).ConfigureAwait(false);
            _producer!.Begin();
            await Put(State.Key("fence"), new StateValue { Epoch = epoch, Nonce = nonce }, cancel).ConfigureAwait(false);
            await Sent(cancel).ConfigureAwait(false);
            await _producer.Commit(cancel).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            Drop();
            throw KafkaFaults.Thrown($"raising the epoch in {Topic}", error.Error, _clients.Last);
        }

        if (!await _reader.Shows(s => s.FenceNonce == nonce || EpochFence.IsPast(s.Epoch, epoch), cancel).ConfigureAwait(false))
        {
            Drop();
            throw new SourceFaultException(KafkaFaults.Forgotten(Topic, $"epoch {epoch}"));
        }

        State = _reader.State.Copy();
        if (State.ProbeNonce == nonce)
        {
            Drop();
            throw new SourceFaultException(KafkaFaults.Shown(Topic));
        }

        return EpochFence.IsPast(State.Epoch, epoch) ? State.Epoch : null;
    }

    /// <summary>Takes the transactional id; what its last holder had open is taken back, and what it has committed is then seen.</summary>
    /// <returns>The newer epoch that has it; null: it is taken.</returns>
    internal async Task<long?> Take(long epoch, CancellationToken cancel)
    {
        Drop();
        if ((await Read(cancel).ConfigureAwait(false)).Epoch is { } before && EpochFence.IsPast(before, epoch))
        {
            return before;
        }

        var producer = new TransactionalProducer(_clients, _id, _settings.AnswerMax, _time);
        try
        {
            await producer.Init(cancel).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            producer.Dispose();
            throw KafkaFaults.Thrown($"taking the transactional id of {_task}", error.Error, _clients.Last);
        }
        catch
        {
            producer.Dispose();
            throw;
        }

        _producer = producer;
        State = (await Read(cancel).ConfigureAwait(false)).Copy();
        if (State.Lane(0).Count is var count && count < _confirmed)
        {
            Drop();
            throw new SourceFaultException(KafkaFaults.Forgotten(Topic, $"transaction {_confirmed} of the task, only {count}"));
        }

        if (EpochFence.IsPast(State.Epoch, epoch))
        {
            Drop();
            return State.Epoch;
        }

        return null;
    }

    /// <summary>Notes a source.</summary>
    internal async Task Adopt(SourceName source, CancellationToken cancel)
    {
        try
        {
            _producer!.Begin();
            await Put(State.Key("source"), new StateValue { Kind = source.Kind, SystemId = source.SystemId }, cancel).ConfigureAwait(false);
            await Sent(cancel).ConfigureAwait(false);
            await _producer.Commit(cancel).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            Drop();
            throw KafkaFaults.Thrown($"noting the source in {Topic}", error.Error, _clients.Last);
        }

        if (!await _reader.Shows(s => s.Source == source, cancel).ConfigureAwait(false))
        {
            Drop();
            throw new SourceFaultException(KafkaFaults.Forgotten(Topic, $"source {source.SystemId}"));
        }

        State = _reader.State.Copy();
    }

    /// <summary>Adds a record of the progress to the open transaction.</summary>
    internal Task Put(StateKey key, StateValue value, CancellationToken cancel) => _producer!.Produce(new OutMessage(Topic, 0,
        new Message<byte[]?, byte[]?> { Key = key.Bytes(), Value = value.Bytes() }, 0, null), cancel);

    /// <summary>Waits until all of the open transaction is at the brokers.</summary>
    /// <exception cref="KafkaException">Some of it is not.</exception>
    internal async Task Sent(CancellationToken cancel)
    {
        var isSent = await _producer!.Flush(cancel).ConfigureAwait(false);
        if (_producer.Undelivered is { } undelivered)
        {
            throw new KafkaException(undelivered.Error);
        }

        if (!isSent)
        {
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut,
                $"messages were not taken within {_settings.AnswerMax.TotalSeconds:0} s"));
        }
    }

    /// <summary>A transaction was committed, they say.</summary>
    /// <returns>Null: it is so, or is looked for later; else why it is not.</returns>
    internal async Task<SourceFault?> Committed(CountedRow row, CancellationToken cancel)
    {
        if (row.Count > 1 && _time.GetElapsedTime(_looked) < _settings.ConfirmInterval)
        {
            return null;
        }

        _looked = _time.GetTimestamp();
        if (!await _reader.Shows(s => s.Lane(0).Count >= row.Count, cancel).ConfigureAwait(false))
        {
            return KafkaFaults.Forgotten(Topic, $"transaction {row.Count} of the task");
        }

        _confirmed = row.Count;
        return null;
    }

    /// <summary>The producer can do nothing any more.</summary>
    internal void Drop()
    {
        var producer = _producer;
        _producer = null;
        producer?.Dispose();
    }

    public void Dispose()
    {
        Drop();
        _reader.Dispose();
    }

    /// <summary>A record whose transaction is taken back, before the one that is committed: no reader may be given it.</summary>
    private async Task Probe(string nonce, CancellationToken cancel)
    {
        _producer!.Begin();
        await Put(State.Key("probe"), new StateValue { Nonce = nonce }, cancel).ConfigureAwait(false);
        await Sent(cancel).ConfigureAwait(false);
        await _producer.Abort(cancel).ConfigureAwait(false);
    }
}
