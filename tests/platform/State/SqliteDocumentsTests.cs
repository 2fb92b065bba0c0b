using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.Platform.Tests.State;

public sealed class SqliteDocumentsTests : DocumentsConformance
{
    private readonly StateDirectory _directory = new();

    protected override Task<IDocumentStore> OpenStore() =>
        Task.FromResult<IDocumentStore>(new SqliteDocumentStore(SqliteDatabase.Open(_directory.File, TimeProvider.System)));

    protected override Task RemoveState()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>A directory of this test alone, deleted with it.</summary>
internal sealed class StateDirectory : IDisposable
{
    internal StateDirectory() => Location = Directory.CreateTempSubdirectory("holdfast-").FullName;

    internal string Location { get; }

    internal string File => Path.Combine(Location, "holdfast.db");

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
