using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Subtopics of which the scheduler says that their Stores may have felled hosts.</summary>
public sealed class SuspectsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SuspectStanding.Waits, "HA-220")]
    [InlineData(SuspectStanding.Held, "HA-223")]
    [InlineData(SuspectStanding.Watched, "create")]
    public void None_is_made_before_the_subtopic_has_its_turn(SuspectStanding standing, string code) =>
        Assert.Equal(code, StoreRules.Decide(View(Abnormal), Terms() with { Suspected = Said(standing) }, Now).Code());

    [Theory]
    [InlineData(SuspectStanding.Waits)]
    [InlineData(SuspectStanding.Held)]
    public void What_runs_goes_on(SuspectStanding standing) =>
        Assert.Equal("ST-200", StoreRules.Decide(View(Running), Terms() with { Suspected = Said(standing) }, Now).Code());

    /// <summary>In its turn the newest one may run; when that is gone, those that are held back are nobody's reason to wait.</summary>
    [Theory]
    [InlineData(SuspectStanding.Watched, "create")]
    [InlineData(SuspectStanding.Waits, "HA-220")]
    public void Stores_that_are_all_held_back_do_not_count_as_stopped(SuspectStanding standing, string code)
    {
        var view = View(Stopped);
        var heldBack = view with { Stores = [.. view.Stores.Select(s => s with { Store = s.Store with { IsHeldBack = true } })] };
        Assert.Equal(code, StoreRules.Decide(heldBack, Terms() with { Suspected = Said(standing) }, Now).Code());
        Assert.Equal("ST-203", StoreRules.Decide(view, Terms() with { Suspected = Said(SuspectStanding.Watched) }, Now).Code());
    }

    [Fact]
    public void A_task_s_request_makes_none_either() => Assert.Equal("HA-220", StoreRules.Decide(
        View().With(d => d with { Seq = 0, Needs = [] }), Terms() with { Suspected = Said(SuspectStanding.Waits) }, Now).Code());

    [Fact]
    public void Only_Stores_on_the_named_hosts_are_told_to_stay_stopped()
    {
        var document = Of(Seen(Abnormal, 1, host: "h1"), Seen(Running, 2, host: "h3")).Document;
        var told = Suspects.Told(document, Said(SuspectStanding.Waits));
        Assert.Equal([DesiredState.Stopped, DesiredState.Running], told.Stores.Select(s => s.Told));
        Assert.Same(told, Suspects.Told(told, Said(SuspectStanding.Held)));
        Assert.All(Suspects.Told(told, null).Stores, s => Assert.Equal(DesiredState.Running, s.Told));
    }

    [Fact]
    public async Task Until_it_says_otherwise_or_is_silent_for_a_minute_no_Store_is_made_for_a_fallen_host()
    {
        using var life = new Life(_directory.Location, _time);
        life.Hears(Requests.Report("h1"));
        await life.Takes(Requests.Of("t1"));
        life.Hears(Requests.Report("h2"), Requests.Report("h3"));
        life.Get<SuspectsHeard>().Hear(Said(SuspectStanding.Waits, life.Store("mysql").Subtopic));
        life.Hosts.Fall("h1");
        await life.Loop.Once();
        Assert.True(Assert.Single(life.Store("mysql").Stores).IsHeldBack);

        _time.Advance(TimeSpan.FromSeconds(61));
        life.Hears(Requests.Report("h2") with { Sequence = 2 }, Requests.Report("h3") with { Sequence = 2 });
        await life.Loop.Once();
        Assert.False(life.Store("mysql").Stores[0].IsHeldBack);
    }

    [Fact]
    public async Task A_manager_that_has_just_started_keeps_to_what_its_former_life_was_told()
    {
        using (var before = new Life(_directory.Location, _time))
        {
            before.Hears(Requests.Report("h1"));
            await before.Takes(Requests.Of("t1"));
            before.Get<SuspectsHeard>().Hear(Said(SuspectStanding.Held));
            await before.Loop.Once();
        }

        using var life = new Life(_directory.Location, _time);
        await life.Loop.Once();
        Assert.True(Assert.Single(life.Store("mysql").Stores).IsHeldBack);
        Assert.Equal("HA-220", life.Why());
    }

    private static StoreSuspected Said(SuspectStanding standing, string subtopic = "mysql") => new()
    {
        Subtopic = subtopic,
        Region = "north",
        Standing = standing,
        Hosts = ["h1", "h2"],
        Because = "h1 and h2 went Down in a row, each soon after it had come",
        At = Now,
    };

    [Fact]
    public void What_nobody_needs_waits_for_no_turn() => Assert.Equal("ST-208", StoreRules.Decide(
        View(Abnormal).With(d => d with { Tasks = [] }), Terms() with { Suspected = Said(SuspectStanding.Waits) }, Now).Code());
}
