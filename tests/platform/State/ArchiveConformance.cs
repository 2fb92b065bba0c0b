using Holdfast.Platform.State.Archive;

namespace Holdfast.Platform.Tests.State;

/// <summary>Requirements for backups of every store, and for one store's backup in another.</summary>
public abstract class ArchiveConformance : IAsyncLifetime
{
    private const int WaitMax = 60_000;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly StateDirectory _directory = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_directory.Location, "backup");

    protected abstract Task<IDocumentStore> OpenStore();

    protected abstract Task RemoveState();

    /// <summary>True when a backup is of one moment and a restore is done or not; otherwise nothing else may be at work.</summary>
    protected virtual bool IsOneStep => true;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await RemoveState();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_backup_holds_everything_and_goes_into_this_and_into_another_store()
    {
        await With(Fill);
        await With(store => Assert.Equal((1, 3), (((IStateArchive)store).Schemas(Cancel)["test.specimens"],
            ((IStateArchive)store).Schemas(Cancel)["test.others"])));
        var written = await With(store => BackupFile.Write(File, (IStateArchive)store, "here", Now, Cancel));
        Assert.Equal((2_503, 2), (written.Value!.Documents, written.Value.Collections.Count));
        Assert.Equal(written.Value.Collections, BackupFile.Check(File, Cancel).Value!.Collections);

        using (var other = _directory.OpenStore())
        {
            other.WriteAll(BackupFile.Read(File, Cancel), replace: false, Cancel);
            await AssertFilled(other);
        }

        await With(store => store.Open(Specimen.Collection()).UpsertMany(Specimen.Many(10, from: 5_000), Cancel));
        await With(store => ((IStateArchive)store).WriteAll(BackupFile.Read(File, Cancel), replace: true, Cancel));
        await With(AssertFilled);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_store_with_documents_is_not_overwritten_unless_that_is_meant()
    {
        await With(Fill);
        await With(store => BackupFile.Write(File, (IStateArchive)store, "here", Now, Cancel));
        var refused = await Assert.ThrowsAsync<StateRefusedException>(
            () => With(store => ((IStateArchive)store).WriteAll(BackupFile.Read(File, Cancel), replace: false, Cancel)));
        Assert.Equal("PF-308", refused.Fault.Code);
        await With(AssertFilled);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_restore_that_meets_damage_changes_nothing()
    {
        Assert.SkipUnless(IsOneStep, "this store has no transactions");
        await With(Fill);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => With(store => ((IStateArchive)store).WriteAll(Damaged(), replace: true, Cancel)));
        await With(AssertFilled);

        static IEnumerable<ArchivedDocument> Damaged()
        {
            for (var n = 0; n < 2_000; n++)
            {
                yield return new ArchivedDocument("test.specimens", 1, $"x{n:d4}", 1, "{}"u8.ToArray());
            }

            throw new InvalidDataException("cut");
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_backup_is_of_one_moment_although_somebody_writes()
    {
        Assert.SkipUnless(IsOneStep, "this store has no transactions");
        await With(async store =>
        {
            var (specimens, others) = (store.Open(Specimen.Collection()), store.Open(Specimen.Collection("test.others")));
            await specimens.UpsertMany(Specimen.Many(500), Cancel);
            await others.Insert(new Specimen("a"), Cancel);
            await specimens.Insert(new Specimen("a"), Cancel);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            // The later collection first: a backup that reads them at two moments has the earlier one behind.
            var writing = Task.Run(
                async () =>
                {
                    for (var n = 1; !stop.IsCancellationRequested; n++)
                    {
                        await specimens.Replace(new Specimen("a") { Load = n }, n, Cancel);
                        await others.Replace(new Specimen("a") { Load = n }, n, Cancel);
                    }
                },
                Cancel);
            for (var n = 0; n < 10; n++)
            {
                var versions = new Dictionary<string, long>();
                ((IStateArchive)store).ReadAll(d => versions[$"{d.Collection} {d.Id}"] = d.Version, Cancel);
                Assert.InRange(versions["test.specimens a"] - versions["test.others a"], 0, 1);
            }

            await stop.CancelAsync();
            await writing;
        });
    }

    [Fact(Timeout = WaitMax)]
    public async Task Nothing_is_no_backup_and_an_older_one_stays()
    {
        System.IO.File.WriteAllText(File, "older");
        var fault = (await With(store => BackupFile.Write(File, (IStateArchive)store, "here", Now, Cancel))).Fault;
        Assert.Equal("PF-310", fault?.Code);
        Assert.Equal("older", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Location, "backup*"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_file_that_was_cut_or_changed_anywhere_is_refused()
    {
        await With(Fill);
        await With(store => BackupFile.Write(File, (IStateArchive)store, "here", Now, Cancel));
        var whole = System.IO.File.ReadAllBytes(File);
        foreach (var broken in new[]
        {
            [], whole[..(whole.Length / 2)], whole[..^60], whole[5..], "PK no backup"u8.ToArray(),
            [.. whole[..(whole.Length / 3)], (byte)(whole[whole.Length / 3] ^ 1), .. whole[((whole.Length / 3) + 1)..]],
        })
        {
            System.IO.File.WriteAllBytes(File, broken);
            Assert.Equal("PF-307", BackupFile.Check(File, Cancel).Fault?.Code);
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_the_heartbeat_sequence_the_newest_row_is_kept()
    {
        var sequence = Specimen.Collection("heartbeat.sequence");
        await With(store => store.Open(sequence).UpsertMany(
            [.. Specimen.Many(20).Select(s => s with { At = Now.AddSeconds(s.Load * 7 % 20) })], Cancel));
        await With(store => BackupFile.Write(File, (IStateArchive)store, "here", Now, Cancel));
        Assert.Equal("s0017", Assert.Single(BackupFile.Read(File, Cancel)).Id);
    }

    private static async Task Fill(IDocumentStore store)
    {
        var specimens = store.Open(Specimen.Collection());
        await specimens.UpsertMany([.. Specimen.Many(2_500).Select(s => s with { Text = "ü \0 \uf8ff 🦊" })], Cancel);
        await specimens.Insert(new Specimen("a") { Load = 1 }, Cancel);
        await specimens.Replace(new Specimen("a") { Load = 2 }, 1, Cancel);
        var others = store.Open(Specimen.Collection("test.others", schemaVersion: 3));
        await others.UpsertMany([new Specimen("a"), new Specimen("it's \"q\" \\")], Cancel);
    }

    private static async Task AssertFilled(IDocumentStore store)
    {
        var specimens = store.Open(Specimen.Collection());
        Assert.Equal(2_501, await specimens.Count(DocumentQuery<Specimen>.All, Cancel));
        Assert.Equal("ü \0 \uf8ff 🦊", (await specimens.Find("s2499", Cancel))?.Document.Text);
        var a = await specimens.Find("a", Cancel);
        Assert.Equal((2, 2L), (a?.Document.Load, a?.Version));
        Assert.Equal(["s2400"], (await specimens.Query(
            DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Equal, 2_400), Cancel)).Items.Select(i => i.Document.Id));
        // A restored collection is still of the version that it had.
        Assert.Throws<StateRefusedException>(() => store.Open(Specimen.Collection("test.others", schemaVersion: 2)));
        Assert.Equal(2, await store.Open(Specimen.Collection("test.others", schemaVersion: 3)).Count(DocumentQuery<Specimen>.All, Cancel));
    }

    private Task With(Func<IDocumentStore, Task> use) => With<Task>(use).Unwrap();

    private Task<bool> With(Action<IDocumentStore> use) => With<bool>(store =>
    {
        use(store);
        return true;
    });

    private async Task<TResult> With<TResult>(Func<IDocumentStore, TResult> use)
    {
        var store = await OpenStore();
        try
        {
            var result = use(store);
            await (result as Task ?? Task.CompletedTask);
            return result;
        }
        finally
        {
            await (store is IAsyncDisposable later ? later.DisposeAsync() : ValueTask.CompletedTask);
            (store as IDisposable)?.Dispose();
        }
    }
}
