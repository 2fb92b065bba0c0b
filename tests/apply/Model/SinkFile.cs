using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Sink;
using Microsoft.Data.Sqlite;

namespace Holdfast.Apply.Tests.Model;

/// <summary>A SQLite file as a sink; one of its tables has no key.</summary>
internal sealed class SinkFile : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Path => _folder.File("sink.db");

    internal static SinkFile Create()
    {
        var file = new SinkFile();
        file.Run($"PRAGMA journal_mode = WAL; {SqliteApplyTests.Schema}");
        return file;
    }

    internal Task<SqliteSink> Open() => SqliteSink.Open(Path, TimeProvider.System);

    internal Applier Applier(ISink sink, long epoch) => new(
        new ApplyOptions
        {
            Task = "t",
            Epoch = epoch,
            Mark = "n/t",
            Mapping = World.Mapping,
            Ddl = World.AllDdl,
            Group = GroupLimits.Default with { Rows = 3, Wait = TimeSpan.Zero },
            Window = new Window(6, 1 << 20),
        },
        sink, new SqliteCatalog(Path), TimeProvider.System);

    internal void Run(string sql)
    {
        using var connection = Opened();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal string Rows()
    {
        using var connection = Opened();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT what || '|' || count FROM entry";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return string.Join("\n", rows.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private SqliteConnection Opened()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }
}

/// <summary>A sink whose lanes have something around them.</summary>
internal sealed class AroundSink(ISink sink, Func<ISinkLane, ISinkLane> around) : ISink
{
    public SinkCapabilities Capabilities => sink.Capabilities;

    public Task<long?> Fence(string task, long epoch, CancellationToken cancel) => sink.Fence(task, epoch, cancel);

    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => sink.Progress(task, cancel);

    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) =>
        sink.Adopt(task, epoch, source, cancel);

    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) => sink.Skipped(task, cancel);

    public async Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) =>
        around(await sink.Lane(task, lane, epoch, mark, cancel));

    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
