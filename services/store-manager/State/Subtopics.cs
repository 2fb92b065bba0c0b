using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.State;

/// <summary>All subtopics, cached in memory; every change is a compare-and-set in the store first.</summary>
internal sealed partial class Subtopics(IDocuments<SubtopicDocument> documents, ILogger<Subtopics> logger)
{
    internal InformerCache<SubtopicDocument> Cache { get; } = new(documents, s => s.Subtopic);

    internal bool Loaded { get; private set; }

    internal async Task Load(CancellationToken cancel)
    {
        await Cache.Load(cancel);
        Loaded = true;
    }

    /// <param name="request">The task's wish.</param>
    /// <param name="config">Text of its Stores' configuration; null: there is none.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task Take(StoreRequested request, string? config, CancellationToken cancel)
    {
        var isNew = Asking.First(request, config) is { } first && await Cache.Insert(first, cancel);
        if (isNew)
        {
            return;
        }

        var after = await Cache.Change(request.Subtopic, before => Asking.After(before, request, config), cancel);
        if (request.Desired != DesiredState.Absent && after?.Document.Tasks.Contains(request.Task, StringComparer.Ordinal) == false)
        {
            LogNotShared(request.Task, request.Subtopic, after.Value.Document.Region, after.Value.Document.Tasks[0]);
        }
    }

    /// <summary>The host of these Stores was deleted: they go, and nobody waits for it to say so.</summary>
    internal async Task Lose(IReadOnlyList<string> stores, CancellationToken cancel)
    {
        var gone = stores.ToHashSet(StringComparer.Ordinal);
        foreach (var subtopic in gone.Select(StoreName.SubtopicOf).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await Cache.Change(subtopic, s => StoreChange.Without(s, gone), cancel);
        }
    }

    /// <summary>
    /// A change of what was decided upon, and of nothing else: null when somebody was quicker, and the next pass decides anew.
    /// </summary>
    internal Task<Versioned<SubtopicDocument>?> Change(
        SubtopicDocument decided, Func<SubtopicDocument, SubtopicDocument> change, CancellationToken cancel) =>
        Cache.Change(decided.Subtopic, now => ReferenceEquals(now, decided) ? change(now) : null, cancel);

    /// <summary>The Store of this name; its subtopic is in the name.</summary>
    internal (SubtopicDocument Subtopic, Store Store)? Find(string name) =>
        StoreName.SubtopicOf(name) is { } subtopic && Cache.Find(subtopic) is { } document
        && document.Stores.FirstOrDefault(s => s.Name == name) is { } store
            ? (document, store)
            : null;

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Task {Task} gets no Store: subtopic {Subtopic} (region {Region}) is task {Other}'s and the two do not share")]
    private partial void LogNotShared(string task, string subtopic, string region, string other);
}
