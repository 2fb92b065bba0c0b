namespace Holdfast.Simulation.Tests;

/// <summary>The simulator's store sits the exam of every store: what holds over it holds over the others.</summary>
public sealed class MemoryStoreTests : DocumentsConformance
{
    private readonly MemoryStore _store = new();

    protected override Task<IDocumentStore> OpenStore() => Task.FromResult<IDocumentStore>(_store);

    protected override Task RemoveState() => Task.CompletedTask;
}
