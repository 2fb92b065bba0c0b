namespace Holdfast.Samples.Kafka;

/// <summary>The calls of an administrator: topics are made, and their settings told.</summary>
internal static class TopicHandlers
{
    private const int Exists = 36;

    internal static WireWriter Make(WireReader from, WireWriter to, int version, Topics topics)
    {
        var made = from.All(r =>
        {
            var topic = (Name: r.Text()!, Partitions: r.Int32(), r.Int16());
            r.All(a => (a.Int32(), a.All(n => n.Int32())));
            r.All(c => (c.Text(), c.Text()));
            return topic;
        });
        if (version >= 2)
        {
            to.Int32(0);
        }

        return to.All(made, topic =>
        {
            to.Text(topic.Name).Int16(topics.Make(topic.Name, topic.Partitions) ? 0 : Exists);
            if (version >= 1)
            {
                to.Text(null);
            }
        });
    }

    internal static WireWriter Settings(WireReader from, WireWriter to, int version, Broker broker)
    {
        var asked = from.All(r =>
        {
            var resource = (Type: r.Int8(), Name: r.Text()!);
            r.Maybe(n => n.Text());
            return resource;
        });
        (string Name, string? Value)[] settings =
            [("cleanup.policy", broker.CleanupPolicy ?? "compact"), ("max.message.bytes", $"{broker.BatchBytesMax}")];
        return to.Int32(0).All(asked, r => to.Int16(0).Text(null).Int8(r.Type).Text(r.Name).All(settings, s =>
        {
            to.Text(s.Name).Text(s.Value).Bool(false);
            _ = version >= 1 ? to.Int8(5).Bool(false).Int32(0) : to.Bool(true).Bool(false);
        }));
    }
}
