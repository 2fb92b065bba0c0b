using Holdfast.Rules.StoreManager;

namespace Holdfast.StoreManager.State;

/// <summary>
/// Where a subtopic's consumers were when they were seen last, and until when one of its Stores ran (unix seconds): what is
/// known when nobody can be asked. Written now and then by the replica that looks after the subtopic. Key: subtopic.
/// </summary>
internal sealed record PositionsDocument(string Subtopic, IReadOnlyDictionary<string, long> Consumers, long? RanUntil)
{
    /// <summary>The same exactly, <c>position@systemId</c>, of those who say it.</summary>
    public IReadOnlyDictionary<string, string>? Exact { get; init; }

    internal ObservedConsumer? Find(string task) => Consumers.TryGetValue(task, out var seconds)
        ? new ObservedConsumer(task, seconds, IsVisible: false) { Exact = ExactPlace.Parse(Exact?.GetValueOrDefault(task)) }
        : null;
}
