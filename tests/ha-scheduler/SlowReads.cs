using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Documents of which what is found is as it was when it was asked for, and comes when the test says so.</summary>
internal sealed class SlowReads<T>(IDocuments<T> documents) : PassingDocuments<T>(documents) where T : class
{
    /// <summary>Something has been found and not been told.</summary>
    internal TaskCompletionSource Found { get; } = new();

    internal TaskCompletionSource GoOn { get; } = new();

    public override async Task<Versioned<T>?> Find(string id, CancellationToken cancel)
    {
        var found = await base.Find(id, cancel);
        Found.TrySetResult();
        await GoOn.Task;
        return found;
    }
}
