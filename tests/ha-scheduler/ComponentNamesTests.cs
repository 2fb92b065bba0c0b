using Holdfast.HaScheduler.DecisionLog;
using Holdfast.Platform.Explain;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A component is meant by whichever of its names a person has at hand.</summary>
public sealed class ComponentNamesTests : PassScene
{
    private const string Id = "t1-incr_trans-1-0";

    [Fact]
    public async Task Its_id_a_former_name_and_its_task_lead_to_what_was_decided_of_it()
    {
        await OneTaskRuns();
        var names = _life.Get<ObjectNames>();
        Assert.Equal(["task:t1", Id], names.ObjectsOf("task:t1"));
        Assert.Equal(["task:t1", Id], names.ObjectsOf("t1"));
        Assert.Equal([Id], names.ObjectsOf(_life.Component("t1").Name!));
        Assert.Equal([Id], names.ObjectsOf($"10.9.9.9-9000:connector_v2:{Id}:77"));
        Assert.Equal(["h1"], names.ObjectsOf("h1"));
        Assert.Equal(["region:north"], names.ObjectsOf("region:north"));
        var both = await _life.Get<SchedulerDecisionLog>().History(new DecisionQuery(names.ObjectsOf("task:t1"), null, null, null),
            default);
        Assert.Contains(both.Items, d => d.Document.Object == Id && d.Document.Code == DecisionRecord.ActCode);
    }

    [Theory]
    [InlineData("task:t1")]
    [InlineData(Id)]
    [InlineData("10.9.9.9-9000:connector_v2:t1-incr_trans-1-0:77")]
    public async Task An_order_takes_each_of_them(string name)
    {
        await OneTaskRuns();
        var order = new Order(TicketKind.Stop, Components: [name]);
        Assert.Null((await _life.Get<ComponentOperations>().Open(order, default)).Fault);
    }

    [Theory]
    [InlineData("task:t2")]
    [InlineData("t1")]
    [InlineData("t2-incr_trans-1-0")]
    public async Task What_is_no_component_is_not_ordered_about(string name)
    {
        await OneTaskRuns();
        var order = new Order(TicketKind.Stop, Components: [name]);
        Assert.Equal("HA-111", (await _life.Get<ComponentOperations>().Open(order, default)).Fault!.Code);
    }
}
