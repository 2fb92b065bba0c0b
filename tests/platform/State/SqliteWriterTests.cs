namespace Holdfast.Platform.Tests.State;

/// <summary>Value of an acknowledgement when the disk fills, the file goes, a lock is held or the process stops.</summary>
[Trait("Category", "slow")]
public sealed class SqliteWriterTests : IDisposable
{
    private const int WaitMax = 60_000;
    private readonly StateDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly IDocuments<Specimen> _documents;

    public SqliteWriterTests()
    {
        _database = SqliteDatabase.Open(_directory.File, TimeProvider.System);
        _documents = new SqliteDocuments<Specimen>(_database, Specimen.Collection());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = WaitMax)]
    public async Task Each_commit_is_synced_to_the_disk()
    {
        Assert.Equal("wal", await _database.Write(session => session.Scalar("PRAGMA journal_mode"), 1, Cancel));
        Assert.Equal(2L, await _database.Write(session => session.Scalar("PRAGMA synchronous"), 1, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_step_that_fails_is_undone_as_a_whole_and_alone()
    {
        using var gate = new ManualResetEventSlim();
        var holdUp = _database.Write(_ => gate.Wait(WaitMax, Cancel), 1, Cancel);
        var before = _documents.Insert(new Specimen("before"), Cancel);
        var failing = _database.Write<int>(InsertThenFail, 2, Cancel);
        var after = _documents.Insert(new Specimen("after"), Cancel);
        gate.Set();
        await Assert.ThrowsAsync<ArithmeticException>(() => failing);
        Assert.True(await holdUp && await before && await after);
        Assert.Null(await _documents.Find("half", Cancel));
        Assert.Equal(2, await _documents.Count(DocumentQuery<Specimen>.All, Cancel));

        static int InsertThenFail(SqliteSession session)
        {
            session.Execute("INSERT INTO \"test.specimens\" VALUES ('half', 1, '{\"id\":\"half\"}')");
            throw new ArithmeticException();
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task Many_that_fail_at_once_leave_the_others_their_commit()
    {
        using var gate = new ManualResetEventSlim();
        var holdUp = _database.Write(_ => gate.Wait(WaitMax, Cancel), 1, Cancel);
        var writes = Enumerable.Range(0, 20).Select(n => n % 2 == 0
            ? _database.Write<bool>(_ => throw new ArithmeticException(), 2, Cancel)
            : _documents.Insert(new Specimen($"s{n}"), Cancel)).ToList();
        gate.Set();
        await holdUp;
        for (var n = 0; n < writes.Count; n += 2)
        {
            await Assert.ThrowsAsync<ArithmeticException>(() => writes[n]);
            Assert.True(await writes[n + 1]);
        }

        Assert.Equal(10, await _documents.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_write_cancelled_before_its_turn_does_not_happen()
    {
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var holdUp = _database.Write(_ => gate.Wait(WaitMax, Cancel), 1, Cancel);
        var cancelled = _documents.Insert(new Specimen("a"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Set();
        await holdUp;
        Assert.True(await _documents.Insert(new Specimen("b"), Cancel));
        Assert.Null(await _documents.Find("a", Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_full_disk_fails_the_writes_it_stops_and_no_others()
    {
        await _documents.Insert(new Specimen("small"), Cancel);
        await _database.Write(session => session.Scalar("PRAGMA max_page_count = 100"), 1, Cancel);
        var large = Specimen.Many(200).Select(s => s with { Remark = new string('x', 10_000) }).ToList();
        var bulk = _documents.UpsertMany(large, Cancel);
        var beside = _documents.Replace(new Specimen("small") { Load = 1 }, 1, Cancel);
        var failure = await Assert.ThrowsAsync<StateUnavailableException>(() => bulk);
        Assert.Contains("full", failure.Message);
        Assert.True(await beside);
        Assert.Equal(1, await _documents.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_lock_held_for_too_long_makes_the_state_unavailable()
    {
        using var other = _directory.Connect();
        StateDirectory.Execute(other, "BEGIN IMMEDIATE");
        var failure = await Assert.ThrowsAsync<StateUnavailableException>(
            () => _documents.Insert(new Specimen("a"), Cancel));
        Assert.Contains("locked", failure.Message);
        Assert.Null(await _documents.Find("a", Cancel));
        StateDirectory.Execute(other, "ROLLBACK");
        Assert.True(await _documents.Insert(new Specimen("a"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task What_is_queued_is_written_before_the_close_and_nothing_after()
    {
        var writes = Specimen.Many(100).Select(s => _documents.Insert(s, Cancel)).ToList();
        _database.Dispose();
        Assert.All(await Task.WhenAll(writes), Assert.True);
        await Assert.ThrowsAsync<StateUnavailableException>(() => _documents.Insert(new Specimen("late"), Cancel));
        await Assert.ThrowsAsync<StateUnavailableException>(() => _documents.Find("s0001", Cancel));
        Assert.Contains("closed", await _database.CheckHealth(Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_taken_away_is_noticed_before_anything_is_acknowledged(bool replaced)
    {
        await _documents.Insert(new Specimen("a"), Cancel);
        File.Move(_directory.File, _directory.File + ".away");
        if (replaced)
        {
            File.Copy(_directory.File + ".away", _directory.File);
        }

        Assert.Contains("deleted, moved or replaced", await _database.CheckHealth(Cancel));
        await Assert.ThrowsAsync<StateUnavailableException>(() => _documents.Insert(new Specimen("b"), Cancel));
        File.Move(_directory.File + ".away", _directory.File, overwrite: true);
        Assert.Null(await _database.CheckHealth(Cancel));
        Assert.True(await _documents.Insert(new Specimen("b"), Cancel));
    }
}
