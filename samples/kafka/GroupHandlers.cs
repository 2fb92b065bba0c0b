namespace Holdfast.Samples.Kafka;

/// <summary>Groups of consumers: each has one member, whoever came last, and remembers no offsets.</summary>
internal sealed class GroupHandlers
{
    private readonly Dictionary<string, int> _generations = new(StringComparer.Ordinal);

    internal WireWriter Join(WireReader from, WireWriter to)
    {
        var (group, _, _, member, _) = (from.Text()!, from.Int32(), from.Int32(), from.Text()!, from.Text());
        var protocols = from.All(r => (Name: r.Text()!, Metadata: r.Bytes()));
        var generation = _generations[group] = _generations.GetValueOrDefault(group) + 1;
        var name = member.Length > 0 ? member : $"member-{generation}";
        return to.Int32(0).Int16(0).Int32(generation).Text(protocols[0].Name).Text(name).Text(name)
            .All([protocols[0]], p => to.Text(name).Bytes(p.Metadata));
    }

    internal static WireWriter Sync(WireReader from, WireWriter to)
    {
        (_, _, _) = (from.Text(), from.Int32(), from.Text());
        var assigned = from.All(r => (r.Text(), Bytes: r.Bytes()));
        return to.Int16(0).Bytes(assigned.Count > 0 ? assigned[0].Bytes : []);
    }

    internal static WireWriter Commit(WireReader from, WireWriter to)
    {
        (_, _, _, _) = (from.Text(), from.Int32(), from.Text(), from.Int64());
        var topics = from.All(r => (Name: r.Text()!, Partitions: r.All(p => (Number: p.Int32(), p.Int64(), p.Text()))));
        return to.All(topics, t => to.Text(t.Name).All(t.Partitions, p => to.Int32(p.Number).Int16(0)));
    }

    internal static WireWriter Committed(WireReader from, WireWriter to)
    {
        from.Text();
        var topics = from.All(r => (Name: r.Text()!, Partitions: r.All(p => p.Int32())));
        return to.All(topics, t => to.Text(t.Name).All(t.Partitions, p => to.Int32(p).Int64(-1).Text("").Int16(0)));
    }
}
