namespace Holdfast.HaScheduler.Tests;

/// <summary>Alerts about suspects.</summary>
public sealed class SuspectAlertsTests
{
    private static readonly Suspicion Suspect = new()
    {
        Falls = [new Fall("h1", "i1", Scene.Now, Scene.Now), new Fall("h2", "i2", Scene.Now, Scene.Now)],
            Since = Scene.Now.AddMinutes(-1),
    };

    private static Registration Of(string task, Suspicion? suspicion, string region = "north") =>
        Scene.Component(task, "h3", region) with { Suspicion = suspicion };

    private static List<Finding> Told(params Registration[] components) => [.. SuspectAlerts.Of(Scene.Of([], components))];

    [Fact]
    public void Nobody_is_told_of_one_that_is_not_suspect_or_not_wanted_any_more() => Assert.Empty(Told(
        Of("t1", null), Of("t2", Suspect with { Since = null }), Of("t3", Suspect) with { Desired = DesiredState.Absent }));

    [Fact]
    public void A_region_s_suspects_are_one_finding_and_each_that_is_held_is_another()
    {
        var held = Suspect.Held(HeldFor.Hosts, Scene.Now);
        var told = Told(Of("t2", Suspect), Of("t1", Suspect with { Since = Scene.Now.AddMinutes(-2) }), Of("t3", held),
            Of("t4", Suspect, "south"));
        Assert.Equal([(AlertEvents.ComponentHeld, "t3-incr_trans-1-0", AlertLevel.Critical),
            (AlertEvents.ComponentSuspect, "north", AlertLevel.Warning),
            (AlertEvents.ComponentSuspect, "south", AlertLevel.Warning)], told.Select(f => (f.Event, f.Target, f.Level)));
        Assert.StartsWith("2 components of region north may have felled h1 and h2", told[1].Summary, StringComparison.Ordinal);
        Assert.StartsWith("1 component of region south", told[2].Summary, StringComparison.Ordinal);
        Assert.Equal((Scene.Now.AddMinutes(-2), Scene.Now), (told[1].Since, told[0].Since));
        Assert.Equal(("i2", "t3"), (told[0].Incident, told[0].Task));
        Assert.Contains("it fells hosts", told[0].Summary, StringComparison.Ordinal);
        Assert.Contains("it fails on every host", Told(Of("t3", Suspect.Held(HeldFor.Restarts, Scene.Now)))[0].Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_subtopic_whose_Stores_are_suspect_counts_and_has_no_task()
    {
        var store = Of("", Suspect.Held(HeldFor.Hosts, Scene.Now)) with { Id = "subtopic:m" };
        var told = SuspectAlerts.Of(Scene.Of([]) with { Arrivals = [store, store with { Suspicion = null }] }).ToList();
        Assert.Equal(("subtopic:m", null), (Assert.Single(told).Target, told[0].Task));
    }

    [Fact]
    public void A_subtopic_that_is_not_suspect_any_more_is_not_told_of() => Assert.Empty(
        SuspectAlerts.Of(Scene.Of([]) with { Arrivals = [Of("", Suspect with { Since = null }) with { Id = "subtopic:m" }] }));

    [Fact]
    public void Suspects_are_named_in_the_order_of_their_names_and_one_letter_is_a_task()
    {
        var told = Assert.Single(Told(Of("t2", Suspect), Of("t1", Suspect)));
        Assert.StartsWith("t1-incr_trans-1-0 and t2-incr_trans-1-0 came to two of these hosts", told.Description, StringComparison.Ordinal);
        Assert.Equal("t", Assert.Single(Told(Of("t", Suspect.Held(HeldFor.Hosts, Scene.Now)))).Task);
    }
}
