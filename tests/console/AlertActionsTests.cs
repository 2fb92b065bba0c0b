using Holdfast.ConsoleUi.Actions;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Parts;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Actions on several alerts at once, and the runbook beside them.</summary>
public sealed class AlertActionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
    private static readonly Texts English = new("en");

    private static AlertView Alert(string @event, string target, string? silencedBy = null) =>
        Answers.Alert($"{@event}-{target}", @event, target, Now) with { Scope = AlertScope.Task, Task = target, SilencedBy = silencedBy };

    private static readonly Dictionary<string, Silence> Silences = new(StringComparer.Ordinal)
    {
        ["s1"] = Made("s1", "its rack", "ada", Now.AddHours(1)), ["s2"] = Made("s2", "a test", "bob", Now.AddHours(2)),
    };

    private static Silence Made(string id, string reason, string owner, DateTimeOffset ends) => new()
    {
        Id = id, Matcher = new SilenceMatcher(), Reason = reason, Owner = owner, CreatedAt = Now, StartsAt = Now, EndsAt = ends,
    };

    [Fact]
    public void Sending_again_past_a_silence_is_warned_of_with_who_made_it_and_until_when()
    {
        Assert.Null(AlertActions.Warning(English, [Alert("e", "t1")], Silences));
        Assert.Equal("Silenced among these: 2 (silenced by ada until 2026-03-01T03:00:00Z: its rack; "
            + "silenced by bob until 2026-03-01T04:00:00Z: a test). "
            + "Sending again ignores the silence and goes to every matching channel.",
            AlertActions.Warning(English, [Alert("e", "t1", "s1"), Alert("e", "t2"), Alert("e", "t3", "s2")], Silences));
        // A silence that is not listed any more is warned of all the same.
        var unknown = AlertActions.Warning(English, [Alert("e", "t1", "gone")], Silences);
        Assert.StartsWith("Silenced among these: 1 ().", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_hundred_alerts_are_silenced_by_a_few_silences_and_nothing_else_with_them()
    {
        var alerts = Enumerable.Range(0, 300).Select(i => Alert(i < 200 ? "oms_sync_delay" : "oms_sync_failed", $"t{i:d3}")).ToList();
        var matchers = AlertActions.Matchers([.. alerts, alerts[0]]).ToList();
        Assert.Equal(["oms_sync_delay 90", "oms_sync_delay 90", "oms_sync_delay 20", "oms_sync_failed 90", "oms_sync_failed 10"],
            matchers.Select(m => $"{m["events"]![0]} {m["targets"]!.AsArray().Count}"));
        Assert.Equal(300, matchers.SelectMany(m => m["targets"]!.AsArray()).Select(t => (string)t!).Distinct().Count());
        Assert.All(matchers, m => Assert.Equal(2, m.Count));
    }

    [Fact]
    public void A_runbook_is_read_as_values_and_never_as_a_page_s_tags()
    {
        var blocks = Markdown.Read("""
            ### oms_host_down

            *Raised*: no report
            for longer. See `why`, **now**: [here](https://x.example/a) and [0036](decisions/0036.md).
            - one <script>alert(1)</script>
            - two
            more

            ```
            ./holdfast kill *h1*
            ```
            """);
        Assert.Equal(["heading", "paragraph", "item", "item", "code"], blocks.Select(b => b.Kind));
        Assert.Equal(
            ["em:Raised", "text:: no report for longer. See ", "code:why", "text:, ", "strong:now", "text:: ", "link:here", "text: and ",
                "text:0036", "text:."],
            blocks[1].Inlines.Select(i => $"{i.Kind}:{i.Text}"));
        Assert.Equal("https://x.example/a", blocks[1].Inlines.Single(i => i.Kind == "link").To);
        Assert.Equal(["text:one <script>alert(1)</script>"], blocks[2].Inlines.Select(i => $"{i.Kind}:{i.Text}"));
        Assert.Equal("two more", blocks[3].Inlines.Single().Text);
        Assert.Equal("./holdfast kill *h1*", blocks[4].Inlines.Single().Text);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](/login)")]
    [InlineData("[x](file:///etc/passwd)")]
    public void A_link_leads_to_a_web_address_or_nowhere(string text) =>
        Assert.DoesNotContain(Markdown.Read(text)[0].Inlines, i => i.Kind == "link" || i.To is not null);
}
