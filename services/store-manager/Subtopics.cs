using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.StoreManager;

/// <summary>One Store of a subtopic: where it stands and from which position (unix seconds) it collects.</summary>
internal sealed record Store(string Name, string Host, long Seq, long StartTimestamp, DesiredState Desired, DateTimeOffset PlacedAt);

/// <summary>
/// What Stores are counted by. All its Stores are in the one document, so that a new one is a compare-and-set and two
/// requests can never make two. Key: subtopic.
/// </summary>
internal sealed record SubtopicDocument
{
    public required string Subtopic { get; init; }

    /// <summary>The source's region.</summary>
    public required string Region { get; init; }

    /// <summary>Argument vector that collects this source's log.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Tasks that need it; none: its Stores go.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Earliest position that was asked for, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    public IReadOnlyList<Store> Stores { get; init; } = [];

    /// <summary>Number of the newest Store.</summary>
    public long Seq { get; init; }

    internal static Collection<SubtopicDocument> Collection { get; } =
        new Collection<SubtopicDocument>("store-manager.subtopics", 1, s => s.Subtopic);
}

/// <summary>All subtopics, mirrored in memory.</summary>
internal sealed class Subtopics(IDocuments<SubtopicDocument> documents)
{
    internal Mirror<SubtopicDocument> Mirror { get; } = new(documents, s => s.Subtopic);

    internal bool Loaded { get; private set; }

    internal async Task Load(CancellationToken cancel)
    {
        await Mirror.Load(cancel);
        Loaded = true;
    }

    internal async Task Take(StoreRequested request, CancellationToken cancel)
    {
        var isNew = StoreRules.First(request) is { } first && await Mirror.Insert(first, cancel);
        if (!isNew)
        {
            await Mirror.Change(request.Subtopic, before => StoreRules.After(before, request), cancel);
        }
    }
}
