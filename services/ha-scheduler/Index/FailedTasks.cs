using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Index;

/// <summary>
/// Tasks that an error has stopped, counted for whoever asks: all tasks are looked at, so not more often than every two seconds.
/// </summary>
internal sealed class FailedTasks(ComponentIndex index, TaskSights sights, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private volatile Counted? _counted;

    private sealed record Counted(long At, Noted Failed);

    internal Noted Look() => _counted is { } known && time.GetElapsedTime(known.At) < FreshFor
        ? known.Failed
        : (_counted = new Counted(time.GetTimestamp(), Noted.Of(index.Tasks
            .Where(t => TaskStates.MayBe(t, TaskStates.Failed) && sights.StateOf(t, []).Word == TaskStates.Failed)
            .Select(t => t.Id)))).Failed;
}
