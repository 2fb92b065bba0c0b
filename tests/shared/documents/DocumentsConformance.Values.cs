using Holdfast.Platform.State;

namespace Holdfast.Tests;

public abstract partial class DocumentsConformance
{
    [Fact(Timeout = WaitMax)]
    public async Task Ids_that_no_store_can_keep_are_refused()
    {
        foreach (var id in new[] { "", "a\0b", new string('x', 513) })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Specimens.Insert(new Specimen(id), Cancel));
            await Assert.ThrowsAsync<ArgumentException>(
                () => Specimens.UpsertMany([new Specimen("a"), new Specimen(id)], Cancel));
        }

        Assert.Equal(0, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
        Assert.True(await Specimens.Insert(new Specimen(new string('x', 512)), Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("plain")]
    [InlineData("it's \"quoted\" \\ and /slashed/ -- ; DROP TABLE x")]
    [InlineData("Zażółć gęślą jaźń · 東京 · עברית · e\u0301")]
    [InlineData("🦊👩‍👩‍👧‍👦 and a line\nbreak\tand a tab")]
    [InlineData("a private \uf8ff0 and \uf8ffF, \\u0000 and \\\\u0000")]
    [InlineData("<script>&amp;%_*?[]{}$1@0")]
    public async Task Ids_and_texts_come_back_as_they_were(string text)
    {
        Assert.True(await Specimens.Insert(new Specimen(text) { Text = text, Labels = [text, ""] }, Cancel));
        var found = await Specimens.Find(text, Cancel);
        Assert.Equal((text, text), (found?.Document.Id, found?.Document.Text));
        Assert.Equal([text, ""], found!.Value.Document.Labels);
        Assert.Equal([text], await Ids(DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Equal, text)));
        Assert.Equal([text], await Ids(DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Contains, text[2..^1])));
        Assert.True(await Specimens.Delete(text, 1, Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("\0")]
    [InlineData("a\0b\\\0\uf8ff\0")]
    public async Task A_text_may_have_what_an_id_must_not(string text)
    {
        Assert.True(await Specimens.Insert(new Specimen("a") { Text = text, Remark = text, Labels = [text] }, Cancel));
        var found = (await Specimens.Find("a", Cancel))!.Value.Document;
        Assert.Equal((text, text, text), (found.Text, found.Remark, found.Labels[0]));
        Assert.Null(await Specimens.Find(text, Cancel));
        Assert.False(await Specimens.Delete(text, 1, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_long_text_in_an_index_is_kept_and_compared_as_a_whole()
    {
        var random = new Random(3);
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(_ => (char)random.Next(0x3000, 0x9000)));
        Specimen[] three = [new("a") { Text = text }, new("b") { Text = text + "b" }, new("c") { Text = text[..100] }];
        await Specimens.UpsertMany(three, Cancel);
        var all = DocumentQuery<Specimen>.All;
        Assert.Equal(["a"], await Ids(all.Where(s => s.Text, Match.Equal, text)));
        Assert.Equal(["b", "c"], await Ids(all.Where(s => s.Text, Match.NotEqual, text)));
        Assert.Equal(["b"], await Ids(all.Where(s => s.Text, Match.Greater, text)));
        Assert.Equal(["a", "b"], await Ids(all.Where(s => s.Text, Match.GreaterOrEqual, text)));
        Assert.Equal(["c"], await Ids(all.Where(s => s.Text, Match.Less, text)));
        Assert.Equal(["a", "c"], await Ids(all.Where(s => s.Text, Match.LessOrEqual, text)));
        Assert.Equal(["b", "c"], await Ids(all.Where(s => s.Text, Match.In, new[] { text + "b", text[..100], "x" })));
        Assert.Equal(["a", "b"], await Ids(all.Where(s => s.Text, Match.Greater, text[..100])));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Ids_differ_by_case_by_spaces_and_by_accents()
    {
        string[] ids = ["a", "A", "a ", " a", "á", "a\u0301"];
        foreach (var id in ids)
        {
            Assert.True(await Specimens.Insert(new Specimen(id), Cancel));
        }

        Assert.Equal(ids.Length, await Specimens.Count(DocumentQuery<Specimen>.All, Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_document_of_a_mebibyte_is_kept()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcdé\n", 1 << 16));
        await Specimens.Insert(new Specimen("large") { Remark = text }, Cancel);
        Assert.Equal(text, (await Specimens.Find("large", Cancel))?.Document.Remark);
    }

    [Fact(Timeout = WaitMax)]
    public async Task Numbers_at_their_limits_come_back_as_they_were()
    {
        var extreme = new Specimen("a") { Load = int.MinValue, Serial = long.MaxValue, Score = double.Epsilon };
        await Specimens.Insert(extreme, Cancel);
        var found = (await Specimens.Find("a", Cancel))!.Value.Document;
        Assert.Equal((extreme.Load, extreme.Serial, extreme.Score), (found.Load, found.Serial, found.Score));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Dates_keep_their_microseconds_and_become_utc()
    {
        var at = new DateTimeOffset(2026, 3, 29, 2, 30, 0, TimeSpan.FromHours(2)).AddMicroseconds(123_456);
        await Specimens.Insert(new Specimen("a") { At = at }, Cancel);
        var found = (await Specimens.Find("a", Cancel))!.Value.Document.At;
        Assert.Equal(at, found);
        Assert.Equal(TimeSpan.Zero, found.Offset);
    }
}
