namespace Holdfast.Engine.Kafka.Client;

/// <summary>A message on its way, with the row that it is of.</summary>
/// <param name="Topic">The topic that it goes to.</param>
/// <param name="Partition">Of the topic.</param>
/// <param name="Message">Key, value and headers.</param>
/// <param name="Statement">Index of the row's statement in its group.</param>
/// <param name="Row">Index of the row in it; null: it is of no row.</param>
internal sealed record OutMessage(string Topic, int Partition, Message<byte[]?, byte[]?> Message, int Statement, int? Row);

/// <summary>A message that was not taken.</summary>
internal sealed record Undelivered(OutMessage Message, Error Error);

/// <summary>
/// One transaction after the other. Whoever makes another one with the same transactional id fences this one off, for good. Each call
/// blocks a thread until the brokers have answered, so it has a thread of its own for that long.
/// </summary>
internal sealed class TransactionalProducer(KafkaClients clients, string id, TimeSpan limit, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Full = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<byte[]?, byte[]?> _producer = clients.Producer(id);
    private Reports _reports = new();

    /// <summary>The first message of the transaction that was not taken; null: all that was answered so far is.</summary>
    internal Undelivered? Undelivered => Volatile.Read(ref _reports.First);

    /// <summary>Takes the place of whoever wrote under the id before: what that one had open is taken back.</summary>
    /// <exception cref="KafkaException">The brokers do not give it.</exception>
    internal Task Init(CancellationToken cancel) => Blocking(() => Again(_producer.InitTransactions), cancel);

    /// <exception cref="KafkaException">There is one, or the producer can have none any more.</exception>
    internal void Begin()
    {
        // Answers to what the transaction before had under way may still come, and are not this one's.
        _reports = new Reports();
        _producer.BeginTransaction();
    }

    /// <summary>Hands a message over; that it was taken is known after <see cref="Flush"/>.</summary>
    internal async Task Produce(OutMessage message, CancellationToken cancel)
    {
        for (var reports = _reports; ;)
        {
            try
            {
                _producer.Produce(new TopicPartition(message.Topic, message.Partition), message.Message, report =>
                {
                    if (report.Error.IsError)
                    {
                        Interlocked.CompareExchange(ref reports.First, new Undelivered(message, report.Error), null);
                    }
                });
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(Full, time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until each message is answered.</summary>
    /// <returns>False: some were not within the limit.</returns>
    internal Task<bool> Flush(CancellationToken cancel) => Task.Run(() => _producer.Flush(limit) == 0, cancel);

    /// <exception cref="KafkaException">
    /// It may have been committed or not, whatever the error says: who reads the progress knows.
    /// </exception>
    internal Task Commit(CancellationToken cancel) => Blocking(() => Again(_producer.CommitTransaction), cancel);

    /// <exception cref="KafkaException">It is open still, or the producer can do nothing any more.</exception>
    internal Task Abort(CancellationToken cancel) => Blocking(() => Again(_producer.AbortTransaction), cancel);

    public void Dispose() => _producer.Dispose();

    private static Task Blocking(Action work, CancellationToken cancel) => Task.Run(work, cancel);

    /// <summary>A call that the client itself calls retriable is made again: it goes on where it was.</summary>
    private void Again(Action<TimeSpan> call)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                call(limit);
                return;
            }
            catch (KafkaRetriableException) when (time.GetElapsedTime(started) < limit)
            {
                // The call goes on where it was.
            }
        }
    }

    /// <summary>The delivery reports of one transaction's messages.</summary>
    private sealed class Reports
    {
        internal Undelivered? First;
    }
}
