using Holdfast.Platform.Explain;

namespace Holdfast.Platform.Tests.Explain;

public sealed class DecisionLogTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new(Start);
    private readonly SqliteDocumentStore _store;
    private readonly IDocuments<Said> _documents;
    private readonly Log _log;

    public DecisionLogTests()
    {
        _store = new SqliteDocumentStore(SqliteDatabase.Open(_directory.File("holdfast.db"), TimeProvider.System));
        _documents = _store.Open(new Collection<Said>("test.decisions", 1, s => s.Id)
            .Index(s => s.About, s => s.At).Index(s => s.Code, s => s.At).Index(s => s.At));
        _log = new Log(_documents, _time);
    }

    internal sealed record Said(string Id, string About, string Code, DateTimeOffset At);

    private sealed class Log(IDocuments<Said> documents, TimeProvider time)
        : DecisionLog<Said>(documents, new DecisionFields<Said>(s => s.About, s => s.At, s => s.Code), time)
    {
        internal async Task Record(string about, string code, DateTimeOffset at)
        {
            var said = new Said($"{at:HHmmss}-{about}", about, code, at);
            await Documents.UpsertMany([said], default);
            Remember(said);
            await Prune(at, default);
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    private async Task<string[]> Asked(DecisionQuery asked) =>
        [.. (await _log.History(asked, default)).Items.Select(i => i.Document.About + i.Document.Code)];

    [Fact]
    public async Task Each_member_of_a_question_narrows_it_and_none_asks_for_all_newest_first()
    {
        (string About, string Code, int Minute)[] all = [("a", "1", 0), ("b", "1", 1), ("a", "2", 2), ("c", "2", 3)];
        foreach (var (about, code, minute) in all)
        {
            await _log.Record(about, code, Start.AddMinutes(minute));
        }

        Assert.Equal(["c2", "a2", "b1", "a1"], await Asked(new DecisionQuery()));
        Assert.Equal(["a2", "a1"], await Asked(new DecisionQuery(["a"])));
        Assert.Equal(["c2", "a2", "a1"], await Asked(new DecisionQuery(["a", "c"])));
        Assert.Equal(["a2", "b1"], await Asked(new DecisionQuery(From: Start.AddMinutes(1), To: Start.AddMinutes(2))));
        Assert.Equal(["a2"], await Asked(new DecisionQuery(["a"], Code: "2")));
        var first = await _log.History(new DecisionQuery(Limit: 3), default);
        Assert.Equal(["a1"], await Asked(new DecisionQuery(Cursor: first.Next)));
    }

    [Fact]
    public async Task What_was_stored_last_is_of_the_moment_that_is_asked_for()
    {
        await _log.Record("a", "1", Start);
        await _log.Record("a", "2", Start.AddMinutes(2));
        Assert.Equal("2", _log.Latest("a")?.Code);
        Assert.Null(_log.Latest("b"));
        Assert.Equal("2", (await _log.StoredLast("a", null, default))?.Code);
        Assert.Equal("1", (await _log.StoredLast("a", Start.AddMinutes(1), default))?.Code);
        Assert.Null(await _log.StoredLast("a", Start.AddMinutes(-1), default));
    }

    [Fact]
    public async Task A_decision_is_deleted_when_it_is_older_than_seven_days_and_not_before()
    {
        await _log.Record("a", "1", Start);
        await _log.Record("b", "1", Start + DecisionLimits.Kept);
        Assert.Equal(["b1", "a1"], await Asked(new DecisionQuery()));
        await _log.Record("c", "1", Start + DecisionLimits.Kept + DecisionLimits.PruneEvery + TimeSpan.FromSeconds(1));
        Assert.Equal(["c1", "b1"], await Asked(new DecisionQuery()));
    }

    [Fact]
    public void Decisions_are_counted_by_their_code_and_what_has_none_is_an_action()
    {
        var elapsed = TimeSpan.FromSeconds(3);
        var progress = new PassProgress(() => elapsed);
        Assert.Equal((0, elapsed), (progress.Finished, progress.SinceFinished));
        progress.Decide(["HA-1", "", "HA-1"], code => code.Length > 0 ? code : null);
        progress.Finish();
        elapsed += TimeSpan.FromSeconds(2);
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (progress.Finished, progress.SinceFinished));
        Assert.Equal(["ACTION 1", "HA-1 2"],
            progress.Decided.Figures().Select(f => $"{f.Tags[0].Value} {f.Value}").Order(StringComparer.Ordinal));
    }
}
