namespace Holdfast.HaScheduler.Tests;

/// <summary>Texts of findings.</summary>
public sealed class FindingTests
{
    private static readonly Finding Of = new()
    {
        Event = "e", Scope = AlertScope.System, Target = "t", Level = AlertLevel.Warning, Summary = "It burns", Description = "Look.",
        Over = "It is out", Region = "north", Since = Scene.Now, Parts = ["cpu"], Occurrence = "1",
    };

    [Fact]
    public void Its_end_says_what_it_was_and_when_it_began()
    {
        var (begins, ends) = (Of.Says(AlertCondition.Firing, Scene.Now), Of.Says(AlertCondition.Resolved, Scene.Now));
        Assert.Equal(("e:t:1", "It burns", "Look."), (begins.Id, begins.Summary, begins.Description));
        Assert.Equal(("e:t:1", "It is out", $"It is out. It began at {Scene.Now:O}: It burns."),
            (ends.Id, ends.Summary, ends.Description));
    }

    [Fact]
    public void It_is_said_again_only_when_its_level_or_its_parts_are_others()
    {
        Assert.True(Of.IsSaidAs(Of with { Summary = "It burns more", Parts = ["cpu"] }));
        Assert.False(Of.IsSaidAs(Of with { Level = AlertLevel.Critical }));
        Assert.False(Of.IsSaidAs(Of with { Parts = ["cpu", "disk"] }));
        Assert.Equal("e:t", FiringFinding.Of(Of).Key);
    }
}
