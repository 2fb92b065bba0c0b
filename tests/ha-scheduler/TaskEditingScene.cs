using Holdfast.HaScheduler.Index;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Passes with a task t1 that people change and delete.</summary>
public abstract class TaskEditingScene : PassScene
{
    private protected Task<Outcome<TaskDocument>> Change(TaskChange change, string? ifMatch = null) =>
        _life.Get<TaskEditing>().Change("t1", change, ifMatch, default);

    private protected string State => _life.Get<TaskSights>().StateOf(_life.Cluster.Tasks.Find("t1")!).Word;

    private protected async Task Released(string host)
    {
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass();
        Assert.Equal("RELEASING", State);
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Equal("RELEASED", State);
    }
}
