using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.Views;

/// <summary>The view of this replica now: views for passes and for those who ask.</summary>
internal sealed class SubtopicViews(Subtopics subtopics, SubtopicViewBuilder builder, HaConfigHeard config, Partition partition,
    SuspectsHeard suspects, Settings settings)
{
    private (long Changes, Dictionary<string, int> Count) _storesByHost = (-1, []);

    internal bool IsLoaded => subtopics.Loaded;

    internal IEnumerable<Versioned<SubtopicDocument>> MineVersioned => partition.IsAlone
        ? subtopics.Cache.AllVersioned
        : subtopics.Cache.AllVersioned.Where(v => partition.Owns(v.Document.Subtopic));

    internal bool IsMine(string subtopic) => partition.Owns(subtopic);

    internal SubtopicTerms Terms() => new(config.Held, settings.Profile.Ha);

    /// <summary>As <see cref="SuspectsHeard.Judged"/>.</summary>
    internal Func<SubtopicDocument, StoreTerms> Judged(SubtopicTerms terms) => suspects.Judged(terms);

    internal List<SubtopicView> Mine(SubtopicTerms terms, Moment moment)
    {
        var views = new List<SubtopicView>(subtopics.Cache.Count);
        foreach (var versioned in MineVersioned)
        {
            views.Add(At(versioned.Document, terms, moment));
        }

        return views;
    }

    internal SubtopicView At(SubtopicDocument document, SubtopicTerms terms, Moment moment) =>
        builder.At(document, terms.SilenceMax, moment);

    internal ObservedStore[] StoresAt(SubtopicDocument document, Moment moment) =>
        builder.StoresAt(document, (config.Held?.Config ?? settings.Profile.Ha).CheckModuleExceptionInterval, moment);

    /// <summary>One Store as the rules see it.</summary>
    internal ObservedStore Seen(SubtopicDocument document, Store store, Moment moment) =>
        StoresAt(document, moment).FirstOrDefault(s => s.Store.Name == store.Name)
        ?? new ObservedStore(store, StoreHealth.Unheard, store.StartTimestamp, null, HostServes: false, Readers: 0);

    internal SubtopicDocument? Document(string subtopic) => subtopics.Cache.Find(subtopic);

    internal SubtopicView? Find(string subtopic, Moment moment) =>
        subtopics.Cache.Find(subtopic) is { } document ? At(document, Terms(), moment) : null;

    /// <summary>Of all replicas: quotas are the hosts'.</summary>
    internal IReadOnlyDictionary<string, int> StoresByHost()
    {
        var (changes, known) = (subtopics.Cache.Changes, _storesByHost);
        if (known.Changes != changes)
        {
            _storesByHost = known = (changes, subtopics.Cache.All.SelectMany(s => s.Stores).Where(s => !s.IsLeaving)
                .CountBy(s => s.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
        }

        return known.Count;
    }
}
