namespace Holdfast.Platform.Tests.State;

public sealed class InformerCacheTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteDocumentStore _store;
    private readonly IDocuments<Thing> _documents;
    private readonly InformerCache<Thing> _mine;
    private readonly InformerCache<Thing> _theirs;

    public InformerCacheTests()
    {
        _store = new SqliteDocumentStore(SqliteDatabase.Open(_directory.File("holdfast.db"), TimeProvider.System));
        _documents = _store.Open(new Collection<Thing>("test.things", 1, t => t.Id).Index(t => t.Count));
        (_mine, _theirs) = (new InformerCache<Thing>(_documents, t => t.Id), new InformerCache<Thing>(_documents, t => t.Id));
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_lost_race_reads_again_and_applies_the_change_to_what_is_there()
    {
        await _mine.Insert(new Thing("a", 1), default);
        await _theirs.Load(default);
        await _theirs.Change("a", t => t with { Count = t.Count + 10 }, default);
        var changed = await _mine.Change("a", t => t with { Count = t.Count + 1 }, default);
        Assert.Equal(new Versioned<Thing>(new Thing("a", 12), 3), changed);
        Assert.Equal(12, (await _documents.Find("a", default))!.Value.Document.Count);
    }

    [Fact]
    public async Task A_walk_shows_every_change_made_before_it_and_none_made_during_it()
    {
        await _mine.Insert(new Thing("a", 1), default);
        var before = _mine.All;
        var changes = _mine.Changes;
        var first = before.GetEnumerator();
        await _mine.Insert(new Thing("b", 2), default);
        await _mine.Change("a", t => t with { Count = 3 }, default);
        Assert.True(first.MoveNext() && first.Current.Count == 1 && !first.MoveNext());
        Assert.Equal([3, 2], _mine.All.OrderBy(t => t.Id).Select(t => t.Count));
        Assert.NotEqual(changes, _mine.Changes);
        changes = _mine.Changes;
        await _mine.Change("a", t => t, default);
        Assert.Equal(changes, _mine.Changes);
        await _mine.Delete("b", default);
        Assert.Equal("a", Assert.Single(_mine.All).Id);
    }

    [Fact]
    public async Task No_change_of_many_at_once_is_lost()
    {
        await _mine.Insert(new Thing("a", 0), default);
        await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => _mine.Change("a", t => t with { Count = t.Count + 1 }, default))));
        Assert.Equal((8, 8), (_mine.Find("a")!.Count, (await _documents.Find("a", default))!.Value.Document.Count));
    }

    [Fact]
    public async Task A_change_that_declines_after_a_lost_race_writes_nothing()
    {
        await _mine.Insert(new Thing("a", 1), default);
        await _theirs.Load(default);
        await _theirs.Change("a", t => t with { Count = 7 }, default);
        Assert.Null(await _mine.Change("a", t => t.Count == 1 ? t with { Count = 2 } : null, default));
        Assert.Equal((7, 2L), (_mine.Find("a")!.Count, _mine.FindVersioned("a")!.Value.Version));
    }

    [Fact]
    public async Task The_same_instance_is_no_change()
    {
        await _mine.Insert(new Thing("a", 1), default);
        Assert.Equal(1, (await _mine.Change("a", t => t, default))!.Value.Version);
        Assert.Equal(1, (await _documents.Find("a", default))!.Value.Version);
    }

    [Fact]
    public async Task An_id_that_somebody_took_is_known_after_the_refusal()
    {
        await _theirs.Insert(new Thing("a", 1), default);
        Assert.False(await _mine.Insert(new Thing("a", 2), default));
        Assert.Equal(1, _mine.Find("a")!.Count);
    }

    [Fact]
    public async Task What_somebody_deleted_is_gone_here_too_after_a_lost_race()
    {
        await _mine.Insert(new Thing("a", 1), default);
        await _theirs.Load(default);
        Assert.True(await _theirs.Delete("a", default));
        Assert.Null(await _mine.Change("a", t => t with { Count = 2 }, default));
        Assert.Equal(0, _mine.Count);
        Assert.False(await _mine.Delete("a", default));
    }

    [Fact]
    public async Task A_collection_larger_than_a_page_is_read_whole()
    {
        await _documents.UpsertMany([.. Enumerable.Range(0, 2001).Select(n => new Thing($"t{n}", n))], default);
        await _mine.Load(default);
        Assert.Equal(2001, _mine.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_again_shows_what_others_did_and_keeps_quiet_about_what_did_not_change(bool byName)
    {
        await _mine.Insert(new Thing("same", 1), default);
        await _mine.Insert(new Thing("changed", 1), default);
        await _mine.Insert(new Thing("gone", 1), default);
        await _mine.Insert(new Thing("made anew", 1), default);
        await _mine.Change("made anew", t => t with { Count = 2 }, default);
        await _theirs.Load(default);
        await _theirs.Change("changed", t => t with { Count = 2 }, default);
        await _theirs.Delete("gone", default);
        await _theirs.Delete("made anew", default);
        await _theirs.Insert(new Thing("made anew", 3), default);
        await _theirs.Insert(new Thing("new", 4), default);
        await (byName ? _mine.Refresh(["same", "changed", "gone", "made anew", "new", "never there"], default) : _mine.Load(default));
        Assert.Equal([("changed", 2), ("made anew", 3), ("new", 4), ("same", 1)],
            _mine.All.OrderBy(t => t.Id, StringComparer.Ordinal).Select(t => (t.Id, t.Count)));
        var changes = _mine.Changes;
        await _mine.Load(default);
        await _mine.Refresh(["same", "changed", "gone"], default);
        Assert.Equal(changes, _mine.Changes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_made_anew_is_seen_also_at_the_version_that_the_former_one_had(bool byName)
    {
        var mine = new InformerCache<Thing>(_documents, t => t.Id, life: t => t.Count);
        await _theirs.Insert(new Thing("a", 1), default);
        await _theirs.Insert(new Thing("same", 7), default);
        await mine.Load(default);
        await _theirs.Delete("a", default);
        await _theirs.Insert(new Thing("a", 2), default);
        await (byName ? mine.Refresh(["a", "same"], default) : mine.Load(default));
        Assert.Equal(new Versioned<Thing>(new Thing("a", 2), 1), mine.FindVersioned("a"));
        var changes = mine.Changes;
        await mine.Load(default);
        Assert.Equal(changes, mine.Changes);
    }

    [Fact]
    public async Task Versions_of_what_is_made_anew_begin_where_the_former_one_never_was()
    {
        var made = new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
        var mine = new InformerCache<Thing>(_documents, t => t.Id, life: t => t.Count, made: t => made.AddMilliseconds(t.Count));
        await mine.Insert(new Thing("a", 1), default);
        var former = mine.FindVersioned("a")!.Value;
        await mine.Delete("a", default);
        await mine.Insert(new Thing("a", 500), default);
        // The store kept it waiting: whoever wrote it did not hear that the document was deleted.
        Assert.False(await _documents.Replace(former.Document with { Count = 9 }, former.Version, default));
        Assert.Equal((500, made.AddMilliseconds(500).ToUnixTimeMilliseconds()),
            (mine.Find("a")!.Count, mine.FindVersioned("a")!.Value.Version));
        await mine.Change("a", t => t with { Count = 501 }, default);
        Assert.Equal(mine.FindVersioned("a"), await _documents.Find("a", default));
    }

    [Fact]
    public async Task What_is_not_to_be_held_is_forgotten_when_it_is_read_again()
    {
        var open = new InformerCache<Thing>(_documents, t => t.Id,
            (DocumentQuery<Thing>.All.Where(t => t.Count, Match.Less, 10), t => t.Count < 10));
        await _mine.Insert(new Thing("a", 1), default);
        await _mine.Insert(new Thing("b", 1), default);
        await _mine.Insert(new Thing("c", 99), default);
        await open.Load(default);
        Assert.Equal(2, open.Count);
        await _mine.Change("a", t => t with { Count = 10 }, default);
        await open.Refresh(["a", "c"], default);
        Assert.Equal("b", Assert.Single(open.All).Id);
        await _mine.Change("b", t => t with { Count = 10 }, default);
        await open.Load(default);
        Assert.Equal(0, open.Count);
        Assert.False(await open.Insert(new Thing("a", 1), default));
        Assert.Equal(0, open.Count);
    }

    [Fact]
    public async Task What_was_written_through_it_is_told_and_what_was_read_is_not()
    {
        var written = new List<string>();
        _mine.Written += written.Add;
        await _mine.Insert(new Thing("a", 1), default);
        await _mine.Change("a", t => t with { Count = 2 }, default);
        await _mine.Change("a", t => t, default);
        await _theirs.Insert(new Thing("b", 1), default);
        await _mine.Load(default);
        await _mine.Refresh(["b"], default);
        await _mine.Delete("a", default);
        Assert.Equal(["a", "a", "a"], written);
    }

    /// <summary>The second took the place of the first, which then told no other replica.</summary>
    [Fact]
    public async Task Each_that_listens_is_told_of_what_was_written()
    {
        var (first, second) = (new List<string>(), new List<string>());
        _mine.Written += first.Add;
        _mine.Written += second.Add;
        await _mine.Insert(new Thing("a", 1), default);
        Assert.Equal(["a"], first);
        Assert.Equal(["a"], second);
    }

    /// <summary>Reads and writes at once: what is held in the end is what is stored.</summary>
    [Fact]
    public async Task Reading_again_while_it_is_written_never_brings_back_what_was()
    {
        await _mine.Insert(new Thing("a", 0), default);
        using var end = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await _mine.Load(default);
                await _mine.Refresh(["a"], default);
            }
        });
        for (var i = 1; i <= 200; i++)
        {
            await _mine.Change("a", t => t with { Count = t.Count + 1 }, default);
            Assert.Equal(i, _mine.Find("a")!.Count);
            await _mine.Insert(new Thing($"new{i}", i), default);
            Assert.Equal(i, _mine.Find($"new{i}")?.Count);
        }

        await end.CancelAsync();
        await reading;
        Assert.Equal(200, _mine.Find("a")!.Count);
    }

    private sealed record Thing(string Id, int Count);
}
