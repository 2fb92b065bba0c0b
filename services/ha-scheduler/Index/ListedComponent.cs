namespace Holdfast.HaScheduler.Index;

/// <summary>One of the scheduler's own, or a Store of the store manager's.</summary>
internal readonly record struct ListedComponent(Registration? Registration, StorePlaced? Store)
{
    internal string Name => Registration is { } own ? own.Name ?? own.Id : Store!.Store;

    internal ComponentKind Kind => Registration?.Kind ?? ComponentKind.Store;

    internal string? Host => Registration is { } own ? own.Host : Store!.Host;

    internal string? Subtopic => Store?.Subtopic;

    internal string? Task => Registration is { } own ? own.Task : Store!.Tasks is [var only] ? only : null;
}
