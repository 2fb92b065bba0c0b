using System.Globalization;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Holdfast.Platform.Tests;

public sealed class PagingTests
{
    /// <summary>In no order, as mirrors hold them.</summary>
    private static readonly string[] Items =
        [.. Enumerable.Range(0, 1_000).Select(i => (i * 7_919 % 1_000).ToString("d4", CultureInfo.InvariantCulture))];

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

    private static ListPage<string> Page(string? cursor, int limit) =>
        Assert.IsType<Ok<ListPage<string>>>(Paging.Page(Items, i => i, i => i, cursor, limit)).Value!;
}
