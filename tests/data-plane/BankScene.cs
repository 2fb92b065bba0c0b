using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Holdfast.Tests;

namespace Holdfast.DataPlane.Tests;

/// <summary>A source, a sink, a Store and an Incr-Sync as real processes, and who answers resolve.</summary>
internal sealed class BankScene : IAsyncDisposable
{
    internal const string Task = "t1";

    private readonly TempDirectory _folder = new();
    private readonly ResolveServer _api;
    private DataProcess? _sync;
    private long _epoch;

    internal BankScene()
    {
        Source = Bank.Create(_folder.File("source.db"));
        Sink = Bank.Create(_folder.File("sink.db"));
        _api = new ResolveServer(_ => ("st1", _folder.File("store")));
        Configure("store", new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = Sqlite("source.db"),
                ["subtopic"] = "bank",
                ["tables"] = new JsonArray("main.account", "main.ledger", "main.journal"),
            },
        });
        Configure("sync", new JsonObject
        {
            ["incrSync"] = new JsonObject { ["api"] = _api.Address, ["subtopic"] = "bank", ["sink"] = Sqlite("sink.db") },
        });
    }

    /// <summary>The positions, in unix seconds, for which a Store was asked.</summary>
    internal ConcurrentQueue<long> Asked => _api.Asked;

    /// <summary>Up to where the Incr-Sync said that it is, unix seconds; also once it has ended.</summary>
    internal long? Checkpoint => (long?)DataProcess.Read(_folder.File("sync"))["checkpoint"];

    internal Bank Source { get; }

    internal Bank Sink { get; }

    internal DataProcess Store { get; private set; } = null!;

    internal DataProcess Sync => _sync!;

    internal async Task Start()
    {
        StartStore();
        await Eventually.Holds(() => (string?)Store.Status["state"] == "Running" ? null : $"{Store.Status} {Store.Output}",
            TimeSpan.FromSeconds(60));
        StartSync();
    }

    internal void StartStore() =>
        Store = DataProcess.Start("store", "st1", "", 1, _folder.File("store"));

    /// <summary>As the scheduler does it: under a higher epoch.</summary>
    internal void StartSync() => _sync = DataProcess.Start("incr-sync", "is1", Task, ++_epoch, _folder.File("sync"));

    /// <summary>Until the sink has as many transfers as the source.</summary>
    internal Task Converged(TimeSpan max) => Eventually.Holds(() =>
    {
        var (source, sink) = (Source.State(), Sink.State());
        return source == sink ? null : $"source {source}, sink {sink}; {Store.Status} {Sync.Status}\n{Store.Output}\n{Sync.Output}";
    }, max);

    public async ValueTask DisposeAsync()
    {
        Store?.Dispose();
        _sync?.Dispose();
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    private JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = _folder.File(file) };

    private void Configure(string folder, JsonObject config)
    {
        Directory.CreateDirectory(_folder.File(folder));
        var file = Path.Combine(_folder.File(folder), "config.json");
        File.WriteAllText(file, config.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
