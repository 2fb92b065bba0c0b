using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.Platform.Tests.State;

/// <summary>Documents are kept for a time, and looked at now and then.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(10);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly SqliteDocumentStore _store;
    private readonly IDocuments<Note> _notes;

    public RetentionTests()
    {
        _store = new SqliteDocumentStore(SqliteDatabase.Open(_directory.File("holdfast.db"), TimeProvider.System));
        _notes = _store.Open(new Collection<Note>("test.notes", 1, n => n.Id).Index(n => n.At));
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _time.GetUtcNow();

    private async Task<string> Left()
    {
        var page = await _notes.Query(DocumentQuery<Note>.All.OrderBy(n => n.At), Cancel);
        return string.Join(' ', page.Items.Select(i => i.Document.Id));
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_goes_and_not_before_the_next_look()
    {
        var retention = Retention.Of(
            _notes, Kept, Every, before => DocumentQuery<Note>.All.Where(n => n.At, Match.Less, before), _time);
        await _notes.Insert(new Note("older", Now - Kept + Every - TimeSpan.FromMilliseconds(1)), Cancel);
        await _notes.Insert(new Note("exact", Now - Kept + Every), Cancel);
        _time.Advance(Every - TimeSpan.FromTicks(1));
        await retention.Prune(Now, Cancel);
        Assert.Equal("older exact", await Left());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(retention.IsDue(Now));
        await retention.Prune(Now, Cancel);
        Assert.Equal("exact", await Left());
        Assert.False(retention.IsDue(Now));
    }

    [Fact]
    public async Task Who_deletes_by_itself_is_told_from_when_on_and_with_no_time_between_is_told_each_time()
    {
        var told = new List<DateTimeOffset>();
        var retention = new Retention(Kept, TimeSpan.Zero, (before, _) =>
        {
            told.Add(before);
            return Task.CompletedTask;
        }, _time);
        await retention.Prune(Now, Cancel);
        await retention.Prune(Now, Cancel);
        Assert.Equal([Now - Kept, Now - Kept], told);
    }

    private sealed record Note(string Id, DateTimeOffset At);
}
