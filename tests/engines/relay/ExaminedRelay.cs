using System.Net;
using Holdfast.Engine.Relay;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engines.Tests.Sqlite;
using Holdfast.Store;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Engines.Tests.Relay;

/// <summary>A SQLite file that is read through a Store, or through a row of them.</summary>
/// <param name="stores">Count of the Stores.</param>
internal sealed class ExaminedRelay(int stores) : IExamined
{
    private readonly ExaminedSqlite _database = new();
    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<(StoreRunner Runner, Task<StoreFault?> Run, ISource Source)> _stores = [];

    public Task Run(params string[] statements) => _database.Run(statements);

    public Task Trigger(string name, string table, string other) => _database.Trigger(name, table, other);

    public Task<TableSchema> Table(string name) => _database.Table(name);

    public Task<IReadOnlyList<string>> Rows(string table) => _database.Rows(table);

    public Task<ISink> Sink(Action<string>? passing = null) => _database.Sink(passing);

    public ICatalog Catalog() => _database.Catalog();

    public Task<IChunks> Chunks() => _database.Chunks();

    public async Task Install(params string[] tables)
    {
        await _database.Install(tables);
        for (var i = 1; i <= stores; i++)
        {
            var name = $"st{i}";
            var before = _stores.Count - 1;
            var source = i == 1
                ? _database.Source(name)
                : new RelaySource(new Upstream(() => _stores[before].Runner.Figures.Endpoint!), name, TimeProvider.System);
            var runner = new StoreRunner(source, new StoreOptions
            {
                Name = name, Subtopic = "exam", Folder = _folder.File(name), From = i == 1 ? null : DateTimeOffset.UnixEpoch,
            }, TimeProvider.System, NullLoggerFactory.Instance);
            _stores.Add((runner, runner.Run(_end.Token), source));
            await Until(() => runner.Figures.Endpoint is not null);
        }
    }

    public ISource Source(string reader) =>
        new Relayed(new RelaySource(new Upstream(Last), reader, TimeProvider.System), _database.Source("other"), CaughtUp);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var (_, run, source) in _stores)
        {
            Assert.Null(await run);
            await source.DisposeAsync();
        }

        _end.Dispose();
        _folder.Dispose();
        await _database.DisposeAsync();
    }

    internal static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private IPEndPoint Last() => _stores[^1].Runner.Figures.Endpoint!;

    private Task CaughtUp(Position newest) => Until(() => _stores[^1].Runner.Figures.Range!.Last >= newest);

    internal sealed class Upstream(Func<IPEndPoint> endpoint) : IUpstream
    {
        public Task<Welcome> Ask(CancellationToken cancel) => StoreClient.Ask(new ClientOptions { Store = endpoint() }, cancel);

        public Task<StoreStream> Open(Position? after, Func<Welcome, Open> asks, CancellationToken cancel) =>
            StoreClient.Open(new ClientOptions { Store = endpoint() }, asks, cancel);
    }

    /// <summary>"Now" is what the database has committed: the exam asks for it, and Stores have it a moment later.</summary>
    private sealed class Relayed(RelaySource relay, ISource database, Func<Position, Task> caughtUp) : ISource
    {
        public Task<SourceIdentity> Identify(CancellationToken cancel) => relay.Identify(cancel);

        public async Task<SourceRange> Range(CancellationToken cancel)
        {
            await caughtUp((await database.Range(cancel)).Newest);
            return await relay.Range(cancel);
        }

        public async Task<Position?> At(DateTimeOffset time, CancellationToken cancel)
        {
            await caughtUp((await database.Range(cancel)).Newest);
            return await relay.At(time, cancel);
        }

        public IAsyncEnumerable<SourceEvent> Read(Position after, StreamFilter filter, CancellationToken cancel) =>
            relay.Read(after, filter, cancel);

        public Task Confirm(Position durable, CancellationToken cancel) => relay.Confirm(durable, cancel);

        public Task Beat(ulong? barrier, CancellationToken cancel) => database.Beat(barrier, cancel);

        public async ValueTask DisposeAsync()
        {
            await relay.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
