using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Kafka.Catalog;

/// <summary>A cluster that has topics and no tables: a task's tables are what their rows say.</summary>
public sealed class KafkaCatalog(KafkaSettings settings, TimeProvider time) : ICatalog
{
    private readonly KafkaClients _clients = new(settings);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<TableSchema>>([]);

    /// <inheritdoc/>
    public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) => Task.FromResult<TableSchema?>(null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<SourceFault>>([]);

    /// <inheritdoc/>
    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) =>
        Task.FromResult(DdlText.Not("it keeps changes, and has no tables"));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<SourceFault>>([KafkaFaults.NoSource()]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel)
    {
        using var topics = new ClusterTopics(_clients, settings, time);
        await topics.Look(cancel).ConfigureAwait(false);
        var faults = new List<SourceFault>();
        if (await NoTransactions(cancel).ConfigureAwait(false) is { } fault)
        {
            faults.Add(fault);
        }

        var router = new TopicRouter(settings);
        var wanted = filter.Tables.Where(t => t.IndexOfAny(['*', '?', '[']) < 0).Select(t => t.Split('.', 2))
            .Select(t => (Table: $"{t[0]}.{t[1]}", router.Of(t[0], t[1]).Topic)).ToList();
        wanted.AddRange(settings.HasSchemaChanges ? [("schema changes", router.SchemaTopic)] : []);
        wanted.AddRange(settings.HasTransactions ? [("transactions", router.TransactionTopic)] : []);
        foreach (var (table, topic) in wanted)
        {
            faults.AddRange(await Topic(topics, topic, table, cancel).ConfigureAwait(false));
        }

        return faults;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<List<SourceFault>> Topic(ClusterTopics topics, string topic, string table, CancellationToken cancel)
    {
        if (TopicName.WhyNot(topic) is { } whyNot)
        {
            return [KafkaFaults.IllegalName(topic, table, whyNot)];
        }

        if (topics.Seen(topic) is null)
        {
            return settings.MakesTopics ? [] : [KafkaFaults.NoTopic(topic)];
        }

        var most = await topics.Setting(topic, "max.message.bytes", cancel).ConfigureAwait(false);
        return most is null ? [KafkaFaults.Unseen(topic)]
            : long.TryParse(most, out var bytes) && bytes < settings.MessageBytesMax
                ? [KafkaFaults.Smaller(topic, bytes, settings.MessageBytesMax)]
                : [];
    }

    /// <summary>Asks for a place under an id of its own, and releases it: nothing is written.</summary>
    private async Task<SourceFault?> NoTransactions(CancellationToken cancel)
    {
        using var producer = new TransactionalProducer(_clients, "holdfast.check", settings.AnswerMax, time);
        try
        {
            await producer.Init(cancel).ConfigureAwait(false);
            return null;
        }
        catch (KafkaException error)
        {
            return KafkaFaults.Of("asking for a transactional id", error.Error, _clients.Last);
        }
    }
}
