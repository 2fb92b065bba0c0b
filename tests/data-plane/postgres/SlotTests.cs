using Holdfast.Data.Reports;
using Holdfast.Data.Roles;
using Holdfast.Data.Stores;
using Npgsql;

namespace Holdfast.DataPlane.Tests.Postgres;

/// <summary>A source keeps its log for a Store until the Store is gone for good: as processes, against a real server.</summary>
[Trait("Category", "process")]
public sealed class SlotTests : IAsyncLifetime
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly StoresServer _stores = new();
    private readonly List<DataProcess> _started = [];
    private PrivatePostgres _source = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        _source = await PrivatePostgres.Start("fsync=off", "wal_level=logical");
        await _source.Say("CREATE TABLE account(id integer PRIMARY KEY, balance bigint NOT NULL)", "INSERT INTO account VALUES (1, 1000)");
    }

    public async ValueTask DisposeAsync()
    {
        _started.ForEach(p => p.Dispose());
        await _stores.DisposeAsync();
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_store_that_is_told_to_go_takes_its_slot_along_and_with_the_last_one_goes_the_past()
    {
        var (first, second) = (await Run("st1"), await Run("st2"));
        Assert.Equal(["*", "st1", "st2"], await Slots());

        // It is only to stop; then nobody can be asked; then nothing is known of it.
        _stores.Stores["st1"] = "Stopped";
        await first.Stop();
        first = await Run("st1");
        (_stores.Stores["st1"], _stores.IsIll) = ("Absent", true);
        await first.Stop();
        _stores.IsIll = false;
        first = await Run("st1");
        _stores.Stores.Clear();
        await first.Stop();
        Assert.Equal(["*", "st1", "st2"], await Slots());

        first = await Run("st1");
        _stores.Stores["st1"] = "Absent";
        Assert.Equal(DataProcess.Asked, await first.Stop());
        Assert.Equal(["*", "st2"], await Slots());
        await Plant.Tells(first, "removed for good");
        _stores.Stores["st2"] = "Absent";
        await second.Stop();
        Assert.Empty(await Slots());
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_store_forgets_those_whose_removal_has_ended_and_nobody_else()
    {
        foreach (var name in (string[])["down", "gone", "another-fleet", "again"])
        {
            await (await Run(name)).Kill();
        }

        // A host that is down has its Store still; a name that was used before is that of a Store again.
        (_stores.Stores["down"], _stores.Stores["again"], _stores.Stores["st1"]) = ("Running", "Running", "Running");
        (_stores.IsIll, string[] removed) = (true, ["gone", "again", "of another database"]);
        removed.ToList().ForEach(_stores.Removed.Add);
        var store = await Run("st1");
        await Eventually.Holds(() => _stores.Asked.IsEmpty ? "not asked" : null, Slow);
        Assert.Equal(["*", "again", "another-fleet", "down", "gone", "st1"], await Slots());
        await store.Kill();
        _stores.IsIll = false;
        await Run("st1");
        await Eventually.Holds(async () => string.Join(' ', await Slots()) is not "* again another-fleet down st1" and var slots
            ? slots : null, Slow);
    }

    [Fact]
    public async Task A_person_sees_whose_slots_there_are_and_drops_what_no_store_has()
    {
        foreach (var name in (string[])["st1", "gone", "another-fleet"])
        {
            await (await Run(name)).Kill();
        }

        _stores.Stores["st1"] = "Running";
        _stores.Removed.Add("gone");
        var (exit, said) = await Holdfast("--json");
        Assert.True(exit == 0, said);
        var slots = JsonNode.Parse(said)!["slots"]!.AsArray();
        Assert.Equal(["Reader", "Removed", "Retainer", "Unknown"], slots.Select(s => (string)s!["use"]!).Order(StringComparer.Ordinal));
        Assert.All(slots, s => Assert.True((long)s!["retainedBytes"]! > 0 && (string?)s["status"] == "reserved"));
        string Slot(string use) => (string)slots.First(s => (string?)s!["use"] == use)!["name"]!;

        (exit, said) = await Holdfast("--drop", Slot("Reader"));
        Assert.True(exit == 3 && said.Contains("DP-179", StringComparison.Ordinal), said);
        (exit, said) = await Holdfast("--drop", Slot("Unknown"));
        Assert.True(exit == 3 && said.Contains("DP-185", StringComparison.Ordinal), said);
        _stores.IsIll = true;
        (exit, said) = await Holdfast("--drop", Slot("Removed"), "--force");
        Assert.True(exit == 1 && said.Contains("DP-186", StringComparison.Ordinal), said);
        (exit, said) = await Holdfast();
        Assert.True(exit == 0 && said.Contains("could not be asked", StringComparison.Ordinal), said);
        (exit, said) = await Holdfast("--json");
        Assert.True(exit == 0 && said.Contains("\"storesNotAsked\": ", StringComparison.Ordinal), said);
        _stores.IsIll = false;
        (exit, said) = await Holdfast("--drop", Slot("Retainer"));
        Assert.True(exit == 3 && said.Contains("DP-178", StringComparison.Ordinal), said);
        Assert.Equal(["*", "another-fleet", "gone", "st1"], await Slots());

        (exit, said) = await Holdfast("--drop", Slot("Removed"));
        Assert.True(exit == 0 && said.Contains("is dropped", StringComparison.Ordinal), said);
        (exit, said) = await Holdfast("--drop", Slot("Unknown"), "--force");
        Assert.True(exit == 0, said);
        (exit, said) = await Holdfast("--drop", Slot("Unknown"), "--force");
        Assert.True(exit == 3 && said.Contains("DP-177", StringComparison.Ordinal), said);
        Assert.Equal(["*", "st1"], await Slots());
    }

    /// <summary>The source's answer then does not stop a Store: the fault is told, and another Store looks again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_cannot_be_asked_to_forget_costs_no_Store_its_end(bool isEnding)
    {
        _stores.Stores["st1"] = "Absent";
        _stores.Removed.Add("gone");
        using var http = new HttpClient();
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var retention = new ReaderRetention("st1", "bank", new RemovedStores(new Uri(_stores.Address), http), (_, _) =>
        {
            if (++asked == 1 && isEnding)
            {
                stop.Cancel();
            }

            throw asked == 1 ? new Microsoft.Data.Sqlite.SqliteException("database is locked", 5) : new IOException("it is full");
        }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReaderRetention>.Instance);
        var run = retention.Run(stop.Token);
        await Eventually.Holds(() => Volatile.Read(ref asked) == 1 ? null : "not asked", Slow);
        await stop.CancelAsync();
        await run;
        await retention.Leave();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Only_a_removal_that_has_ended_counts_and_only_of_a_store_that_is_not_there()
    {
        StoreOperation Of(string store, string kind = "Delete Store", string status = "Successful") =>
            new() { Kind = kind, Status = status, Store = store };
        StoreOperation[] operations =
        [
            Of("gone"), Of("gone"), Of("there"), Of("going", status: "In Progress"), Of("failed", status: "Failed"),
            Of("paused", kind: "Pause Store"), new() { Kind = "Create Store", Status = "Successful" },
        ];
        Assert.Equal(["gone"], RemovedStores.Gone(operations, [new KnownStore { Name = "there", Desired = "Running" }]));
    }

    private JsonObject Source() => new()
    {
        ["kind"] = "postgres", ["host"] = "127.0.0.1", ["port"] = _source.Port, ["database"] = "postgres", ["user"] = "holdfast",
        ["password"] = "secret", ["sslMode"] = "disable",
    };

    /// <summary>Starts a Store, and waits until it reads.</summary>
    private async Task<DataProcess> Run(string name)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        var file = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(file, new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = Source(), ["subtopic"] = "bank", ["tables"] = new JsonArray("public.*"), ["api"] = _stores.Address,
            },
        }.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var store = DataProcess.Start("store", name, "", 1, folder);
        _started.Add(store);
        await Eventually.Holds(async () => store.IsOver ? throw new InvalidOperationException($"{store.Status} {store.Output}")
            : (await Active()).Contains(name) ? null : $"{store.Status} {store.Output}", Slow);
        return store;
    }

    /// <summary>Names of the readers; * is the past.</summary>
    private async Task<List<string>> Slots() => await Names("true");

    private Task<List<string>> Active() => Names("active");

    private async Task<List<string>> Names(string only)
    {
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={_source.Port};Username=holdfast;Database=postgres;Pooling=false;SSL Mode=Disable");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT coalesce(substring(slot_name FROM 'holdfast_\\d+_([a-z0-9_]+)'), '*')"
            + $" FROM pg_replication_slots WHERE {only} AND NOT temporary ORDER BY 1", connection);
        await using var row = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await row.ReadAsync())
        {
            names.Add(row.GetString(0).StartsWith("another_fleet", StringComparison.Ordinal) ? "another-fleet" : row.GetString(0));
        }

        return names;
    }

    private async Task<(int Exit, string Said)> Holdfast(params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [Fleet.FleetScene.Program("apps/holdfast", "holdfast.dll"), "sources", "slots",
            $"postgres://holdfast@127.0.0.1:{_source.Port}/postgres?sslmode=disable", "--server", _stores.Address,
            "--data", _folder.File("data"), .. more])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Slow, TimeProvider.System);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, output + await error);
    }
}
