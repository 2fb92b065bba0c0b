namespace Holdfast.StoreManager.State;

/// <summary>
/// Last known positions of a subtopic's consumers, and the time until which one of its Stores ran (unix seconds). They are used when
/// nobody can be asked. Written now and then by the replica that looks after the subtopic. Key: subtopic.
/// </summary>
internal sealed record PositionsDocument(string Subtopic, IReadOnlyDictionary<string, long> Consumers, long? RanUntil)
{
    /// <summary>Exact positions, <c>position@systemId</c>, of those consumers that report them.</summary>
    public IReadOnlyDictionary<string, string>? Exact { get; init; }

    internal ObservedConsumer? Find(string task) => Consumers.TryGetValue(task, out var seconds)
        ? new ObservedConsumer(task, seconds, IsVisible: false) { Exact = ExactPlace.Parse(Exact?.GetValueOrDefault(task)) }
        : null;
}
