using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform.State;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Changes that a replica makes known to the others: hints, and reading everything again.</summary>
public sealed class CacheInvalidationLoopTests : ReplicaScene
{
    [Fact]
    public async Task What_one_replica_writes_the_others_know_by_its_hints_and_from_the_first_life_on_nobody_pays_for_them()
    {
        await OneTaskRuns();
        var (first, second) = (_first.Get<CacheInvalidationLoop>(), _second.Get<CacheInvalidationLoop>());
        await first.Say(default);
        Assert.Empty(_first.Bus.Take<SchedulerStateChanged>());
        await second.Say(default);
        await Deliver(_second, _first);

        // An operator's change on the one that stands by: the leader acts on it in its next pass.
        await _second.Cluster.Load(default);
        _second.Get<CacheInvalidation>().OtherIsThere();
        await _second.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await second.Say(default);
        Assert.Equal(2, await Deliver(_second, _first));
        Assert.Equal(DesiredState.Stopped, _first.Component("t1").Desired);
        await Seconds(1, _first);
        Assert.Contains(_first.Bus.Take<ComponentPlaced>(), p => p.Desired == DesiredState.Stopped);

        // And what the leader writes.
        await _first.NewTask("t2");
        await Seconds(1, _first);
        await first.Say(default);
        await Deliver(_first, _second);
        Assert.Equal(1, _second.Component("t2").Epoch);
        Assert.Equal(_first.Cluster.Components.FindVersioned(_first.Component("t2").Id)!.Value.Version,
            _second.Cluster.Components.FindVersioned(_second.Component("t2").Id)!.Value.Version);
    }

    [Fact]
    public async Task More_changes_than_can_be_named_say_that_all_is_to_be_read()
    {
        await OneTaskRuns();
        var hints = _first.Get<CacheInvalidation>();
        hints.OtherIsThere();
        for (var i = 0; i <= CacheInvalidation.IdsMax; i++)
        {
            hints.Note("ha-scheduler.tasks", $"t{i}");
            hints.Note("ha-scheduler.hosts", "h1");
        }

        var said = hints.Take(Scene.Now).ToDictionary(s => s.Collection!, s => s.Ids);
        Assert.Null(said["ha-scheduler.tasks"]);
        Assert.Equal(["h1"], said["ha-scheduler.hosts"]!);
        Assert.Empty(hints.Take(Scene.Now));
    }

    /// <summary>A hint that was lost: the one that stands by reads everything now and then.</summary>
    [Fact]
    public async Task Who_stands_by_reads_everything_again_and_no_more_often_than_it_can_afford()
    {
        await OneTaskRuns();
        var reading = _second.Get<CacheInvalidationLoop>();
        await _first.NewTask("t2");
        _time.Advance(Scene.Seconds(2));
        await reading.Read(default);
        Assert.NotNull(_second.Cluster.Tasks.Find("t2"));
        await _first.NewTask("t3");
        await reading.Read(default);
        Assert.Null(_second.Cluster.Tasks.Find("t3"));
        _time.Advance(Scene.Seconds(2));
        // Also while no broker takes what it says.
        _second.Bus.IsCut = true;
        await Assert.ThrowsAnyAsync<Exception>(() => reading.SayAndRead(default));
        Assert.NotNull(_second.Cluster.Tasks.Find("t3"));
        Assert.Equal(Scene.Seconds(10 + 100), ReadAgain.Next(Scene.Seconds(10), Scene.Seconds(5), 1));
    }

    private static async Task<int> Deliver(Life from, Life to)
    {
        var said = from.Bus.Take<SchedulerStateChanged>();
        foreach (var changed in said)
        {
            await ActivatorUtilities.CreateInstance<SchedulerStateChangedConsumer>(to.Services).Hear(changed, default);
            await ActivatorUtilities.CreateInstance<SchedulerStateChangedConsumer>(from.Services).Hear(changed, default);
        }

        return said.Count;
    }
}
