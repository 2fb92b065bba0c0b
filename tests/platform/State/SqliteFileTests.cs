namespace Holdfast.Platform.Tests.State;

/// <summary>Requirements for a file to be used, and the errors when it does not meet them.</summary>
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

    [Theory(Timeout = WaitMax)]
    [InlineData("PF-303")]
    [InlineData("PF-304")]
    public async Task A_file_that_is_refused_keeps_its_log(string code)
    {
        using var crashed = new StateDirectory();
        using (var store = _directory.OpenStore())
        {
            await store.Open(Specimen.Collection()).UpsertMany(Specimen.Many(500), Cancel);
            _directory.Execute(code == "PF-304" ? "PRAGMA user_version = 2" : "PRAGMA wal_checkpoint");
            await store.Open(Specimen.Collection()).UpsertMany(Specimen.Many(5), Cancel);
            File.Copy(_directory.File, crashed.File);
            File.Copy(_directory.File + "-wal", crashed.File + "-wal");
        }

        if (code == "PF-303")
        {
            File.WriteAllBytes(crashed.File, Scribbled(File.ReadAllBytes(crashed.File)));
        }

        var (file, log) = (File.ReadAllBytes(crashed.File), File.ReadAllBytes(crashed.File + "-wal"));
        Assert.Equal(code, Assert.Throws<StateRefusedException>(crashed.OpenStore).Fault.Code);
        Assert.Equal(file, File.ReadAllBytes(crashed.File));
        Assert.Equal(log, File.ReadAllBytes(crashed.File + "-wal"));
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
        _directory.Execute("PRAGMA user_version = 2");
        Assert.Equal("PF-304", Refusal());
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_newer_collection_is_refused_and_an_older_one_is_brought_up()
    {
        await Fill();
        using (var store = _directory.OpenStore())
        {
            store.Open(Specimen.Collection(schemaVersion: 3));
        }

        using var older = _directory.OpenStore();
        var refused = Assert.Throws<StateRefusedException>(() => older.Open(Specimen.Collection(schemaVersion: 2)));
        Assert.Equal("PF-304", refused.Fault.Code);
        Assert.Contains("test.specimens", refused.Message);
        var documents = older.Open(Specimen.Collection(schemaVersion: 3));
        Assert.Equal(500, await documents.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Indexes_follow_the_code()
    {
        await Fill();
        using (var store = _directory.OpenStore())
        {
            var others = new Collection<Specimen>("test.specimens", 1, s => s.Id)
                .Index(s => s.Remark).Index(s => s.Load, s => s.At);
            var documents = store.Open(others);
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => documents.Query(DocumentQuery<Specimen>.All.OrderBy(s => s.Region), Cancel));
            var noRemark = DocumentQuery<Specimen>.All.Where(s => s.Remark, Match.Equal, null);
            Assert.Equal(500, await documents.Count(noRemark, Cancel));
        }

        Assert.Equal(["test.specimens:load+at", "test.specimens:remark"], Indexes());
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_document_that_cannot_be_read_is_named()
    {
        await Fill();
        _directory.Execute("""UPDATE "test.specimens" SET doc = '{"id":"s0007","load":"much"}' WHERE id = 's0007'""");
        using var store = _directory.OpenStore();
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

    private async Task Fill()
    {
        using var store = _directory.OpenStore();
        await store.Open(Specimen.Collection()).UpsertMany(Specimen.Many(500), Cancel);
    }

    private string Refusal() =>
        Assert.Throws<StateRefusedException>(_directory.OpenStore).Fault.Code;

    /// <summary>The header stays whole and every other page is overwritten.</summary>
    private static byte[] Scribbled(byte[] bytes)
    {
        const int page = 4096;
        bytes.AsSpan(page).Fill(0x5A);
        return bytes;
    }

    private List<string> Indexes()
    {
        using var connection = _directory.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        using var rows = command.ExecuteReader();
        return [.. rows.Cast<System.Data.Common.DbDataRecord>().Select(row => row.GetString(0))];
    }
}
