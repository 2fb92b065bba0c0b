using Microsoft.AspNetCore.Http.HttpResults;

namespace Holdfast.Platform.Tests;

public sealed class PagingTests
{
    /// <summary>In no order, as mirrors hold them.</summary>
    private static readonly string[] Items =
        [.. Enumerable.Range(0, 1_000).Select(i => (i * 7_919 % 1_000).ToString("d4", CultureInfo.InvariantCulture))];

    private static readonly string[] InOrder = [.. Items.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(999)]
    public void Pages_of_an_ordered_list_are_those_of_the_same_list_in_no_order(int limit)
    {
        string? cursor = null;
        do
        {
            var page = PageInOrder(cursor, limit);
            Assert.Equivalent(Page(Items.Where(IsWanted), cursor, limit), page, strict: true);
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0499")]
    [InlineData("0499x")]
    [InlineData("9999")]
    public void An_ordered_list_goes_on_after_any_cursor_whether_it_is_in_the_list_or_not(string cursor) =>
        Assert.Equivalent(Page(Items.Where(IsWanted), cursor, 5), PageInOrder(cursor, 5), strict: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void A_limit_out_of_bounds_is_refused_for_an_ordered_list_too(int limit) =>
        Assert.IsNotType<Ok<ListPage<string>>>(Paging.PageInOrder(InOrder, i => i, IsWanted, i => i, null, limit));

    private static bool IsWanted(string item) => item[^1] is not '3';

    private static ListPage<string> PageInOrder(string? cursor, int limit) =>
        Assert.IsType<Ok<ListPage<string>>>(Paging.PageInOrder(InOrder, i => i, IsWanted, i => i, cursor, limit)).Value!;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(999)]
    [InlineData(1_000)]
    public void Pages_one_after_the_other_have_every_item_once_in_the_order_of_the_keys(int limit)
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = Page(cursor, limit);
            Assert.InRange(page.Items.Count, 1, limit);
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(Items.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public void After_the_last_item_there_is_an_empty_last_page() => Assert.Equivalent(new ListPage<string>([], null), Page("9999", 5));

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void A_limit_out_of_bounds_is_refused(int limit) =>
        Assert.IsNotType<Ok<ListPage<string>>>(Paging.Page(Items, i => i, i => i, null, limit));

    private static ListPage<string> Page(string? cursor, int limit) => Page(Items, cursor, limit);

    private static ListPage<string> Page(IEnumerable<string> items, string? cursor, int limit) =>
        Assert.IsType<Ok<ListPage<string>>>(Paging.Page(items, i => i, i => i, cursor, limit)).Value!;
}
