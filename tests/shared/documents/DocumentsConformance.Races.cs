using Holdfast.Platform.State;

namespace Holdfast.Tests;

public abstract partial class DocumentsConformance
{
    private const int Racers = 10;

    [Fact(Timeout = WaitMax)]
    public async Task Where_an_id_is_used_again_a_write_that_was_meant_for_the_one_before_does_nothing()
    {
        const long First = 1_700_000_000_000;
        Assert.True(await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel));
        Assert.True(await Specimens.Delete("a", 1, Cancel));
        Assert.True(await Specimens.Insert(new Specimen("a") { Load = 2 }, First, Cancel));
        Assert.False(await Specimens.Insert(new Specimen("a") { Load = 3 }, First + 1, Cancel));
        Assert.False(await Specimens.Replace(new Specimen("a") { Load = 9 }, 1, Cancel));
        Assert.False(await Specimens.Delete("a", 1, Cancel));
        Assert.Equal((2, First), await LoadAndVersion("a"));
        Assert.True(await Specimens.Replace(new Specimen("a") { Load = 4 }, First, Cancel));
        Assert.Equal((4, First + 1), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_ten_writers_at_one_version_one_wins_each_round()
    {
        await Specimens.Insert(new Specimen("a") { Load = -1 }, Cancel);
        for (var version = 1; version <= 20; version++)
        {
            var expected = version;
            var winner = await Winner(n => Specimens.Replace(new Specimen("a") { Load = n }, expected, Cancel));
            Assert.Equal((winner, version + 1), await LoadAndVersion("a"));
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_ten_inserts_of_one_id_one_wins()
    {
        foreach (var id in Specimen.Many(20).Select(s => s.Id))
        {
            var winner = await Winner(n => Specimens.Insert(new Specimen(id) { Load = n }, Cancel));
            Assert.Equal((winner, 1), await LoadAndVersion(id));
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_ten_deletions_at_one_version_one_wins()
    {
        foreach (var specimen in Specimen.Many(20))
        {
            await Specimens.Insert(specimen, Cancel);
            await Winner(_ => Specimens.Delete(specimen.Id, 1, Cancel));
            Assert.Null(await Specimens.Find(specimen.Id, Cancel));
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task No_increment_is_lost_among_writers_that_try_again()
    {
        await Specimens.Insert(new Specimen("a"), Cancel);
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(
            _ => Task.Run(() => Increment(Specimens, "a", 20, Cancel))));
        Assert.Equal((Racers * 20, (Racers * 20) + 1), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_bulk_is_seen_as_a_whole_or_not_at_all()
    {
        Assert.SkipUnless(BulksAreOneStep, "a write of this store is of one document");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var torn = Task.Run(() => CountTornPages(stop.Token));
        for (var load = 1; load <= 20; load++)
        {
            await Specimens.UpsertMany([.. Specimen.Many(50).Select(s => s with { Load = load })], Cancel);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await torn);
    }

    /// <summary>Adds to a document's load by compare-and-set until it has succeeded so many times.</summary>
    internal static async Task Increment(IDocuments<Specimen> documents, string id, int times, CancellationToken cancel)
    {
        for (var done = 0; done < times;)
        {
            var (document, version) = (await documents.Find(id, cancel))!.Value;
            done += await documents.Replace(document with { Load = document.Load + 1 }, version, cancel) ? 1 : 0;
        }
    }

    private async Task<int> CountTornPages(CancellationToken stop)
    {
        var torn = 0;
        while (!stop.IsCancellationRequested)
        {
            var page = await Specimens.Query(DocumentQuery<Specimen>.All, Cancel);
            torn += page.Items.Select(item => item.Document.Load).Distinct().Count() > 1 ? 1 : 0;
        }

        return torn;
    }

    private static async Task<int> Winner(Func<int, Task<bool>> attempt)
    {
        var won = await Task.WhenAll(Enumerable.Range(0, Racers).Select(n => Task.Run(() => attempt(n))));
        return Assert.Single(Enumerable.Range(0, Racers), n => won[n]);
    }
}
