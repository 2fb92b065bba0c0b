namespace Holdfast.Platform.Tests.State;

/// <summary>A write that failed, or was cancelled, may have taken effect, and may yet: the cache finds out.</summary>
public sealed class InformerCacheSettleTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteDocumentStore _store;
    private readonly IDocuments<Thing> _documents;
    private readonly Unanswering _way;
    private readonly InformerCache<Thing> _cache;
    private readonly List<string> _written = [];

    public InformerCacheSettleTests()
    {
        _store = new SqliteDocumentStore(SqliteDatabase.Open(_directory.File("holdfast.db"), TimeProvider.System));
        _documents = _store.Open(new Collection<Thing>("test.things", 1, t => t.Id).Index(t => t.Count));
        _way = new Unanswering(_documents);
        _cache = new InformerCache<Thing>(_way, t => t.Id,
            (DocumentQuery<Thing>.All.Where(t => t.Count, Match.Less, 10), t => t.Count < 10));
        _cache.Written += _written.Add;
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_change_that_took_effect_without_an_answer_is_known_once_it_is_settled_and_told_to_others()
    {
        await _cache.Insert(new Thing("a", 1), default);
        await Unanswered(Fate.Done, () => _cache.Change("a", t => t with { Count = 2 }, default));
        Assert.Equal(1, _cache.Find("a")!.Count);
        _written.Clear();
        await _cache.Settle(default);
        Assert.Equal(new Versioned<Thing>(new Thing("a", 2), 2), _cache.FindVersioned("a"));
        Assert.Equal(["a"], _written);
    }

    [Fact]
    public async Task So_is_an_insertion_and_a_deletion()
    {
        await Unanswered(Fate.Done, () => _cache.Insert(new Thing("a", 1), default));
        await _cache.Settle(default);
        Assert.Equal(1, _cache.Find("a")?.Count);
        await Unanswered(Fate.Done, () => _cache.Delete("a", default));
        Assert.Equal(1, _cache.Count);
        await _cache.Settle(default);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task What_replaces_whatever_is_there_is_known_too()
    {
        await _documents.Insert(new Thing("a", 1), default);
        _way.Lets = 1;
        await Unanswered(Fate.Done, () => _cache.Put(new Thing("a", 7), () => { }, default));
        await _cache.Settle(default);
        Assert.Equal(7, _cache.Find("a")!.Count);
    }

    [Fact]
    public async Task One_that_was_not_held_and_is_to_be_from_now_on_is_held()
    {
        await _documents.Insert(new Thing("over", 10), default);
        await Unanswered(Fate.Done, () => _cache.Replace(new Thing("over", 1), 1, default));
        Assert.Equal(0, _cache.Count);
        await _cache.Settle(default);
        Assert.Equal(1, _cache.Find("over")?.Count);
        Assert.True(await _cache.Replace(new Thing("over", 10), 2, default));
        Assert.Equal(0, _cache.Count);
        Assert.False(await _cache.Replace(new Thing("over", 1), 2, default));
    }

    [Fact]
    public async Task A_write_that_is_still_on_its_way_comes_too_late_once_it_is_settled()
    {
        await _cache.Insert(new Thing("a", 1), default);
        await Unanswered(Fate.OnItsWay, () => _cache.Change("a", t => t with { Count = 2 }, default));
        await _cache.Settle(default);
        await _way.Arrive();
        Assert.Equal(1, (await _documents.Find("a", default))!.Value.Document.Count);
        Assert.Equal(await _documents.Find("a", default), _cache.FindVersioned("a"));
        await Unanswered(Fate.OnItsWay, () => _cache.Delete("a", default));
        await _cache.Settle(default);
        await _way.Arrive();
        Assert.Equal(await _documents.Find("a", default), _cache.FindVersioned("a"));
    }

    [Fact]
    public async Task While_nobody_can_be_asked_it_stays_to_be_settled()
    {
        await _cache.Insert(new Thing("a", 1), default);
        await Unanswered(Fate.Done, () => _cache.Change("a", t => t with { Count = 2 }, default));
        _way.IsAway = true;
        await Assert.ThrowsAsync<StateUnavailableException>(() => _cache.Settle(default));
        _way.IsAway = false;
        await _cache.Settle(default);
        Assert.Equal(2, _cache.Find("a")!.Count);
        _way.IsAway = true;
        await _cache.Settle(default);
    }

    [Fact]
    public async Task What_others_have_written_since_is_left_as_it_is()
    {
        await _cache.Insert(new Thing("a", 1), default);
        await Unanswered(Fate.OnItsWay, () => _cache.Change("a", t => t with { Count = 2 }, default));
        await _documents.Replace(new Thing("a", 3), 1, default);
        await _cache.Settle(default);
        Assert.Equal(new Versioned<Thing>(new Thing("a", 3), 2), await _documents.Find("a", default));
        Assert.Equal(3, _cache.Find("a")!.Count);
    }

    private async Task Unanswered(Fate fate, Func<Task> write)
    {
        _way.Next = fate;
        await Assert.ThrowsAsync<StateUnavailableException>(write);
    }

    private sealed record Thing(string Id, int Count);

    private enum Fate
    {
        Answered,
        Done,
        OnItsWay,
    }

    /// <summary>The next write has no answer.</summary>
    private sealed class Unanswering(IDocuments<Thing> inner) : IDocuments<Thing>
    {
        private Func<Task>? _late;

        internal Fate Next { get; set; }

        /// <summary>Number of writes before that one that are answered.</summary>
        internal int Lets { get; set; }

        internal bool IsAway { get; set; }

        internal Task Arrive() => _late!();

        private async Task<bool> Write(Func<Task<bool>> step)
        {
            if (Next == Fate.Answered || Lets-- > 0)
            {
                return await Ask(step);
            }

            var fate = Next;
            Next = Fate.Answered;
            _late = fate == Fate.OnItsWay ? step : null;
            if (fate == Fate.Done)
            {
                await step();
            }

            throw new StateUnavailableException("no answer");
        }

        private Task<TResult> Ask<TResult>(Func<Task<TResult>> step) =>
            IsAway ? Task.FromException<TResult>(new StateUnavailableException("away")) : step();

        public Task<Versioned<Thing>?> Find(string id, CancellationToken cancel) => Ask(() => inner.Find(id, cancel));

        public Task<bool> Insert(Thing document, long version, CancellationToken cancel) =>
            Write(() => inner.Insert(document, version, cancel));

        public Task<bool> Replace(Thing document, long expected, CancellationToken cancel) =>
            Write(() => inner.Replace(document, expected, cancel));

        public Task<bool> Delete(string id, long expected, CancellationToken cancel) => Write(() => inner.Delete(id, expected, cancel));

        public Task UpsertMany(IReadOnlyCollection<Thing> documents, CancellationToken cancel) => inner.UpsertMany(documents, cancel);

        public Task<Page<Thing>> Query(DocumentQuery<Thing> query, CancellationToken cancel) => Ask(() => inner.Query(query, cancel));

        public Task<long> Count(DocumentQuery<Thing> query, CancellationToken cancel) => inner.Count(query, cancel);

        public Task<int> DeleteMany(DocumentQuery<Thing> query, CancellationToken cancel) => inner.DeleteMany(query, cancel);

        public Task<int> Touch(DocumentQuery<Thing> query, CancellationToken cancel) => inner.Touch(query, cancel);
    }
}
