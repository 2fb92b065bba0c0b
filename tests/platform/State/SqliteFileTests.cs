using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.Tests.State;

/// <summary>What a file must be to be used, and what is told when it is not.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private const int WaitMax = 60_000;
    private readonly StateDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(11)]
    [InlineData(600)]
    [InlineData(100_000)]
    public void What_is_no_database_is_refused_and_left_alone(int bytes)
    {
        var text = new string('x', bytes);
        File.WriteAllText(_directory.File, text);
        Assert.Equal("PF-303", Refusal());
        Assert.Equal(text, File.ReadAllText(_directory.File));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("torn")]
    [InlineData("scribbled")]
    public async Task A_damaged_file_is_refused_and_left_alone(string damage)
    {
        await Fill();
        var bytes = await File.ReadAllBytesAsync(_directory.File, Cancel);
        bytes = damage == "torn" ? bytes[..(bytes.Length / 2)] : Scribbled(bytes);
        await File.WriteAllBytesAsync(_directory.File, bytes, Cancel);
        Assert.Equal("PF-303", Refusal());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_directory.File, Cancel));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused()
    {
        File.WriteAllText(_directory.File, "");
        var under = Path.Combine(_directory.File, "data", "holdfast.db");
        var refused = Assert.Throws<StateRefusedException>(() => SqliteDatabase.Open(under, TimeProvider.System));
        Assert.Equal("PF-302", refused.Fault.Code);
        Assert.Contains(under, refused.Message);
        Assert.Equal("PF-302", Assert.Throws<StateRefusedException>(
            () => SqliteDatabase.Open("/proc/holdfast.db", TimeProvider.System)).Fault.Code);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_newer_file_is_refused()
    {
        await Fill();
        Change("PRAGMA user_version = 2");
        Assert.Equal("PF-304", Refusal());
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_newer_collection_is_refused_and_an_older_one_is_brought_up()
    {
        await Fill();
        using (var store = Open())
        {
            store.Open(Specimen.Collection(schemaVersion: 3));
        }

        using var older = Open();
        var refused = Assert.Throws<StateRefusedException>(() => older.Open(Specimen.Collection(schemaVersion: 2)));
        Assert.Equal("PF-304", refused.Fault.Code);
        Assert.Contains("test.specimens", refused.Message);
        Assert.Equal(500, await older.Open(Specimen.Collection(schemaVersion: 3)).Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Indexes_follow_the_code()
    {
        await Fill();
        using (var store = Open())
        {
            var fewer = new Collection<Specimen>("test.specimens", 1, s => s.Id).Index(s => s.Remark).Index(s => s.Load, s => s.At);
            var documents = store.Open(fewer);
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => documents.Query(DocumentQuery<Specimen>.All.OrderBy(s => s.Region), Cancel));
            Assert.Equal(500, await documents.Count(DocumentQuery<Specimen>.All.Where(s => s.Remark, Match.Equal, null), Cancel));
        }

        Assert.Equal(["test.specimens:load+at", "test.specimens:remark"], Indexes());
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_document_that_cannot_be_read_is_named()
    {
        await Fill();
        Change("""UPDATE "test.specimens" SET doc = '{"id":"s0007","load":"much"}' WHERE id = 's0007'""");
        using var store = Open();
        var documents = store.Open(Specimen.Collection());
        foreach (var ask in new Func<Task>[]
        {
            () => documents.Find("s0007", Cancel),
            () => documents.Query(DocumentQuery<Specimen>.All, Cancel),
        })
        {
            var failure = await Assert.ThrowsAsync<StateUnavailableException>(ask);
            Assert.Contains("s0007", failure.Message);
            Assert.Contains("test.specimens", failure.Message);
        }

        Assert.NotNull(await documents.Find("s0008", Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_full_disk_fails_the_writes_it_stops_and_no_others()
    {
        using var database = SqliteDatabase.Open(_directory.File, TimeProvider.System);
        using var store = new SqliteDocumentStore(database);
        var documents = store.Open(Specimen.Collection());
        await documents.Insert(new Specimen("small"), Cancel);
        await database.Write(session => session.Scalar("PRAGMA max_page_count = 100"), 1, Cancel);
        var large = Specimen.Many(200).Select(s => s with { Remark = new string('x', 10_000) }).ToList();
        var bulk = documents.UpsertMany(large, Cancel);
        var beside = documents.Replace(new Specimen("small") { Load = 1 }, 1, Cancel);
        var failure = await Assert.ThrowsAsync<StateUnavailableException>(() => bulk);
        Assert.Contains("full", failure.Message);
        Assert.True(await beside);
        Assert.Equal(1, await documents.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_taken_away_is_noticed_before_anything_is_acknowledged(bool replaced)
    {
        using var store = Open();
        var documents = store.Open(Specimen.Collection());
        await documents.Insert(new Specimen("a"), Cancel);
        File.Move(_directory.File, _directory.File + ".away");
        if (replaced)
        {
            File.Copy(_directory.File + ".away", _directory.File);
        }

        Assert.Contains("deleted, moved or replaced", await store.CheckHealth(Cancel));
        await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Insert(new Specimen("b"), Cancel));
        File.Move(_directory.File + ".away", _directory.File, overwrite: true);
        Assert.Null(await store.CheckHealth(Cancel));
        Assert.True(await documents.Insert(new Specimen("b"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_lock_held_for_too_long_makes_the_state_unavailable()
    {
        using var store = Open();
        var documents = store.Open(Specimen.Collection());
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        var failure = await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Insert(new Specimen("a"), Cancel));
        Assert.Contains("locked", failure.Message);
        Assert.Null(await documents.Find("a", Cancel));
        Execute(other, "ROLLBACK");
        Assert.True(await documents.Insert(new Specimen("a"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task What_is_queued_is_written_before_the_close_and_nothing_after()
    {
        var store = Open();
        var documents = store.Open(Specimen.Collection());
        var writes = Specimen.Many(100).Select(s => documents.Insert(s, Cancel)).ToList();
        store.Dispose();
        Assert.All(await Task.WhenAll(writes), Assert.True);
        await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Insert(new Specimen("late"), Cancel));
        await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Find("s0001", Cancel));
        Assert.Contains("closed", await store.CheckHealth(Cancel));
    }

    private async Task Fill()
    {
        using var store = Open();
        await store.Open(Specimen.Collection()).UpsertMany(Specimen.Many(500), Cancel);
    }

    private string Refusal() =>
        Assert.Throws<StateRefusedException>(() => SqliteDatabase.Open(_directory.File, TimeProvider.System)).Fault.Code;

    private SqliteDocumentStore Open() => new(SqliteDatabase.Open(_directory.File, TimeProvider.System));

    /// <summary>The header stays whole and every other page is overwritten.</summary>
    private static byte[] Scribbled(byte[] bytes)
    {
        const int page = 4096;
        bytes.AsSpan(page).Fill(0x5A);
        return bytes;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Change(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    private List<string> Indexes()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        using var rows = command.ExecuteReader();
        return [.. rows.Cast<System.Data.Common.DbDataRecord>().Select(row => row.GetString(0))];
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
