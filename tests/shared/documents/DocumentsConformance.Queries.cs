using System.Linq.Expressions;
using Holdfast.Platform.State;

namespace Holdfast.Tests;

public abstract partial class DocumentsConformance
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Specimen> Four =
    [
        new("a") { Region = "eu", Load = 1, Serial = 9_007_199_254_740_992, Score = 0.5, Active = true, At = Noon },
        new("b") { Region = "us", Load = 2, Serial = 9_007_199_254_740_993, Score = 1, At = Noon.AddMicroseconds(1) },
        new("c") { Load = 10, Mood = Mood.OnEdge, Active = true, At = Noon.AddYears(-30) },
        new("d")
        {
            Region = "EU", Load = -3, Score = -2.5, Text = "100%_done [ok]", At = Noon.AddHours(1), Labels = ["eu"],
        },
    ];

    [Fact(Timeout = WaitMax)]
    public async Task Ids_that_begin_alike_are_found_beside_any_condition_order_and_cursor()
    {
        await Specimens.UpsertMany(
            [.. new[] { "a", "a-1", "a-2", "a-10", "a.1", "ab-1", "A-1", "b-1" }.Select((id, n) => new Specimen(id) { Load = n })], Cancel);
        var those = DocumentQuery<Specimen>.All.WithIdPrefix("a-");
        Assert.Equal(["a-1", "a-10", "a-2"], await Ids(those));
        Assert.Equal(["a-10", "a-2", "a-1"], await Ids(those.OrderBy(s => s.Load, descending: true)));
        Assert.Equal(["a-10"], await Ids(those.Where(s => s.Load, Match.Greater, 2)));
        Assert.Equal(3, await Specimens.Count(those, Cancel));
        var first = await Specimens.Query(those.Take(2), Cancel);
        Assert.Equal(["a-2"], await Ids(those.Take(2).After(first.Next)));
        Assert.Equal(3, await Specimens.DeleteMany(those, Cancel));
        Assert.Equal(["A-1", "a", "a.1", "ab-1", "b-1"], await Ids(DocumentQuery<Specimen>.All));
        Assert.Throws<ArgumentException>(() => those.WithIdPrefix(""));
        Assert.Throws<ArgumentException>(() => those.WithIdPrefix("ä"));
    }

    public static TheoryData<string, Expression<Func<Specimen, object?>>, Match, object?, string> Conditions() => new()
    {
        { "text", s => s.Region, Match.Equal, "eu", "a" },
        { "text with no equal", s => s.Region, Match.Equal, "e", "" },
        { "number", s => s.Load, Match.Equal, 10, "c" },
        { "whole number against a decimal field", s => s.Score, Match.Equal, 1, "b" },
        { "decimal number", s => s.Score, Match.Equal, 0.5, "a" },
        { "number of another type", s => s.Serial, Match.Equal, 9_007_199_254_740_993UL, "b" },
        { "number beyond a double", s => s.Serial, Match.Equal, 9_007_199_254_740_993, "b" },
        { "true", s => s.Active, Match.Equal, true, "ac" },
        { "false", s => s.Active, Match.Equal, false, "bd" },
        { "enum by its name in JSON", s => s.Mood, Match.Equal, Mood.OnEdge, "c" },
        { "date to the microsecond", s => s.At, Match.Equal, Noon.AddMicroseconds(1), "b" },
        { "date of another offset", s => s.At, Match.Equal, Noon.ToOffset(TimeSpan.FromHours(-7)), "a" },
        { "null", s => s.Region, Match.Equal, null, "c" },
        { "not a value is also null", s => s.Region, Match.NotEqual, "eu", "bcd" },
        { "not null", s => s.Region, Match.NotEqual, null, "abd" },
        { "not a number", s => s.Load, Match.NotEqual, 2, "acd" },
        { "not an enum", s => s.Mood, Match.NotEqual, Mood.Calm, "c" },
        { "less as numbers, not as text", s => s.Load, Match.Less, 10, "abd" },
        { "less or equal", s => s.Load, Match.LessOrEqual, 1, "ad" },
        { "less leaves nulls out", s => s.Score, Match.Less, 100, "abd" },
        { "greater", s => s.Load, Match.Greater, 1, "bc" },
        { "greater or equal", s => s.Load, Match.GreaterOrEqual, 2, "bc" },
        { "greater leaves nulls out", s => s.Score, Match.Greater, -100.5, "abd" },
        { "later than", s => s.At, Match.Greater, Noon, "bd" },
        { "earlier than", s => s.At, Match.Less, Noon, "c" },
        { "greater as text", s => s.Region, Match.Greater, "eu", "b" },
        { "less than null is nothing", s => s.Region, Match.Less, null, "" },
        { "greater or equal to null is nothing", s => s.Region, Match.GreaterOrEqual, null, "" },
        { "one of texts", s => s.Region, Match.In, new[] { "us", "eu", "mars" }, "ab" },
        { "one of numbers", s => s.Load, Match.In, new[] { 2, -3 }, "bd" },
        { "one of dates", s => s.At, Match.In, new[] { Noon, Noon.AddHours(1) }, "ad" },
        { "one of enums", s => s.Mood, Match.In, new[] { Mood.OnEdge }, "c" },
        { "one of booleans", s => s.Active, Match.In, new[] { true }, "ac" },
        { "one of a value and null", s => s.Region, Match.In, new[] { "us", null }, "bc" },
        { "one of none", s => s.Region, Match.In, Array.Empty<string>(), "" },
        { "contains whatever the case", s => s.Region, Match.Contains, "U", "abd" },
        { "contains with what others take for wildcards", s => s.Text, Match.Contains, "0%_D", "d" },
        { "contains with brackets", s => s.Text, Match.Contains, "[OK]", "d" },
        { "a percent sign is no wildcard", s => s.Text, Match.Contains, "1%d", "" },
        { "an underline is no wildcard", s => s.Text, Match.Contains, "100__", "" },
        { "contains nothing is every text", s => s.Region, Match.Contains, "", "abd" },
        { "contains null is nothing", s => s.Region, Match.Contains, null, "" },
        { "contains is for text, not numbers", s => s.Load, Match.Contains, "1", "" },
        { "contains is for text, not lists", s => s.Labels, Match.Contains, "eu", "" },
        { "contains a text that is long", s => s.Text, Match.Contains, new string('x', 100_000), "" },
    };

    [Theory(Timeout = WaitMax)]
    [MemberData(nameof(Conditions), DisableDiscoveryEnumeration = true)]
    public async Task A_condition_matches_what_it_says(
        string name, Expression<Func<Specimen, object?>> field, Match match, object? value, string expected)
    {
        await Specimens.UpsertMany(Four, Cancel);
        var query = DocumentQuery<Specimen>.All.Where(field, match, value);
        Assert.True(expected == string.Concat(await Ids(query)), name);
        Assert.Equal(expected.Length, await Specimens.Count(query, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Conditions_must_all_hold()
    {
        await Specimens.UpsertMany(Four, Cancel);
        var active = DocumentQuery<Specimen>.All.Where(s => s.Active, Match.Equal, true);
        var query = active.Where(s => s.Load, Match.Greater, 1);
        Assert.Equal(["c"], await Ids(query));
        Assert.Empty(await Ids(query.Where(s => s.Region, Match.Equal, "eu")));
        Assert.Equal(["b"], await Ids(DocumentQuery<Specimen>.All
            .Where(s => s.At, Match.Greater, Noon).Where(s => s.At, Match.Less, Noon.AddHours(1))));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_changed_document_is_found_by_what_it_is_now()
    {
        await Specimens.UpsertMany(Four, Cancel);
        await Specimens.Replace(new Specimen("a") { Region = "mars" }, 1, Cancel);
        Assert.Equal(["a"], await Ids(DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "mars")));
        Assert.Empty(await Ids(DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "eu")));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_field_in_no_index_cannot_be_asked_for()
    {
        var all = DocumentQuery<Specimen>.All;
        foreach (var query in new[] { all.Where(s => s.Remark, Match.Equal, "x"), all.OrderBy(s => s.Remark) })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Specimens.Query(query, Cancel));
            Assert.Contains("remark", refused.Message);
            Assert.Contains("test.specimens", refused.Message);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Specimens.Count(all.Where(s => s.Remark, Match.Equal, 1), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Specimens.DeleteMany(all.OrderBy(s => s.Remark), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_list_goes_with_In_and_only_a_list()
    {
        var all = DocumentQuery<Specimen>.All;
        foreach (var query in new[]
        {
            all.Where(s => s.Region, Match.Equal, new[] { "eu" }),
            all.Where(s => s.Region, Match.In, "eu"),
            all.Where(s => s.Region, Match.In, null),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Specimens.Query(query, Cancel));
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_deletion_takes_the_first_up_to_its_limit()
    {
        await Specimens.UpsertMany(Specimen.Many(250), Cancel);
        var old = DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Less, 200).OrderBy(s => s.Load).Take(150);
        Assert.Equal(150, await Specimens.DeleteMany(old, Cancel));
        Assert.Null(await Specimens.Find("s0149", Cancel));
        Assert.NotNull(await Specimens.Find("s0150", Cancel));
        Assert.Equal(50, await Specimens.DeleteMany(old, Cancel));
        Assert.Equal(0, await Specimens.DeleteMany(old, Cancel));
        Assert.Equal(50, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Specimens.DeleteMany(old.After("x"), Cancel));
    }
}
