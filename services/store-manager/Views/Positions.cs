using System.Collections.Concurrent;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.Views;

/// <summary>Last known positions, in memory, and stored when they have moved.</summary>
internal sealed class Positions(IDocuments<PositionsDocument> documents)
{
    private const int PageSize = 1000;
    private const int WriteMax = 1000;

    private readonly ConcurrentDictionary<string, PositionsDocument> _stored = new(StringComparer.Ordinal);

    /// <summary>Positions that were heard while the store was away are known all the same.</summary>
    private readonly ConcurrentDictionary<string, PositionsDocument> _heard = new(StringComparer.Ordinal);

    internal PositionsDocument? Find(string subtopic) =>
        _heard.GetValueOrDefault(subtopic) ?? _stored.GetValueOrDefault(subtopic);

    /// <summary>Before anything is asked of the store.</summary>
    internal void Hear(IEnumerable<SubtopicView> views)
    {
        foreach (var view in views.Where(IsNews))
        {
            _heard[view.Document.Subtopic] = Of(view);
        }
    }

    internal async Task Load(CancellationToken cancel)
    {
        await foreach (var (stored, _) in documents.Pages(DocumentQuery<PositionsDocument>.All.Take(PageSize), cancel))
        {
            _stored[stored.Subtopic] = stored;
            if (_heard.TryGetValue(stored.Subtopic, out var heard) && !(heard.RanUntil > stored.RanUntil))
            {
                _heard.TryRemove(new(stored.Subtopic, heard));
            }
        }
    }

    /// <summary>Stores what has moved since it was stored; tasks that have left are forgotten.</summary>
    internal async Task Keep(IEnumerable<SubtopicView> views, CancellationToken cancel)
    {
        foreach (var some in views.Where(IsNews).Select(Of).Chunk(WriteMax))
        {
            await documents.UpsertMany(some, cancel);
            foreach (var document in some)
            {
                _stored[document.Subtopic] = document;
                _heard.TryRemove(document.Subtopic, out _);
            }
        }
    }

    private static PositionsDocument Of(SubtopicView view)
    {
        var consumers = new Dictionary<string, long>(view.Consumers.Length, StringComparer.Ordinal);
        Dictionary<string, string>? exact = null;
        foreach (var consumer in view.Consumers)
        {
            consumers[consumer.Task] = consumer.Position;
            if (consumer.Exact is { } at)
            {
                (exact ??= new Dictionary<string, string>(StringComparer.Ordinal))[consumer.Task] = at.ToString();
            }
        }

        return new PositionsDocument(view.Document.Subtopic, consumers, view.RanUntil) { Exact = exact };
    }

    private bool IsNews(SubtopicView now)
    {
        if (!_stored.TryGetValue(now.Document.Subtopic, out var before) || before.RanUntil != now.RanUntil
            || before.Consumers.Count != now.Consumers.Length)
        {
            return true;
        }

        foreach (var consumer in now.Consumers)
        {
            if (before.Find(consumer.Task) is not { } known || known.Position != consumer.Position || known.Exact != consumer.Exact)
            {
                return true;
            }
        }

        return false;
    }
}
