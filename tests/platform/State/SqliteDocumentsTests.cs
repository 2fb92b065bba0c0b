namespace Holdfast.Platform.Tests.State;

public sealed class SqliteDocumentsTests : DocumentsConformance
{
    private readonly StateDirectory _directory = new();

    protected override Task<IDocumentStore> OpenStore() =>
        Task.FromResult<IDocumentStore>(_directory.OpenStore());

    protected override Task RemoveState()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class SqliteSchemaTests : SchemaConformance
{
    private readonly StateDirectory _directory = new();

    protected override Task<IDocumentStore> OpenStore() => Task.FromResult<IDocumentStore>(_directory.OpenStore());

    protected override Task RemoveState()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class SqliteArchiveTests : ArchiveConformance
{
    private readonly StateDirectory _directory = new();

    protected override Task<IDocumentStore> OpenStore() => Task.FromResult<IDocumentStore>(_directory.OpenStore());

    protected override Task RemoveState()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }
}

[Trait("Category", "process")]
public sealed class SqliteCrashTests : CrashConformance
{
    private readonly StateDirectory _directory = new();

    protected override string Address => _directory.File;

    protected override Task<IDocumentStore> OpenStore() => Task.FromResult<IDocumentStore>(_directory.OpenStore());

    protected override Task RemoveState()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }
}
