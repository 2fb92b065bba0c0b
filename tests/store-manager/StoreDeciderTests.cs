using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>A pass over all subtopics.</summary>
public sealed class StoreDeciderTests
{
    private static Candidate Host(string name, string idc, int stores = 0, int quota = 10) =>
        new(name, "north", idc, new Usage(0.1, 0.1, 0.1), new Quotas(quota, 100), stores, 0);

    /// <summary>Whatever the order of the subtopics: one decision each, no quota passed, no more than a pass may make.</summary>
    [Fact]
    public void A_pass_makes_one_decision_for_each_and_keeps_quotas_and_its_limit()
    {
        var views = Enumerable.Range(0, 30).Select(i => View(Abnormal).With(d => d with { Subtopic = $"s{i:d2}" })).ToList();
        foreach (var order in (SubtopicView[][])[[.. views], [.. Enumerable.Reverse(views)]])
        {
            var decisions = StoreDecider.Decide(order, _ => Terms(Scene.Config with { MovesPerSecond = 12 }),
                _ => [Host("a1", "a"), Host("b1", "b", quota: 5)], Now);
            Assert.Equal(order.Select(v => v.Document.Subtopic), decisions.Select(d => d.Document.Subtopic));
            var made = decisions.OfType<Create>().ToList();
            Assert.Equal(views.Take(12).Select(v => v.Document.Subtopic), made.Select(c => c.Document.Subtopic).Order());
            Assert.True(made.Count(c => c.Host == "b1") <= 5);
            Assert.Equal(18, decisions.Count(d => d.Code() == "ST-213"));
        }
    }

    [Fact]
    public void What_a_task_asks_for_goes_first_and_uses_up_nothing_of_what_HA_may_make()
    {
        var asked = View().With(d => d with { Subtopic = "z", Needs = [new RequiredPosition("t1", Clock(9, 0), IsMet: false)] });
        var failed = View(Abnormal).With(d => d with { Subtopic = "a" });
        StoreDecision[] Decide(int quota) => StoreDecider.Decide([failed, asked],
            _ => Terms(Scene.Config with { MovesPerSecond = 1 }), _ => [Host("a1", "a", quota: quota)], Now);
        Assert.Equal(["ST-209", "create"], Decide(1).Select(d => d.Code()));
        Assert.Equal(["create", "create"], Decide(2).Select(d => d.Code()));
    }
}
