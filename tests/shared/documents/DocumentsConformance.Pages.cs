using System.Buffers.Text;
using System.Linq.Expressions;
using Holdfast.Platform.State;

namespace Holdfast.Tests;

public abstract partial class DocumentsConformance
{
    [Fact(Timeout = WaitMax)]
    public async Task Without_an_order_documents_come_by_id()
    {
        await Specimens.UpsertMany([.. Specimen.Many(120).Reverse()], Cancel);
        var page = await Specimens.Query(DocumentQuery<Specimen>.All, Cancel);
        Assert.Equal(Specimen.Many(100).Select(s => s.Id), page.Items.Select(item => item.Document.Id));
        Assert.NotNull(page.Next);
    }

    [Fact(Timeout = WaitMax)]
    public async Task Nulls_come_first_ascending_and_ties_follow_by_id()
    {
        await Specimens.UpsertMany(Regions("eu", null, "us", "eu", null), Cancel);
        Assert.Equal(
            ["s0001", "s0004", "s0000", "s0003", "s0002"],
            await Ids(DocumentQuery<Specimen>.All.OrderBy(s => s.Region)));
        Assert.Equal(
            ["s0002", "s0003", "s0000", "s0004", "s0001"],
            await Ids(DocumentQuery<Specimen>.All.OrderBy(s => s.Region, descending: true)));
    }

    public static TheoryData<Expression<Func<Specimen, object?>>, bool, int> Walks()
    {
        Expression<Func<Specimen, object?>>[] fields =
            [s => s.Region, s => s.Score, s => s.Active, s => s.Mood, s => s.At, s => s.Serial];
        var walks = new TheoryData<Expression<Func<Specimen, object?>>, bool, int>();
        foreach (var (field, pageSize) in fields.SelectMany(f => new[] { 1, 7, 40, 41 }.Select(size => (f, size))))
        {
            walks.Add(field, false, pageSize);
            walks.Add(field, true, pageSize);
        }

        return walks;
    }

