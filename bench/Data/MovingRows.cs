namespace Holdfast.Bench.Data;

/// <summary>A source file, a Store, an Incr-Sync and a sink file.</summary>
internal sealed class MovingRows : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Pipeline _programs;

    private MovingRows()
    {
        Source = Table.Create(SourceFile);
        Sink = Table.Create(SinkFile);
        _programs = new Pipeline(Sqlite(SourceFile), Sqlite(SinkFile), "main.sb");
    }

    internal Table Source { get; }

    internal Table Sink { get; }

    internal string SourceFile => _folder.File("source.db");

    internal string SinkFile => _folder.File("sink.db");

    internal Process Store => _programs.Store;

    internal Process Sync => _programs.Sync;

    /// <summary>The address at which the Store serves.</summary>
    internal string Endpoint => _programs.Endpoint;

    /// <summary>The position up to which the Store has everything on its disk.</summary>
    internal string StoreLast => _programs.StoreLast;

    /// <summary>The bytes of the Store's log.</summary>
    internal long StoreBytes => _programs.StoreBytes;

    /// <summary>Both files with the same empty table, the Store running.</summary>
    internal static async Task<MovingRows> Start(bool withSync = true)
    {
        var scene = new MovingRows();
        await scene._programs.StartStore();
        if (withSync)
        {
            await scene.StartSync();
        }

        return scene;
    }

    internal Task StartSync() => _programs.StartSync();

    /// <summary>The sink has what the source has.</summary>
    internal void Compare()
    {
        var (source, sink) = (Source.Summary(), Sink.Summary());
        if (source != sink)
        {
            throw new InvalidOperationException($"the source has {source}, the sink {sink}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        Source.Dispose();
        Sink.Dispose();
        _folder.Dispose();
    }

    private static JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = file };
}
