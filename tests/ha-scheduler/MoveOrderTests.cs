namespace Holdfast.HaScheduler.Tests;

/// <summary>Which moves of a pass are made, and which first: by tags, room, protection, the rate, and what waits for people.</summary>
public sealed class MoveOrderTests
{
    [Fact]
    public void A_task_s_tags_choose_its_hosts()
    {
        var lost = Scene.Component("t1", "h1");
        var ssd = Scene.Host("h3").With(h => h with { Tags = ["ssd"] });
        var tasks = Some.Tasks(Some.Task("t1", tags: "ssd"));
        var snapshot = Scene.Of([Scene.DownHost("h1"), Scene.Host("h2"), ssd], lost) with { Tasks = tasks };
        Assert.Equal("h3", Assert.IsType<Place>(Decider.Decide(snapshot, Scene.Config).About(lost)).Host);
    }

    [Fact]
    public void What_runs_goes_before_what_does_not_and_high_before_low_when_there_is_room_for_one()
    {
        var low = Scene.Component("a-low", "h1");
        var high = Scene.Component("b-high", "h1");
        var stopped = Scene.Component("a-stopped", "h1") with { Desired = DesiredState.Stopped };
        var tasks = Some.Tasks(Some.Task("a-low", ProtectionLevel.Low), Some.Task("b-high", ProtectionLevel.High),
            Some.Task("a-stopped", ProtectionLevel.High));
        var one = Scene.Host("h2").With(h => h with { Quotas = new Quotas(0, 1) });
        var decisions = Decider.Decide(Scene.Of([Scene.DownHost("h1"), one], stopped, low, high) with { Tasks = tasks }, Scene.Config);
        Assert.IsType<Place>(decisions.About(high));
        decisions.About(low).HeldFor(Reason.NoRoom);
        decisions.About(stopped).HeldFor(Reason.NoRoom);
    }

    [Fact]
    public void No_more_moves_begin_than_this_second_allows()
    {
        var lost = Enumerable.Range(0, 5).Select(n => Scene.Component($"t{n}", "h1")).ToList();
        var decisions = Decider.Decide(Scene.Of([Scene.DownHost("h1"), Scene.Host("h2")], lost) with
        {
            MovesLeft = new Dictionary<string, int> { ["north"] = 2 },
        }, Scene.Config);
        Assert.Equal(2, decisions.OfType<Place>().Count());
        Assert.Equal(3, decisions.OfType<Hold>().Count(h => h.Reason == Reason.Paced));
    }

    [Theory]
    [InlineData(Autonomy.Observe, "HA-215")]
    [InlineData(Autonomy.Recommend, "HA-216")]
    [InlineData(Autonomy.Approve, "HA-217")]
    public void Below_auto_the_plan_is_made_and_people_act(Autonomy autonomy, string code)
    {
        var lost = Scene.Component("t1", "h1");
        var snapshot = Scene.Of([Scene.DownHost("h1"), Scene.Host("h2")], lost);
        var config = Scene.Config with { Tasks = new Dictionary<string, HaConfigOverride> { ["t1"] = new() { Autonomy = autonomy } } };
        var hold = Assert.IsType<Hold>(Decider.Decide(snapshot, config).About(lost));
        Assert.Equal((code, "h1-incident", "move it from h1 to h2"), (hold.Reason.Code, hold.Ticket, hold.Plan));
        var approved = Decider.Decide(snapshot with { Approved = new HashSet<string> { "h1-incident" } }, config).About(lost);
        Assert.Equal(autonomy == Autonomy.Approve, approved is Place);
    }

    [Fact]
    public void What_is_only_planned_takes_no_seat_from_what_is_done()
    {
        var planned = Scene.Component("a", "h1");
        var done = Scene.Component("b", "h1");
        var one = Scene.Host("h2").With(h => h with { Quotas = new Quotas(0, 1) });
        var config = Scene.Config with
        {
            Tasks = new Dictionary<string, HaConfigOverride> { ["a"] = new() { Autonomy = Autonomy.Recommend } },
        };
        var decisions = Decider.Decide(Scene.Of([Scene.DownHost("h1"), one], planned, done), config);
        Assert.IsType<Place>(decisions.About(done));
    }
}
