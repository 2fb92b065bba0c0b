using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Transactions;

namespace Holdfast.Integration.Tests;

/// <summary>
/// One run with its local fleet, and a bank that is copied by real Stores and a real Incr-Sync: who holds what, who reads whom, and
/// what has arrived. Each test has a task and a bank of its own.
/// </summary>
public sealed class BankRun : IAsyncLifetime
{
    /// <summary>A busy machine needs it; nothing is measured by it.</summary>
    internal static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _files = new();
    private HoldfastProcess? _process;

    internal string Data => _directory.Location;

    internal Api Api { get; private set; } = null!;

    private static string Program { get; } = System.Text.RegularExpressions.Regex.Replace(
        AppContext.BaseDirectory, "/tests/[a-z-]+/", "/components/data/") + "holdfast-data";

    public async ValueTask InitializeAsync()
    {
        _process = HoldfastProcess.Run(Data);
        Api = await _process.Ready();
        // A new Store begins where the slowest consumer is, and one test after the other makes some.
        var config = await Api.Put("/api/v1/ha/config", new JsonObject
        {
            ["checkRequestIntervalSec"] = 0, ["perceiveStoreClientCheckpoint"] = true, ["refetchStoreIntervalMin"] = 1,
            // Redundant Stores stay until they have been looked at.
            ["clearRedundantStores"] = false,
        });
        Assert.True(config.Status == System.Net.HttpStatusCode.OK, $"{config.Status} {config.Body}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Api?.Dispose();
        _directory.Dispose();
        _files.Dispose();
    }

    /// <summary>A bank, its copy, and a task that keeps the copy up to date.</summary>
    internal async Task<BankTask> Open(string name)
    {
        var time = TimeProvider.System;
        var (source, sink) = (Bank.Create(_files.File($"{name}.db")), Bank.Create(_files.File($"{name}-copy.db")));
        var tables = new StreamFilter { Tables = ["main.account", "main.ledger", "main.journal"] };
        await SqliteCapture.Install(_files.File($"{name}.db"), tables, time);
        var captured = time.GetUtcNow().ToUnixTimeSeconds();
        await Eventually.Holds(() => time.GetUtcNow().ToUnixTimeSeconds() > captured + 1 ? null : "a second that is whole", Slow);
        var store = Configure($"{name}-store.json", "store", new JsonObject
        {
            ["source"] = Sqlite($"{name}.db"), ["subtopic"] = name, ["tables"] = new JsonArray([.. tables.Tables.Select(t => (JsonNode)t)]),
        });
        var sync = Configure($"{name}-sync.json", "incrSync", new JsonObject
        {
            ["api"] = Api.Http.BaseAddress!.ToString(), ["subtopic"] = name, ["sink"] = Sqlite($"{name}-copy.db"),
        });
        var created = await Api.Post("/api/v1/tasks", new JsonObject
        {
            ["id"] = name, ["name"] = name, ["type"] = "synchronization", ["region"] = FleetHost.Region,
            ["source"] = new JsonObject { ["name"] = name },
            ["store"] = new JsonObject { ["command"] = new JsonArray(Program, "store", "--config", store) },
            ["incrSync"] = new JsonObject { ["command"] = new JsonArray(Program, "incr-sync", "--config", sync) },
            ["startTimestamp"] = captured + 1,
        });
        Assert.True(created.Status == System.Net.HttpStatusCode.Created, $"{created.Status} {created.Body}");
        return new BankTask(this, name, source, sink);
    }

    internal static Task Revive(string host, string data) => HoldfastProcess.Command(data, "start", host, "--data", data);

    internal ProcessMark Supervisor(string host) => FleetHost.Named(host)!.Read(Data)!.Process;

    private JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = _files.File(file) };

