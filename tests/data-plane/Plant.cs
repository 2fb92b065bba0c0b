using Microsoft.Data.Sqlite;

namespace Holdfast.DataPlane.Tests;

/// <summary>Databases, Stores and Incr-Syncs of a test's choosing, as real processes in one folder.</summary>
internal sealed class Plant : IAsyncDisposable
{
    internal static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private readonly TempDirectory _folder = new();
    private readonly ResolveServer _api;
    private readonly Dictionary<string, DataProcess> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);

    static Plant() => SQLitePCL.Batteries_V2.Init();

    internal Plant() => _api = new ResolveServer((subtopic, except) =>
        StoreOf.TryGetValue(subtopic, out var store) && store != except ? (store, Folder(store))
        : UpstreamOf.TryGetValue(subtopic, out var other) ? (other, Folder(other))
        : null, store => TicketKeys.GetValueOrDefault(store));

    /// <summary>Places at which processes are told to die; null: they run as they are delivered.</summary>
    internal PointRequests? Points { get; set; }

    /// <summary>The keys, in hexadecimal digits, with which resolve signs tickets for a Store.</summary>
    internal Dictionary<string, string> TicketKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The words by which a component's program is run elsewhere.</summary>
    internal Dictionary<string, string[]> Inside { get; } = new(StringComparer.Ordinal);

    /// <summary>The address at which it answers.</summary>
    internal string Api => _api.Address;

    /// <summary>The Store that the other one reads, of a subtopic with two.</summary>
    internal Dictionary<string, string> UpstreamOf { get; } = new(StringComparer.Ordinal);

    /// <summary>The Store of each subtopic.</summary>
    internal Dictionary<string, string> StoreOf { get; } = new(StringComparer.Ordinal);

    internal string Folder(string name) => _folder.File(name);

    /// <summary>Runs SQL on a database, which is made when it is not there.</summary>
    internal void Run(string database, string sql)
    {
        using var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Holds a database's write lock until it is disposed of.</summary>
    internal SqliteConnection Hold(string database)
    {
        var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={Folder(database)};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    /// <summary>Rows of a query, values joined by bars.</summary>
    internal IReadOnlyList<string> Rows(string database, string sql)
    {
        using var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>A database with some SQL, in WAL mode.</summary>
    internal void Create(string database, string sql) => Run(database, $"PRAGMA journal_mode=WAL; {sql}");

    internal static JsonObject Sqlite(string path) => new() { ["kind"] = "sqlite", ["path"] = path };

    internal DataProcess StartStore(string name, string source, string subtopic, Action<JsonObject>? change = null, bool isServing = true,
        JsonObject? own = null)
    {
        var store = new JsonObject { ["source"] = Sqlite(Folder(source)), ["subtopic"] = subtopic };
        change?.Invoke(store);
        var config = new JsonObject { ["store"] = store };
        if (own is not null)
        {
            config["holdfast"] = own;
        }

        Configure(name, config);
        if (isServing)
        {
            StoreOf[subtopic] = name;
        }

        return Start("store", name, "");
    }

    internal DataProcess StartSync(string task, string sink, string subtopic, Action<JsonObject>? change = null)
    {
        var sync = new JsonObject { ["api"] = _api.Address, ["subtopic"] = subtopic, ["sink"] = Sqlite(Folder(sink)) };
        change?.Invoke(sync);
        Configure(task, new JsonObject { ["incrSync"] = sync });
        return Start("incr-sync", task, task);
    }

    /// <summary>Starts a process as the scheduler does it: under a higher epoch each time.</summary>
    internal DataProcess Start(string role, string name, string task)
    {
        if (_running.Remove(name, out var before))
        {
            before.Dispose();
        }

        var epoch = _epochs[name] = _epochs.GetValueOrDefault(name) + 1;
        return _running[name] = DataProcess.Start(role, name, task, epoch, Folder(name), Points?.Folder,
            inside: Inside.GetValueOrDefault(name));
    }

    internal string Configure(string name, JsonNode config)
    {
        Directory.CreateDirectory(Folder(name));
        var file = Path.Combine(Folder(name), "config.json");
        File.WriteAllText(file, config.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Waits until a Store shows what it has.</summary>
    internal static Task Serves(DataProcess store) => Says(store, s => (string?)s["state"] == "Running" && s["endpoint"] is not null);

    /// <summary>Waits until a process says in its status that something is so.</summary>
    internal static Task Says(DataProcess process, Func<JsonObject, bool> holds) => Eventually.Holds(
        () => holds(process.Status) ? null : $"{process.Status.ToJsonString()}\n{process.Output}", Slow);

    /// <summary>Waits until its output has something: that comes through a pipe, later than what it does.</summary>
    internal static Task Tells(DataProcess process, string text) => Eventually.Holds(
        () => process.Output.Contains(text, StringComparison.Ordinal) ? null : $"{text}\n{process.Output}", Slow);

    /// <summary>Waits until its error begins with a code.</summary>
    internal static Task Says(DataProcess process, string code) =>
        Says(process, s => ((string?)s["error"])?.StartsWith(code, StringComparison.Ordinal) == true);

    /// <summary>Waits until a query of the sink answers with these rows.</summary>
    internal Task Has(string database, string sql, params string[] rows) => Eventually.Holds(() =>
    {
        var there = Rows(database, sql);
        return there.SequenceEqual(rows) ? null : $"{string.Join("; ", there)}\n{string.Join("\n", _running.Select(r =>
            $"{r.Key}: {r.Value.Status.ToJsonString()}\n{r.Value.Output}"))}";
    }, Slow);

    /// <summary>Waits until it has ended by itself, with one of these codes in its last words.</summary>
    internal static async Task Ends(DataProcess process, params string[] codes)
    {
        var exit = await process.Ended();
        Assert.True(exit == 1 && codes.Any(c => ((string?)process.Status["error"])?.StartsWith(c, StringComparison.Ordinal) == true),
            $"{exit} {process.Status.ToJsonString()}\n{process.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values)
        {
            process.Dispose();
        }

        await _api.DisposeAsync();
        _folder.Dispose();
    }
}
