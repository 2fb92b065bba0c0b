using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>The task, the epoch and the mark of a lane.</summary>
internal sealed record LaneName(string Task, long Epoch, string Mark);

/// <summary>The lane of a task: transactions of Kafka, one after the other.</summary>
internal sealed class KafkaLane(
    TaskWriter writer, LaneName name, ClusterTopics topics, KafkaSettings settings, TimeProvider time, Action<string>? passing) : ISinkLane
{
    private readonly MessageBuilder _messages = new(settings, new TopicRouter(settings));
    private readonly Dictionary<string, string> _shapes = new(StringComparer.Ordinal);
    private readonly TopicSpread _spread = new(writer, topics);
    private (long Count, IReadOnlyList<Position> Done)? _unknown;
    private bool _isOpen;
    private long _begun;
    private long _rowsOfParts;
    private TimeSpan _executeOfParts;

    /// <inheritdoc/>
    public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
    {
        try
        {
            return await Begin(group, cancel).ConfigureAwait(false) ?? await Write(group, cancel).ConfigureAwait(false)
                ?? (group.IsPart ? Part() : await Commit(group, cancel).ConfigureAwait(false));
        }
        catch (RowRefusedException error)
        {
            return await Ended(error.Refused, cancel).ConfigureAwait(false);
        }
        catch (SourceFaultException error)
        {
            return await Ended(KafkaFaults.Answer(error.Fault), cancel).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            return await Failed(error.Error, cancel).ConfigureAwait(false);
        }
        catch
        {
            await Ended(null, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Ended(null, CancellationToken.None).ConfigureAwait(false);

    /// <returns>Null when a transaction is open under the newest epoch.</returns>
    private async Task<ApplyResult?> Begin(SinkGroup group, CancellationToken cancel)
    {
        if (_isOpen)
        {
            return null;
        }

        Pass("begin");
        if (EpochFence.IsPast(writer.State.Epoch, name.Epoch))
        {
            return new Fenced(writer.State.Epoch!.Value);
        }

        if (EpochFence.IsLost(writer.State.Epoch, name.Epoch))
        {
            return KafkaFaults.NoFence(name.Task);
        }

        // After an error the place is taken anew, and who has it now is known then.
        if (writer.Producer is null && await writer.Take(name.Epoch, cancel).ConfigureAwait(false) is { } newer)
        {
            return new Fenced(newer);
        }

        if (_unknown is var (count, done))
        {
            _unknown = null;
            if (writer.State.Lane(0).Count >= count && done.SequenceEqual(group.Done))
            {
                return new Applied(_rowsOfParts, _executeOfParts, TimeSpan.Zero);
            }
        }

        (_rowsOfParts, _executeOfParts, _begun) = (0, TimeSpan.Zero, time.GetTimestamp());
        _shapes.Clear();
        _spread.Clear();
        writer.Producer!.Begin();
        _isOpen = true;
        Pass("marked");
        return null;
    }

    private async Task<ApplyResult?> Write(SinkGroup group, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
        foreach (var draft in _messages.Build(group, writer.State.Source, writer.State.Shape, _shapes, now))
        {
            var partitions = await _spread.Of(draft, cancel).ConfigureAwait(false);
            var partition = Topics.Partitioner.Of(draft.By, partitions);
            await writer.Producer!.Produce(new OutMessage(draft.Topic, partition, draft.Message, draft.Statement, draft.Row), cancel)
                .ConfigureAwait(false);
        }

        if (group.Statements.Count > 0)
        {
            Pass("written");
        }

        // A part may be one of very many: what is not sent yet is held in memory.
        if (group.IsPart)
        {
            await writer.Sent(cancel).ConfigureAwait(false);
        }

        _rowsOfParts += group.Statements.Sum(s => (long)s.Rows.Count);
        _executeOfParts += time.GetElapsedTime(started);
        return null;
    }

    private Applied Part() => new(_rowsOfParts, _executeOfParts, TimeSpan.Zero);

    private async Task<ApplyResult> Commit(SinkGroup group, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var state = writer.State;
        var lane = state.Lane(0);
        var next = new CountedRow(lane.Count + 1, lane.Row.After(group, name.Epoch));
        var records = new List<(StateKey Key, StateValue Value)> { (state.LaneKey(0), TaskState.Lane(next, name.Mark)) };
        records.AddRange(_spread.New.Select(s => (state.Key("topic", s.Key), new StateValue { Partitions = s.Value })));
        records.AddRange(_shapes.Where(s => state.Shape(s.Key) != s.Value)
            .Select(s => (state.Key("table", s.Key), new StateValue { Shape = s.Value })));
        records.AddRange(group.Skipped.Select(s => (state.Key("skipped", s.Ticket), TaskState.Skip(s))));
        foreach (var (key, value) in records)
        {
            await writer.Put(key, value, cancel).ConfigureAwait(false);
        }

        await writer.Sent(cancel).ConfigureAwait(false);
        Pass("commit");
        var isAnswered = false;
        try
        {
            await writer.Producer!.Commit(cancel).ConfigureAwait(false);
            isAnswered = true;
            Pass("committed");
        }
        catch (Exception error) when (error is KafkaException or IOException)
        {
            if (await Resolved(next, group.Done, error, cancel).ConfigureAwait(false) is { } otherwise)
            {
                return otherwise;
            }
        }

        _isOpen = false;
        records.ForEach(r => state.Take(r.Key, r.Value));
        if (isAnswered && await writer.Committed(next, cancel).ConfigureAwait(false) is { } forgotten)
        {
            writer.Drop();
            return KafkaFaults.RefusedBy(forgotten);
        }

        return new Applied(_rowsOfParts, _executeOfParts, time.GetElapsedTime(started));
    }

    /// <summary>
    /// Nobody knows what became of a commit. Whoever takes the transactional id anew makes the brokers end it, one way or the other;
    /// then the progress says which.
    /// </summary>
    /// <returns>Null: it was committed.</returns>
    private async Task<ApplyResult?> Resolved(
        CountedRow next, IReadOnlyList<Position> done, Exception error, CancellationToken cancel)
    {
        _isOpen = false;
        // Should the brokers not answer now, the next try begins with this question.
        _unknown = (next.Count, done);
        if (await writer.Take(name.Epoch, cancel).ConfigureAwait(false) is { } newer)
        {
            return new Fenced(newer);
        }

        _unknown = null;
        return writer.State.Lane(0).Count >= next.Count ? null : Expired() ?? (ApplyResult)new TryAgain(error.Message);
    }

    /// <summary>The transaction is not committed, for its commit was never asked for.</summary>
    private async Task<ApplyResult> Failed(Error error, CancellationToken cancel)
    {
        var undelivered = writer.Producer?.Undelivered;
        var expired = Expired();
        await Ended(null, cancel).ConfigureAwait(false);
        // The number of a message that was not taken is missing to the next one of its partition; a new place begins to count anew.
        writer.Drop();
        var cause = undelivered?.Error ?? error;
        if (undelivered is not null && KafkaFaults.OfRow(undelivered) is { } refused)
        {
            return refused;
        }

        if (ErrorClasses.Of(cause) is not (ErrorClass.Fenced or ErrorClass.Passing))
        {
            return KafkaFaults.Answer(KafkaFaults.Of("writing", cause, null));
        }

        // Fenced off, or the brokers took the transaction back: whether somebody newer is there is in the progress.
        try
        {
            var epoch = (await writer.Read(cancel).ConfigureAwait(false)).Epoch;
            return EpochFence.IsPast(epoch, name.Epoch) ? new Fenced(epoch!.Value) : expired ?? (ApplyResult)new TryAgain(cause.Reason);
        }
        catch (SourceFaultException fault)
        {
            return KafkaFaults.Answer(fault.Fault);
        }
    }

    private Refused? Expired() => time.GetElapsedTime(_begun) is var took && took >= settings.TransactionMax
        ? KafkaFaults.TookTooLong(took, settings.TransactionMax)
        : null;

    /// <summary>Takes back what is open.</summary>
    private async Task<ApplyResult> Ended(ApplyResult? result, CancellationToken cancel)
    {
        if (_isOpen)
        {
            _isOpen = false;
            try
            {
                await writer.Producer!.Abort(cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (error is KafkaException or OperationCanceledException)
            {
                // The next owner of the transactional id takes it back.
                writer.Drop();
            }
        }

        return result!;
    }

    private void Pass(string step) => passing?.Invoke(step);
}