    private string Configure(string name, string part, JsonObject config)
    {
        var file = _files.File(name);
        File.WriteAllText(file, new JsonObject { [part] = config }.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}

/// <summary>A Store as the API shows it.</summary>
internal sealed record ShownStore(string Name, string Host, string Standing, string? Begin, string? End, string? Start, string? Error);

/// <summary>A bank's task in a run.</summary>
internal sealed class BankTask(BankRun run, string name, Bank source, Bank sink)
{
    private int _transfers;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal Bank Sink => sink;

    internal Bank Source => source;

    /// <summary>Writes a number of transfers, one transaction each.</summary>
    internal Task Write(int count, int seed) => Task.Run(async () =>
    {
        var random = new Random(seed);
        using var connection = source.Open();
        for (var i = 0; i < count; i++)
        {
            Bank.Transfer(connection, random, ++_transfers);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancel);
        }
    }, Cancel);

    /// <summary>The sink has what the source has, each transfer once; whatever the sink showed meanwhile came to the same sum.</summary>
    internal async Task Converged()
    {
        await Eventually.Holds(async () =>
        {
            var (from, to) = (source.State(), sink.State());
            Assert.Equal((Bank.Sum, 0L), (to.Sum, to.Twice));
            return from == to ? null : $"source {from}, sink {to}; {await Said()}";
        }, BankRun.Slow);
        Assert.Equal(source.Rows(), sink.Rows());
    }

    internal async Task<IReadOnlyList<ShownStore>> Stores() =>
    [
        .. (await run.Api.List($"/api/v1/stores?subtopic={name}")).Select(s => new ShownStore((string)s["name"]!, (string)s["host"]!,
            (string)s["standing"]!, (string?)s["positionBegin"], (string?)s["positionEnd"], (string?)s["startPosition"],
            (string?)s["error"])),
    ];

    internal async Task<ShownStore> Store(string store) => (await Stores()).Single(s => s.Name == store);

    /// <summary>Waits until that many Stores run, and the Incr-Sync reads one of them.</summary>
    internal async Task<IReadOnlyList<ShownStore>> Runs(int stores)
    {
        IReadOnlyList<ShownStore> running = [];
        await Eventually.Holds(async () => (running = [.. (await Stores()).Where(s => s is { Standing: "Running", End: not null })]).Count
            == stores && await Reads() is not null ? null : await Said(), BankRun.Slow);
        return running;
    }

    /// <summary>The Store that names the task among its consumers, as its host says it.</summary>
    internal async Task<string?> Reads() => (await run.Api.List("/api/v1/stores")).Where(s => (string?)s["subtopic"] == name)
        .Select(s => (string)s["name"]!).FirstOrDefault(store => Status(store)?["consumers"] is JsonArray { Count: > 0 }
            && Proc.Naming($"HOLDFAST_COMPONENT={store}\0").Any(p => p.Runs()));

    /// <summary>Its last status; null: there is none.</summary>
    internal JsonObject? Status(string component)
    {
        var file = FleetHost.All
            .Select(h => Path.Combine(h.WorkDirectory(run.Data), "components", Uri.EscapeDataString(component), "status.json"))
            .Where(File.Exists).MaxBy(File.GetLastWriteTimeUtc);
        try
        {
            return file is null ? null : JsonNode.Parse(File.ReadAllText(file))?.AsObject();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The process of a component.</summary>
    internal static ProcessMark ProcessOf(string component) =>
        Proc.Naming($"HOLDFAST_COMPONENT={component}\0").First(p => p.Runs());

    internal async Task<Listed> Sync() => (await run.Api.IncrSyncs()).Single(c => c.Task == name);

    internal async Task<JsonObject> Coverage() => (await run.Api.List($"/api/v1/stores/coverage?subtopic={name}"))[0];

    internal async Task<JsonObject> Why() => (await run.Api.Get($"/api/v1/stores/why?subtopic={name}")).Body;

    internal async Task Do(string what) => Assert.InRange(
        (int)(await run.Api.Post($"/api/v1/tasks/{name}/{what}", new JsonObject())).Status, 200, 299);

    internal async Task Start(string store) => Assert.InRange(
        (int)(await run.Api.Post($"/api/v1/stores/{Uri.EscapeDataString(store)}/start", new JsonObject())).Status, 200, 299);

    internal async Task<string> Add(string? host = null)
    {
        var before = (await Stores()).Select(s => s.Name).ToList();
        var body = new JsonObject { ["subtopic"] = name };
        if (host is not null)
        {
            body["host"] = host;
        }

        var added = await run.Api.Post("/api/v1/stores", body);
        Assert.True((int)added.Status is >= 200 and < 300, $"{added.Status} {added.Body}");
        return (await Stores()).Single(s => !before.Contains(s.Name)).Name;
    }

    /// <summary>All that is known, for a message; a task that has just been made may have nothing yet.</summary>
    internal async Task<string> Said()
    {
        var sync = (await run.Api.IncrSyncs()).FirstOrDefault(c => c.Task == name);
        var (stores, coverage, why) = (
            await Stores(), (await run.Api.Get($"/api/v1/stores/coverage?subtopic={name}")).Body, await Why());
        return $"{sync} {(sync is null ? null : Status(sync.Name))}; {string.Join("; ", stores)}; {coverage}; {why}";
    }
}
