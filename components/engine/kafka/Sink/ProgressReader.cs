using Holdfast.Engine.Kafka.Client;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>Reads a task's progress topic as any reader of committed messages does, from where it stopped before.</summary>
internal sealed class ProgressReader(KafkaClients clients, string topic, string task, TimeSpan limit, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IConsumer<byte[]?, byte[]?> _consumer = clients.Consumer();
    private long _next;

    /// <summary>The state as it was read last.</summary>
    internal TaskState State { get; } = new(task);

    /// <summary>Reads all that is committed now.</summary>
    /// <exception cref="SourceFaultException">The brokers do not give it.</exception>
    internal Task<TaskState> Read(CancellationToken cancel) => Task.Run(() => Now(cancel), cancel);

    /// <summary>Reads until something is there: a commit is answered before every reader sees it.</summary>
    /// <returns>False: it did not come within the limit.</returns>
    internal async Task<bool> Shows(Func<TaskState, bool> holds, CancellationToken cancel)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            if (holds(await Read(cancel).ConfigureAwait(false)))
            {
                return true;
            }

            if (time.GetElapsedTime(started) > limit)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private TaskState Now(CancellationToken cancel)
    {
        try
        {
            _consumer.Assign(new TopicPartitionOffset(topic, 0, _next == 0 ? Offset.Beginning : new Offset(_next)));
            for (var started = time.GetTimestamp(); ;)
            {
                cancel.ThrowIfCancellationRequested();
                var read = _consumer.Consume(Poll);
                if (read is { IsPartitionEOF: true })
                {
                    // Behind the last message there may be the brokers' own records, which nobody is given.
                    _next = Math.Max(_next, read.Offset.Value);
                    return State;
                }

                if (read is not null)
                {
                    Take(read);
                }
                else if (time.GetElapsedTime(started) > limit)
                {
                    throw new SourceFaultException(KafkaFaults.Late($"reading {topic}", limit, clients.Last));
                }
            }
        }
        catch (KafkaException error) when (error.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            throw new SourceFaultException(KafkaFaults.Forgotten(topic, $"record {_next - 1}"));
        }
        catch (KafkaException error)
        {
            throw KafkaFaults.Thrown($"reading {topic}", error.Error, clients.Last);
        }
        finally
        {
            _consumer.Unassign();
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> read)
    {
        // A record that is not ours may be a damaged one of ours: progress that is not understood is not passed over.
        var key = StateKey.Read(read.Message.Key)
            ?? throw new SourceFaultException(
                KafkaFaults.Unfit(topic, $"has a record at {read.Offset.Value} whose key is none of Holdfast's"));
        _next = read.Offset.Value + 1;
        State.Take(key, read.Message.Value is { } value ? StateValue.Read(value, read.Offset.Value) : null);
    }
}
