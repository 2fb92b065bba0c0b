using Holdfast.Engine.Kafka.Client;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>The count of partitions over which a topic's keys are spread: as many as it had when the task first wrote to it.</summary>
internal sealed class TopicSpread(TaskWriter writer, ClusterTopics topics)
{
    private readonly Dictionary<string, int> _spread = new(StringComparer.Ordinal);

    /// <summary>The topics of this transaction whose number the progress does not have yet.</summary>
    internal IEnumerable<KeyValuePair<string, int>> New => _spread.Where(s => writer.State.Partitions(s.Key) is null);

    /// <summary>Another transaction begins.</summary>
    internal void Clear() => _spread.Clear();

    /// <exception cref="SourceFaultException">The topic has fewer partitions than it had.</exception>
    internal async ValueTask<int> Of(Draft draft, CancellationToken cancel)
    {
        if (_spread.TryGetValue(draft.Topic, out var spread))
        {
            return spread;
        }

        var (known, there) = (writer.State.Partitions(draft.Topic),
            await topics.Partitions(draft.Topic, draft.Table, cancel).ConfigureAwait(false));
        return known > there
            ? throw new SourceFaultException(KafkaFaults.Shrunk(draft.Topic, there, known.Value))
            : _spread[draft.Topic] = known ?? there;
    }
}
