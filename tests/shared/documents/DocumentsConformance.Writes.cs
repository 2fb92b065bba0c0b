using Holdfast.Platform.State;

namespace Holdfast.Tests;

public abstract partial class DocumentsConformance
{
    [Fact(Timeout = WaitMax)]
    public async Task What_was_never_stored_is_not_there()
    {
        Assert.Null(await Specimens.Find("nobody", Cancel));
        Assert.False(await Specimens.Replace(new Specimen("nobody"), 1, Cancel));
        Assert.False(await Specimens.Delete("nobody", 1, Cancel));
        Assert.Null(await Specimens.Find("nobody", Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Versions_start_at_1_and_grow_by_1()
    {
        Assert.True(await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel));
        Assert.Equal((1, 1), await LoadAndVersion("a"));
        Assert.True(await Specimens.Replace(new Specimen("a") { Load = 2 }, 1, Cancel));
        Assert.Equal((2, 2), await LoadAndVersion("a"));
        Assert.True(await Specimens.Replace(new Specimen("a") { Load = 3 }, 2, Cancel));
        Assert.Equal((3, 3), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_taken_id_refuses_an_insert_and_keeps_its_document()
    {
        Assert.True(await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel));
        Assert.False(await Specimens.Insert(new Specimen("a") { Load = 2 }, Cancel));
        Assert.Equal((1, 1), await LoadAndVersion("a"));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_lost_race_changes_nothing(long expected)
    {
        await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel);
        await Specimens.Replace(new Specimen("a") { Load = 2 }, 1, Cancel);
        Assert.False(await Specimens.Replace(new Specimen("a") { Load = 9 }, expected, Cancel));
        Assert.False(await Specimens.Delete("a", expected, Cancel));
        Assert.Equal((2, 2), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_many_changes_each_is_done_or_refused_by_itself()
    {
        await Specimens.UpsertMany([.. Specimen.Many(200)], Cancel);
        var done = await Specimens.ChangeMany(
            [
                .. Specimen.Many(200).Select(s => new Change<Specimen>(s with { Load = 500 + s.Load }, s.Load % 2 == 0 ? 1 : 2)),
                new(new Specimen("s0000") { Load = 9 }, null), new(new Specimen("new") { Load = 8 }, null), new(new Specimen("gone"), 1),
            ],
            Cancel);
        Assert.Equal([.. Enumerable.Range(0, 200).Select(n => n % 2 == 0), false, true, false], done);
        await Reopen();
        Assert.Equal((500, 2), await LoadAndVersion("s0000"));
        Assert.Equal((1, 1), await LoadAndVersion("s0001"));
        Assert.Equal((8, 1), await LoadAndVersion("new"));
        Assert.Null(await Specimens.Find("gone", Cancel));
        Assert.Empty(await Specimens.ChangeMany([], Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Many_are_found_in_the_order_in_which_they_are_asked_for()
    {
        await Specimens.UpsertMany([.. Specimen.Many(100)], Cancel);
        await Specimens.Replace(new Specimen("s0007") { Load = 70 }, 1, Cancel);
        var found = await Specimens.FindMany([.. Enumerable.Range(0, 150).Reverse().Select(n => $"s{n:d4}"), "s0007"], Cancel);
        Assert.Equal(151, found.Count);
        Assert.All(found.Take(50), one => Assert.Null(one));
        Assert.Equal(
            Enumerable.Range(0, 100).Reverse().Select(n => n == 7 ? 70 : n),
            found.Skip(50).SkipLast(1).Select(one => one!.Value.Document.Load));
        Assert.Equal((70, 2L), (found[^1]!.Value.Document.Load, found[^1]!.Value.Version));
        Assert.Empty(await Specimens.FindMany([], Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Many_queries_have_their_pages_in_their_order()
    {
        await Specimens.UpsertMany([.. Specimen.Many(150)], Cancel);
        var queries = Enumerable.Range(100, 100).Select(n => DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Equal, n))
            .Append(DocumentQuery<Specimen>.All.OrderBy(s => s.Load, descending: true).Take(2)).ToList();
        var pages = await Specimens.QueryMany(queries, Cancel);
        Assert.Equal(
            [.. Enumerable.Range(100, 100).Select(n => n < 150 ? $"s{n:d4}" : ""), "s0149 s0148"],
            pages.Select(page => string.Join(' ', page.Items.Select(i => i.Document.Id))));
        Assert.NotNull(pages[^1].Next);
        Assert.Empty(await Specimens.QueryMany([], Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_touch_makes_every_version_from_before_it_lose_and_changes_nothing_else()
    {
        await Specimens.UpsertMany([.. Specimen.Many(150).Select(s => s with { Region = s.Load < 120 ? "north" : "south" })], Cancel);
        await Specimens.Replace(new Specimen("s0000") { Load = 7, Region = "north" }, 1, Cancel);
        var north = DocumentQuery<Specimen>.All.Where(s => s.Region, Match.In, new[] { "north", "east" });
        Assert.Equal(120, await Specimens.Touch(north.Take(1), Cancel));
        Assert.Equal((7, 3), await LoadAndVersion("s0000"));
        Assert.Equal((119, 2), await LoadAndVersion("s0119"));
        Assert.Equal((120, 1), await LoadAndVersion("s0120"));
        Assert.False(await Specimens.Replace(new Specimen("s0119"), 1, Cancel));
        Assert.False(await Specimens.Delete("s0119", 1, Cancel));
        Assert.True(await Specimens.Replace(new Specimen("s0119") { Load = 5 }, 2, Cancel));
        Assert.Equal(0, await Specimens.Touch(DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "west"), Cancel));
        Assert.Equal(150, await Specimens.Touch(DocumentQuery<Specimen>.All, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Specimens.Touch(north.After("x"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task What_was_deleted_is_gone_and_can_be_inserted_anew()
    {
        await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel);
        Assert.True(await Specimens.Delete("a", 1, Cancel));
        Assert.Null(await Specimens.Find("a", Cancel));
        Assert.False(await Specimens.Delete("a", 1, Cancel));
        Assert.True(await Specimens.Insert(new Specimen("a") { Load = 2 }, Cancel));
        Assert.Equal((2, 1), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Ten_thousand_documents_are_stored_in_one_step()
    {
        await Specimens.UpsertMany(Specimen.Many(10_000), Cancel);
        Assert.Equal(10_000, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
        Assert.Equal((9_999, 1), await LoadAndVersion("s9999"));
        await Specimens.UpsertMany(Specimen.Many(5_000, from: 7_500), Cancel);
        Assert.Equal(12_500, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
        Assert.Equal((7_499, 1), await LoadAndVersion("s7499"));
        Assert.Equal((7_500, 2), await LoadAndVersion("s7500"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task The_last_of_two_with_one_id_holds()
    {
        Specimen[] bulk = [new("a") { Load = 1 }, new("b"), new("a") { Load = 2 }];
        await Specimens.UpsertMany(bulk, Cancel);
        Assert.Equal((2, 1), await LoadAndVersion("a"));
        Assert.Equal(2, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task An_empty_bulk_is_no_work()
    {
        await Specimens.UpsertMany([], Cancel);
        Assert.Equal(0, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Documents_are_there_when_the_store_is_opened_again()
    {
        await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel);
        await Specimens.UpsertMany(Specimen.Many(100), Cancel);
        await Specimens.Replace(new Specimen("a") { Load = 2 }, 1, Cancel);
        await Reopen();
        Assert.Equal((2, 2), await LoadAndVersion("a"));
        Assert.Equal(101, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Collections_do_not_see_each_other()
    {
        var others = Store.Open(Specimen.Collection("test.others"));
        await Specimens.Insert(new Specimen("a") { Load = 1 }, Cancel);
        Assert.Null(await others.Find("a", Cancel));
        Assert.Equal(0, await others.DeleteMany(DocumentQuery<Specimen>.All, Cancel));
        Assert.Equal((1, 1), await LoadAndVersion("a"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_call_that_is_cancelled_beforehand_does_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Specimens.Insert(new Specimen("a"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Specimens.Find("a", cancelled.Token));
        Assert.Null(await Specimens.Find("a", Cancel));
    }

    [Fact]
    public void One_name_is_one_type()
    {
        Assert.Same(Specimens, Store.Open(Specimen.Collection()));
        var taken = new Collection<Uri>("test.specimens", 1, uri => uri.ToString());
        Assert.Contains("test.specimens", Assert.Throws<InvalidOperationException>(() => Store.Open(taken)).Message);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_store_that_works_is_healthy() => Assert.Null(await Store.CheckHealth(Cancel));

    private async Task<(int Load, long Version)?> LoadAndVersion(string id) =>
        await Specimens.Find(id, Cancel) is { } found ? (found.Document.Load, found.Version) : null;
}
