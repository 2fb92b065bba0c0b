using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A collection whose replacements can be kept on their way: sent, and not there yet.</summary>
internal sealed class HeldDocuments<T>(IDocuments<T> documents) : PassingDocuments<T>(documents) where T : class
{
    private volatile TaskCompletionSource? _gate;

    private readonly TaskCompletionSource _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A replacement is on its way.</summary>
    internal Task Caught => _caught.Task;

    /// <summary>Results of the writes that were held.</summary>
    internal List<bool> Arrived { get; } = [];

    internal void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void LetGo()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public override async Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        if (_gate is not { } gate)
        {
            return await base.Replace(document, expected, cancel);
        }

        _caught.TrySetResult();
        await gate.Task;
        var done = await base.Replace(document, expected, cancel);
        Arrived.Add(done);
        return done;
    }
}
