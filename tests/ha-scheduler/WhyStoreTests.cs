using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The scheduler does not place Stores, and yet people ask it why one is as it is.</summary>
public sealed class WhyStoreTests : PassScene
{
    private const string Store = "10.0.0.1-9000:mysql:0000000001";

    private static readonly StoreStands Stands =
        new() { Store = Store, Host = "h1", State = ComponentState.Abnormal, Because = "failed" };

    private static SubtopicDecision Decision(params IReadOnlyList<StoreStands> stores) => new()
    {
        Subtopic = "mysql",
        Region = "north",
        Code = "ST-205",
        Sentence = "it has as many Stores as HA may make: 5 of 5",
        Workaround = "Delete one.",
        Since = Scene.Now,
        Stores = stores,
    };

    private static StorePlaced Placed(DesiredState desired = DesiredState.Running) => new()
    {
        Store = Store, Subtopic = "mysql", Region = "north", Host = "h1", Revision = 1, Desired = desired,
        StartTimestamp = 1, At = Scene.Now,
    };

    [Fact]
    public async Task A_Store_s_why_is_the_store_manager_s_decision_and_how_it_sees_that_one()
    {
        await OneTaskRuns();
        Assert.Null(await Why(Store));
        _life.Get<StoreDecisions>().Hear(new SubtopicsDecided { Decisions = [Decision(Stands)], At = Scene.Now });
        var why = (await Why(Store))!;
        Assert.Equal(("store", Store, "ST-205", "Delete one."), (why.Kind, why.Object, why.Code, why.Workaround));
        Assert.Equal("it is Abnormal on host h1: failed; subtopic mysql: it has as many Stores as HA may make: 5 of 5", why.Sentence);
        Assert.Equal("host", (await Why("h1"))!.Kind);
    }

    [Fact]
    public async Task Before_it_was_told_the_scheduler_says_so_and_not_that_there_is_none()
    {
        await OneTaskRuns();
        await _life.Cluster.Take(Placed(), default);
        Assert.Equal("HA-226", (await Why(Store))!.Code);
        _life.Get<StoreDecisions>().Hear(new SubtopicsDecided { Decisions = [Decision(Stands)], At = Scene.Now });
        Assert.Equal("ST-205", (await Why(Store))!.Code);
    }

    [Fact]
    public void One_that_is_gone_is_said_to_be_gone()
    {
        var gone = WhyStore.Of(Store, Placed(DesiredState.Absent), Decision(), Scene.Now)!;
        Assert.Equal(DecisionRecord.ActCode, gone.Code);
        Assert.Contains("/api/v1/stores/tickets?subtopic=mysql", gone.Workaround, StringComparison.Ordinal);
        Assert.Null(WhyStore.Of(Store, null, Decision(), Scene.Now));
    }

    [Fact]
    public void An_older_word_does_not_replace_a_later_one()
    {
        var decisions = new StoreDecisions(_life.Time);
        decisions.Hear(new SubtopicsDecided { Decisions = [Decision(Stands)], At = Scene.Now });
        decisions.Hear(new SubtopicsDecided { Decisions = [Decision(Stands) with { Code = "ST-200" }], At = Scene.Now.AddSeconds(-1) });
        Assert.Equal("ST-205", decisions.OfStore(Store)!.Code);
        decisions.Hear(new SubtopicsDecided { Decisions = [Decision()], At = Scene.Now.AddSeconds(1) });
        Assert.Null(decisions.OfStore(Store));
        Assert.NotNull(decisions.OfSubtopic("mysql"));
    }

    private Task<WhyView?> Why(string id) => _life.Get<WhyAnswers>().Of(id, default);
}
