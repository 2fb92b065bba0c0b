using Confluent.Kafka.Admin;
using Holdfast.Engine.Kafka.Topics;

namespace Holdfast.Engine.Kafka.Client;

/// <summary>The topics of a cluster: how many partitions each has; those that are missing are made.</summary>
internal sealed class ClusterTopics(KafkaClients clients, KafkaSettings settings, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IAdminClient _admin = clients.Admin();
    private Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>Looks at all topics.</summary>
    /// <exception cref="SourceFaultException">The brokers do not answer, or do not let us.</exception>
    internal Task Look(CancellationToken cancel) => Task.Run(
        () =>
        {
            try
            {
                // Asked for all of them: to ask for one that is missing would make it on brokers that make topics by themselves.
                _known = _admin.GetMetadata(settings.AnswerMax).Topics.Where(t => !t.Error.IsError)
                    .ToDictionary(t => t.Topic, t => t.Partitions.Count, StringComparer.Ordinal);
                clients.Fine();
            }
            catch (KafkaException error)
            {
                throw KafkaFaults.Thrown($"{settings.Servers} cannot be asked", error.Error, clients.Last);
            }
        },
        cancel);

    /// <summary>Count of a topic's partitions, as far as it is known already; null: it is not.</summary>
    internal int? Seen(string topic) => _known.TryGetValue(topic, out var partitions) ? partitions : null;

    /// <summary>Count of a topic's partitions; a missing topic is made where that is allowed.</summary>
    /// <exception cref="SourceFaultException">It is missing, or its name is none.</exception>
    internal async Task<int> Partitions(string topic, string table, CancellationToken cancel)
    {
        if (TopicName.WhyNot(topic) is { } whyNot)
        {
            throw new SourceFaultException(KafkaFaults.IllegalName(topic, table, whyNot));
        }

        return Seen(topic) ?? await Made(topic, settings.Partitions, [], settings.MakesTopics, cancel).ConfigureAwait(false);
    }

    /// <summary>Makes sure of a progress topic.</summary>
    /// <exception cref="SourceFaultException">It cannot be made, or is not fit.</exception>
    internal async Task Progress(string topic, CancellationToken cancel)
    {
        if (TopicName.WhyNot(topic) is { } whyNot)
        {
            throw new SourceFaultException(KafkaFaults.IllegalName(topic, "the progress", whyNot));
        }

        var compacted = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["cleanup.policy"] = "compact", ["segment.bytes"] = "16777216",
        };
        var partitions = Seen(topic) ?? await Made(topic, 1, compacted, true, cancel).ConfigureAwait(false);
        if (partitions != 1)
        {
            throw new SourceFaultException(KafkaFaults.Unfit(topic, $"has {partitions} partitions"));
        }

        if (await Setting(topic, "cleanup.policy", cancel).ConfigureAwait(false) is { } policy
            && policy.Contains("delete", StringComparison.Ordinal))
        {
            throw new SourceFaultException(KafkaFaults.Unfit(
                topic, $"has cleanup.policy={policy}: it would forget a task that rests for longer than retention.ms"));
        }
    }

    /// <summary>A setting of a topic; null: the brokers do not tell it.</summary>
    internal async Task<string?> Setting(string topic, string name, CancellationToken cancel)
    {
        try
        {
            var described = await _admin.DescribeConfigsAsync([new ConfigResource { Name = topic, Type = ResourceType.Topic }],
                new DescribeConfigsOptions { RequestTimeout = settings.AnswerMax }).WaitAsync(cancel).ConfigureAwait(false);
            return described[0].Entries.TryGetValue(name, out var entry) ? entry.Value : null;
        }
        catch (KafkaException)
        {
            // A user without DESCRIBE_CONFIGS, or a broker that lacks the call: a check says so.
            return null;
        }
    }

    public void Dispose() => _admin.Dispose();

    private async Task<int> Made(string topic, int partitions, Dictionary<string, string> configs, bool mayMake, CancellationToken cancel)
    {
        await Look(cancel).ConfigureAwait(false);
        if (Seen(topic) is { } there)
        {
            return there;
        }

        if (!mayMake)
        {
            throw new SourceFaultException(KafkaFaults.NoTopic(topic));
        }

        try
        {
            await _admin.CreateTopicsAsync([new TopicSpecification
            {
                Name = topic, NumPartitions = partitions, ReplicationFactor = settings.Replication, Configs = configs,
            }], new CreateTopicsOptions { RequestTimeout = settings.AnswerMax }).WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (CreateTopicsException error) when (error.Results.TrueForAll(r => r.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another task has made it meanwhile.
        }
        catch (CreateTopicsException error)
        {
            throw NotMade(topic, error.Results[0].Error);
        }
        catch (KafkaException error)
        {
            throw NotMade(topic, error.Error);
        }

        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < settings.AnswerMax;)
        {
            await Look(cancel).ConfigureAwait(false);
            if (Seen(topic) is { } made and > 0)
            {
                return made;
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }

        throw new SourceFaultException(KafkaFaults.NotMade(topic, "it was made, and is not seen", isPassing: true));
    }

    private SourceFaultException NotMade(string topic, Error error) => ErrorClasses.Of(error) switch
    {
        ErrorClass.NotAllowed or ErrorClass.Login => KafkaFaults.Thrown($"making topic {topic}", error, clients.Last),
        var known => new SourceFaultException(KafkaFaults.NotMade(topic, error.Reason,
            known == ErrorClass.Passing && error.Code is not (ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor
                or ErrorCode.InvalidConfig))),
    };
}
