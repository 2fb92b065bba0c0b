using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Kafka.Envelope;
using Holdfast.Engine.Kafka.Topics;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>The tables of a task as their rows become events, each with its topic.</summary>
internal sealed class TableCodes(KafkaSettings settings, TopicRouter router)
{
    private readonly Dictionary<string, TableCode> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tableOfTopic = new(StringComparer.Ordinal);

    /// <summary>The code of a statement's table; the same one until the table is another.</summary>
    /// <exception cref="SourceFaultException">It has no legal topic, or one that it cannot share.</exception>
    internal TableCode Of(SinkStatement statement, SourceName? source)
    {
        var table = statement.Table;
        if (_tables.TryGetValue(table.FullName, out var known) && ReferenceEquals(known.Table, table))
        {
            return known;
        }

        var routed = router.Of(table.Schema, table.Name);
        if (TopicName.WhyNot(routed.Topic) is { } whyNot)
        {
            throw new SourceFaultException(KafkaFaults.IllegalName(routed.Topic, table.FullName, whyNot));
        }

        if (!routed.TableInKey && _tableOfTopic.TryGetValue(routed.Topic, out var other) && other != table.FullName)
        {
            throw new SourceFaultException(KafkaFaults.Shared(routed.Topic, table.FullName, other));
        }

        _tableOfTopic[routed.Topic] = table.FullName;
        return _tables[table.FullName] = new TableCode(table, statement.Key, statement.IsKeyed, source?.Kind ?? "", routed, settings);
    }
}
