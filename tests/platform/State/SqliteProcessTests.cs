using System.Diagnostics;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.Platform.Tests.State;

/// <summary>What holds between processes that share a file, and after one of them has died.</summary>
[Trait("Category", "process")]
public sealed class SqliteProcessTests : IDisposable
{
    private const int WaitMax = 120_000;
    private readonly StateDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = WaitMax)]
    [InlineData(500)]
    [InlineData(3_000)]
    [InlineData(10_000)]
    public async Task A_process_killed_while_writing_loses_nothing_acknowledged(int linesBeforeKill)
    {
        using var writer = OtherProcess.Start(nameof(OtherProcess.InsertForever), _directory.File);
        var acknowledged = await ReadThenKill(writer, linesBeforeKill);
        // The kill may come before another line does, and the last one does not count.
        Assert.True(acknowledged.Count >= linesBeforeKill - 1);

        using var store = _directory.OpenStore();
        var documents = store.Open(Specimen.Collection());
        var page = await documents.Query(DocumentQuery<Specimen>.All.Take(100_000), Cancel);
        var stored = page.Items.Select(item => item.Document.Id).ToHashSet();
        Assert.DoesNotContain(acknowledged, id => !stored.Contains(id));
        var bulks = stored.Where(id => id.StartsWith("0-")).GroupBy(id => id[..id.LastIndexOf('-')]);
        Assert.All(bulks, bulk => Assert.Equal(50, bulk.Count()));
        Assert.True(await documents.Insert(new Specimen("after"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task No_increment_is_lost_between_two_processes()
    {
        using var store = _directory.OpenStore();
        var documents = await WithCounter(store);
        using var other = OtherProcess.Start(nameof(OtherProcess.Increment), _directory.File);
        await DocumentsConformance.Increment(documents, "a", 200, Cancel);
        await other.WaitForExitAsync(Cancel);
        Assert.Equal((400, 401L), await documents.Find("a", Cancel) is { } a ? (a.Document.Load, a.Version) : default);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_busy_writer_does_not_starve_another_process()
    {
        using var store = _directory.OpenStore();
        var documents = await WithCounter(store);
        using var busy = OtherProcess.Start(nameof(OtherProcess.InsertForever), _directory.File);
        _ = await busy.StandardOutput.ReadLineAsync(Cancel);
        var drain = ReadThenKill(busy, int.MaxValue);
        await DocumentsConformance.Increment(documents, "a", 100, Cancel);
        busy.Kill();
        await drain;
    }

    [Fact(Timeout = WaitMax)]
    public async Task Many_may_create_the_file_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_directory.OpenStore)));
        var inserts = await Task.WhenAll(stores.Select(
            (store, n) => Task.Run(() => store.Open(Specimen.Collection()).Insert(new Specimen($"{n}"), Cancel))));
        Assert.All(inserts, Assert.True);
        Assert.Equal(8, await stores[0].Open(Specimen.Collection()).Count(DocumentQuery<Specimen>.All, Cancel));
        Array.ForEach(stores, store => store.Dispose());
    }

    private static async Task<IDocuments<Specimen>> WithCounter(SqliteDocumentStore store)
    {
        var documents = store.Open(Specimen.Collection());
        await documents.Insert(new Specimen("a"), Cancel);
        return documents;
    }

    /// <summary>The whole lines of a process that is killed once it has written so many.</summary>
    private static async Task<List<string>> ReadThenKill(Process process, int lines)
    {
        var text = new List<string>();
        var sawLast = "";
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            text.Add(line);
            sawLast = line;
            if (text.Count == lines)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(Cancel);
        text.RemoveAll(line => ReferenceEquals(line, sawLast)); // The last may be cut short.
        return text;
    }
}
