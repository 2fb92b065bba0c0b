namespace Holdfast.Alerting.Tests;

/// <summary>Each receiver's own limits and markup, over real HTTP.</summary>
public class ReceiverRulesTests
{
    public static TheoryData<string> Names => [.. Presets.Names];

    private const string Letter = "同步任务停了";
    private static readonly string[] Elements = ["𠮷", "👨‍👩‍👧‍👦", "é", "ก็", "中", "x", "&", "<", "]", "\""];

    private static AlertRaised Long(int seed = 1)
    {
        var random = new Random(seed);
        string Of(int elements) => string.Concat(Enumerable.Range(0, elements).Select(_ => Elements[random.Next(Elements.Length)]));
        return Firing(T0) with { Summary = Of(300), Description = Of(4000) + string.Concat(Enumerable.Repeat(Letter, 600)) };
    }

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Texts(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        _ => [],
    };

    [Theory]
    [InlineData("wecom", 2048, 64 << 10)]
    [InlineData("dingtalk", int.MaxValue, 20_000)]
    [InlineData("feishu", int.MaxValue, 20 << 10)]
    [InlineData("slack", int.MaxValue, 64 << 10)]
    public async Task A_text_is_cut_to_the_receiver_s_limit_with_a_mark_and_the_link(string preset, int textBytes, int bodyBytes)
    {
        var (_, heard) = await Exchange.Tell(preset, Firing(T0) with { Description = string.Concat(Enumerable.Repeat(Letter, 680)) });
        using var body = JsonDocument.Parse(heard!.Body);
        var text = Texts(body.RootElement).MaxBy(t => t.Length)!;
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, textBytes);
        Assert.InRange(Encoding.UTF8.GetByteCount(heard.Body), 1, bodyBytes);
        Assert.Contains(Letter, heard.Body);
        Assert.Matches(@"http://holdfast\.test/alerts/[0-9a-f]{16}-1$", text);
        Assert.Equal(preset is "wecom" or "slack", text.Contains(TextFit.Mark, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_is_cut_is_whole_characters_and_letters_are_letters(string preset)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var raised = Long(seed);
            var (_, heard) = await Exchange.Tell(preset, raised, with: w => w with { BodyBytesMax = 3000 + (seed * 7) });
            Assert.InRange(Encoding.UTF8.GetByteCount(heard!.Body), 1, 3000 + (seed * 7));
            Assert.DoesNotMatch(@"\\u(?!00[01])", heard.Body);
            using var body = JsonDocument.Parse(heard.Body);
            foreach (var text in Texts(body.RootElement).Where(t => t.Contains(TextFit.Mark, StringComparison.Ordinal)))
            {
                var head = text[..text.IndexOf(TextFit.Mark, StringComparison.Ordinal)];
                Assert.DoesNotContain('�', text);
                Assert.All(head.EnumerateRunes(), r => Assert.NotEqual(0xFFFD, r.Value));
                var last = StringInfo.GetTextElementEnumerator(head);
                var final = "";
                while (last.MoveNext())
                {
                    final = last.GetTextElement();
                }

                string[] whole = [.. Elements, .. Letter.Select(c => c.ToString()), "\u200b", "<\u200b", "]\u200b", ""];
                Assert.True(whole.Contains(final) || (final.Length == 1 && char.IsAscii(final[0])), final);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_cut_keeps_to_both_sides_of_the_limit(int over)
    {
        foreach (var unit in Enum.GetValues<TextUnit>())
        {
            var text = string.Concat(Enumerable.Repeat("é中", 50));
            var limit = new TextLimit(TextFit.Length(text, Markup.None, unit) - over, unit);
            var cut = TextFit.Cut(text, new("\nall of it", "\nurl"), limit, Markup.None);
            Assert.Equal(over == 0, cut == text);
            Assert.True(TextFit.Length(cut, Markup.None, unit) <= limit.Max);
            Assert.Equal(over == 1, cut.EndsWith(TextFit.Mark + "\nall of it", StringComparison.Ordinal));
        }
    }

    private const string Markups =
        "<!channel> @all <@U123> lag <5 & >3 <https://evil.example|click> [click](https://evil.example) <at user_id=\"all\">x</at>";

    [Theory]
    [InlineData("slack", "&lt;!channel&gt; @all &lt;@U123&gt; lag &lt;5 &amp; &gt;3 &lt;https://evil.example|click&gt;", "<")]
    [InlineData("feishu", "<\u200bat user_id=\"all\">x<\u200b/at>", "<at")]
    [InlineData("feishu", "[click]\u200b(https://evil.example)", "](")]
    [InlineData("wecom", "<\u200b@U123>", "<@")]
    [InlineData("dingtalk", Markups, "isAtAll\":true")]
    [InlineData("pagerduty", Markups, "\u200b")]
    public async Task Markup_in_an_alert_s_text_is_text(string preset, string shown, string never)
    {
        var (_, heard) = await Exchange.Tell(
            preset, Firing(T0, Markups) with { Summary = Markups, Description = Markups, Region = Markups });
        using var body = JsonDocument.Parse(heard!.Body);
        Assert.Contains(Texts(body.RootElement), t => t.Contains(shown, StringComparison.Ordinal));
        Assert.DoesNotContain(Texts(body.RootElement), t => t.Contains(never, StringComparison.Ordinal));
        Assert.DoesNotContain("isAtAll\":true", heard.Body);
    }

    [Fact]
    public async Task A_template_of_one_s_own_is_escaped_by_the_preset_s_rules_too()
    {
        var (_, heard) = await Exchange.Tell("slack", Firing(T0) with { Summary = "<!channel>" },
            with: w => w with { BodyTemplate = """{"text":"<!here> ${alarm_summary}"}""" });
        Assert.Equal("""{"text":"<!here> &lt;!channel&gt;"}""", heard!.Body);
    }

    [Fact]
    public void Half_of_a_pair_is_no_text_and_no_failure() =>
        Assert.Equal("a�b\\u0001𠮷", PlainJson.Escaped("a\ud800b\u0001𠮷"));
}