    [Theory(Timeout = WaitMax)]
    [MemberData(nameof(Walks), DisableDiscoveryEnumeration = true)]
    public async Task Pages_together_are_the_whole(
        Expression<Func<Specimen, object?>> order, bool descending, int pageSize)
    {
        var random = new Random(7);
        await Specimens.UpsertMany([.. Specimen.Many(40).Select(s => Drawn(s, random))], Cancel);
        var query = DocumentQuery<Specimen>.All.OrderBy(order, descending);
        var whole = await Ids(query);
        var pages = await Walk(query.Take(pageSize));
        Assert.Equal(whole, pages.SelectMany(page => page));
        Assert.Equal((40 + pageSize - 1) / pageSize, pages.Count);

        var some = query.Where(s => s.Load, Match.Less, 20);
        pages = await Walk(some.Take(pageSize));
        Assert.Equal(whole.Where(id => string.CompareOrdinal(id, "s0020") < 0), pages.SelectMany(page => page));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Pages_by_id_together_are_the_whole()
    {
        await Specimens.UpsertMany(Specimen.Many(40), Cancel);
        var pages = await Walk(DocumentQuery<Specimen>.All.Take(7));
        Assert.Equal(Specimen.Many(40).Select(s => s.Id), pages.SelectMany(page => page));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Writers_neither_hide_nor_repeat_what_stays()
    {
        var regions = Specimen.Many(300).Select(s => s with { Region = s.Load % 3 == 0 ? null : "eu" });
        await Specimens.UpsertMany([.. regions], Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var churn = Task.Run(() => Churn(stop.Token));
        var stays = Specimen.Many(300).Where(s => s.Load % 2 == 0).Select(s => s.Id).ToHashSet();
        foreach (var descending in new[] { false, true, false, true })
        {
            var pages = await Walk(DocumentQuery<Specimen>.All.OrderBy(s => s.Region, descending).Take(9));
            var seen = pages.SelectMany(page => page).Where(stays.Contains).ToList();
            Assert.Equal(stays.Count, seen.Count);
            Assert.Equal(stays, seen.ToHashSet());
        }

        await stop.CancelAsync();
        await churn;
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_cursor_outlives_the_document_it_ended_with()
    {
        await Specimens.UpsertMany(Specimen.Many(10), Cancel);
        var query = DocumentQuery<Specimen>.All.OrderBy(s => s.Load).Take(4);
        var first = await Specimens.Query(query, Cancel);
        await Specimens.Delete("s0003", 1, Cancel);
        Assert.Equal(["s0004", "s0005", "s0006", "s0007"], await Ids(query.After(first.Next)));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_count_ignores_order_limit_and_cursor()
    {
        await Specimens.UpsertMany(Specimen.Many(10), Cancel);
        var query = DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Less, 8).OrderBy(s => s.Load).Take(3);
        var first = await Specimens.Query(query, Cancel);
        Assert.Equal(8, await Specimens.Count(query.After(first.Next), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_cursor_that_no_page_gave_is_refused()
    {
        await Specimens.UpsertMany(Specimen.Many(10), Cancel);
        var query = DocumentQuery<Specimen>.All.OrderBy(s => s.Load).Take(4);
        var good = (await Specimens.Query(query, Cancel)).Next!;
        string[] bad =
        [
            "", "x", "!?", "é", good[..^3], good + "AAAA",
            Encoded("null"), Encoded("[]"), Encoded("{}"), Encoded("[1,2,3,4]"),
            Encoded("""["load",false,1]"""), Encoded("""["load",false,[],"a"]"""), Encoded("""["load",false,1,null]"""),
        ];
        foreach (var cursor in bad)
        {
            await Assert.ThrowsAsync<BadCursorException>(() => Specimens.Query(query.After(cursor), Cancel));
        }

        await Assert.ThrowsAsync<BadCursorException>(
            () => Specimens.Query(DocumentQuery<Specimen>.All.After(good), Cancel));
        await Assert.ThrowsAsync<BadCursorException>(
            () => Specimens.Query(query.OrderBy(s => s.Load, descending: true).After(good), Cancel));
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static IReadOnlyList<Specimen> Regions(params string?[] regions) =>
        [.. regions.Select((region, n) => new Specimen($"s{n:d4}") { Region = region })];

    /// <summary>Few different values, so that there are ties and nulls.</summary>
    private static Specimen Drawn(Specimen specimen, Random random) => specimen with
    {
        Region = random.Next(4) switch { 0 => null, 1 => "eu", 2 => "us", _ => "\u00fcber \ud83e\udd8a" },
        Score = random.Next(4) switch { 0 => null, 1 => -1.5, 2 => 2, _ => 0.25 },
        Serial = 9_007_199_254_740_990 + random.Next(5),
        Active = random.Next(2) == 0,
        Mood = random.Next(2) == 0 ? Mood.Calm : Mood.OnEdge,
        At = Noon.AddMicroseconds(random.Next(3)),
    };

    /// <summary>Deletes and inserts documents with odd numbers, and changes those with even ones.</summary>
    private async Task Churn(CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            var odd = new Specimen($"s{(round * 2 % 300) + 1:d4}") { Region = round % 2 == 0 ? null : "eu" };
            var even = (await Specimens.Find($"s{round * 2 % 300:d4}", Cancel))!.Value;
            await Specimens.Replace(even.Document with { Remark = $"{round}" }, even.Version, Cancel);
            if (await Specimens.Find(odd.Id, Cancel) is { } there)
            {
                await Specimens.Delete(odd.Id, there.Version, Cancel);
            }
            else
            {
                await Specimens.Insert(odd, Cancel);
            }
        }
    }

    private async Task<List<IReadOnlyList<string>>> Walk(DocumentQuery<Specimen> query)
    {
        var pages = new List<IReadOnlyList<string>>();
        for (var next = query; next is not null;)
        {
            var page = await Specimens.Query(next, Cancel);
            Assert.True(pages.Count < 1000, "the pages do not come to an end");
            pages.Add([.. page.Items.Select(item => item.Document.Id)]);
            next = page.Next is { } cursor ? query.After(cursor) : null;
        }

        return pages;
    }
}
