namespace Holdfast.Alerting.Tests;

public class AlertNormalizerTests
{
    [Fact]
    public void Oversized_and_impossible_fields_are_cut_and_never_refused()
    {
        var wild = Firing(T0.AddYears(50)) with
        {
            Target = new string('x', 10_000),
            Summary = new string('界', 10_000),
            Description = string.Concat(Enumerable.Repeat("😀", 9_000)),
            Event = " ",
            Level = 99,
            Scope = (AlertScope)7,
            Condition = (AlertCondition)7,
            Region = null!,
        };
        var tame = AlertNormalizer.Normalize(wild, T0);
        Assert.Equal(256, tame.Target.Length);
        Assert.EndsWith("…[cut]", tame.Summary);
        Assert.True(tame.Description.Length <= 4096);
        Assert.DoesNotContain(tame.Description.EnumerateRunes(), r => r == System.Text.Rune.ReplacementChar);
        Assert.Equal(("unknown", 5, "", T0), (tame.Event, tame.Level, tame.Region, tame.At));
        Assert.Equal((AlertScope.System, AlertCondition.Firing), (tame.Scope, tame.Condition));
    }

    [Fact]
    public void Times_are_compared_as_documents_keep_them()
    {
        var raised = AlertNormalizer.Normalize(Firing(T0.AddTicks(7)), T0.AddSeconds(1));
        Assert.Equal(T0, raised.At);
    }

    [Theory]
    [InlineData(nameof(AlertRaised.Target), 256)]
    [InlineData(nameof(AlertRaised.Summary), 512)]
    [InlineData(nameof(AlertRaised.Description), 4096)]
    public void A_text_is_cut_at_its_limit_with_a_mark(string name, int limit)
    {
        string Normalized(int length)
        {
            var text = new string('x', length);
            var raised = AlertNormalizer.Normalize(
                Firing(T0) with
                {
                    Target = name == nameof(AlertRaised.Target) ? text : "t",
                    Summary = name == nameof(AlertRaised.Summary) ? text : "s",
                    Description = name == nameof(AlertRaised.Description) ? text : "d",
                },
                T0);
            return (string)typeof(AlertRaised).GetProperty(name)!.GetValue(raised)!;
        }

        Assert.Equal(new string('x', limit), Normalized(limit));
        var cut = Normalized(limit + 1);
        Assert.Equal((limit, true), (cut.Length, cut.EndsWith(AlertNormalizer.Mark, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    public void Of_a_task_s_tags_the_first_64_are_kept(int given, int kept)
    {
        var tags = Enumerable.Range(0, given).Select(n => $"tag-{n}").ToList();
        Assert.Equal(tags.Take(kept), AlertNormalizer.Normalize(Firing(T0) with { TaskTags = tags }, T0).TaskTags);
    }

    /// <summary>A family of four is one character for who reads it, and eleven for who counts.</summary>
    [Fact]
    public void It_is_cut_between_characters_as_readers_see_them()
    {
        const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
        var target = AlertNormalizer.Normalize(Firing(T0) with { Target = string.Concat(Enumerable.Repeat(Family, 30)) }, T0).Target;
        Assert.Equal(0, target[..^AlertNormalizer.Mark.Length].Length % Family.Length);
        Assert.EndsWith(AlertNormalizer.Mark, target);
        var single = "e" + new string('\u0301', 300);
        Assert.Equal(AlertNormalizer.Mark, AlertNormalizer.Normalize(Firing(T0) with { Target = single }, T0).Target);
    }

    [Fact]
    public void A_time_ahead_by_more_than_five_minutes_is_taken_for_now()
    {
        Assert.Equal(T0.AddMinutes(5), AlertNormalizer.Normalize(Firing(T0.AddMinutes(5)), T0).At);
        Assert.Equal(T0, AlertNormalizer.Normalize(Firing(T0.AddMinutes(5).AddMicroseconds(1)), T0).At);
    }
}
