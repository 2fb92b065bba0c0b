namespace Holdfast.Heartbeat.Registry;

/// <summary>The requests of one host that wait for news. One thread at a time.</summary>
internal sealed class LongPoll
{
    private TaskCompletionSource? _waiting;

    /// <summary>Completes when there is news.</summary>
    internal Task Begin() => (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Answers all requests that wait.</summary>
    internal void End()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
