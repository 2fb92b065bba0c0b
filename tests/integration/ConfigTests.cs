using System.Net.Http.Json;
using Holdfast.Contracts;

namespace Holdfast.Integration.Tests;

/// <summary>Store and Incr-Sync of a task move rows with what the API was given and nothing else: no file is written by hand.</summary>
[Trait("Category", "process")]
public sealed class ConfigTests(FleetRun fleet) : IClassFixture<FleetRun>
{
    private const string Tasks = "/api/v1/tasks";
    private const string Secret = "tr0ub4dor-and-3";
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private static string Program => System.Text.RegularExpressions.Regex.Replace(
        AppContext.BaseDirectory, "/tests/[a-z-]+/", "/components/data/") + "holdfast-data.dll";

    static ConfigTests() => SQLitePCL.Batteries_V2.Init();

    [Fact]
    public async Task Rows_arrive_and_another_configuration_is_another_epoch()
    {
        var (source, sink, other) = (Database("source"), Database("sink"), Database("other"));
        // The log of a source begins with the first Store that reads it: it is there before the task that moves its rows.
        await Create("keeper", Store("shop-db", source), Sync("shop-db", sink), "shop-db", "Stopped");
        await Eventually.Holds(async () => (await fleet.Api.List("/api/v1/stores"))
            .Any(s => (string?)s["subtopic"] == "shop-db" && s["endpoint"] is not null) ? null : "its Store serves", Slow);
        await Create("shop", Store("shop-db", source), Sync("shop-db", sink), "shop-db");
        Write(source, 1);
        await Eventually.Holds(() => Missing(sink, 1), Slow);
        var before = await Running("shop");
        var file = Path.Combine(Folder(before), ComponentConfig.FileName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(sink, (string?)JsonNode.Parse(await File.ReadAllTextAsync(file))!["incrSync"]!["sink"]!["path"]);

        var changed = await fleet.Api.Patch($"{Tasks}/shop",
            new JsonObject { ["incrSync"] = new JsonObject { ["config"] = Sync("shop-db", other) } });
        Assert.True(changed.Status == HttpStatusCode.OK, $"{changed.Status} {changed.Body}");
        Write(source, 2);
        await Eventually.Holds(() => Missing(other, 2), Slow);
        Assert.True((await Running("shop")).Epoch > before.Epoch);
    }

    [Fact]
    public async Task A_host_reads_its_own_components_configuration_and_people_read_none()
    {
        var config = Sync("secrets-db", Database("sink2"));
        config["incrSync"]!["sink"]!["password"] = Secret;
        await Create("secrets", Store("secrets-db", Database("source2")), config, "secrets-db");
        var placed = await Eventually.Found(async () => (await fleet.Api.IncrSyncs())
            .FirstOrDefault(c => c is { Task: "secrets", Host.Length: > 0 } && File.Exists(Path.Combine(Folder(c), "config.json"))),
            Slow, "its file");
        var file = Path.Combine(Folder(placed), ComponentConfig.FileName);
        Assert.Contains(Secret, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var path = $"/api/v1/hosts/{placed.Host}/components/{Uri.EscapeDataString(placed.Name)}/config";
        Assert.Equal(HttpStatusCode.OK, (await As(await TokenOf(placed.Host), path)).Status);
        Assert.Equal("HB-204", (await As(await TokenOf(placed.Host == "h1" ? "h2" : "h1"), path)).Code);
        Assert.Equal("PF-101", (await As(null, path)).Code);
        foreach (var shown in (string[])["tasks/secrets", "tasks", "components", $"components/{Uri.EscapeDataString(placed.Name)}",
            "stores", "ha/why/task:secrets", "audit", $"hosts/{placed.Host}"])
        {
            var answer = await fleet.Api.Get("/api/v1/" + shown);
            Assert.DoesNotContain(Secret, answer.Body.ToJsonString(), StringComparison.Ordinal);
        }

        foreach (var log in Directory.GetFiles(Path.Combine(fleet.Data, "logs")))
        {
            await using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            Assert.DoesNotContain(Secret, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Secret, fleet.Process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", "incrSync.config")]
    [InlineData("\"text\"", "incrSync.config")]
    [InlineData("""{"holdfast":{}}""", "incrSync.config.holdfast")]
    public async Task A_configuration_that_breaks_a_rule_makes_no_task(string config, string field)
    {
        var refused = await Post("refused", new JsonObject(), JsonNode.Parse(config)!, "refused-db", "Running");
        Assert.Equal((HttpStatusCode.BadRequest, "HA-104"), (refused.Status, refused.Code));
        Assert.Equal([field], refused.Fields);
    }

    private string Database(string name)
    {
        var file = Path.Combine(fleet.Data, name + ".db");
        Run(file, "PRAGMA journal_mode=WAL; CREATE TABLE item(id INTEGER PRIMARY KEY, what TEXT);");
        return file;
    }

    private static void Write(string file, int id) => Run(file, $"INSERT INTO item VALUES({id}, 'row {id}');");

    private static void Run(string file, string sql)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string? Missing(string file, int id)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM item WHERE id = {id} AND what = 'row {id}'";
        return (long)command.ExecuteScalar()! == 1 ? null : $"row {id} in {file}";
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    private static JsonObject Store(string subtopic, string source) => new()
    {
        ["store"] = new JsonObject { ["source"] = Sqlite(source), ["subtopic"] = subtopic, ["tables"] = new JsonArray("main.item") },
    };

    private JsonObject Sync(string subtopic, string sink) => new()
    {
        ["incrSync"] = new JsonObject
        {
            ["api"] = fleet.Api.Http.BaseAddress!.ToString(), ["subtopic"] = subtopic, ["sink"] = Sqlite(sink),
        },
    };

    private static JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = file };

    private static JsonArray Command(string role) => new("dotnet", Program, role);

    private Task<Answer> Post(string id, JsonNode store, JsonNode sync, string from, string desired) => fleet.Api.Post(Tasks, new JsonObject
    {
        ["name"] = id,
        ["type"] = "synchronization",
        ["region"] = FleetHost.Region,
        ["source"] = new JsonObject { ["name"] = from },
        ["store"] = new JsonObject { ["command"] = Command("store"), ["config"] = store },
        ["incrSync"] = new JsonObject { ["command"] = Command("incr-sync"), ["config"] = sync, ["desired"] = desired },
    });

    private async Task Create(string id, JsonNode store, JsonNode sync, string source, string desired = "Running")
    {
        var made = await Post(id, store, sync, source, desired);
        Assert.True(made.Status == HttpStatusCode.Created, $"{made.Status} {made.Body}");
    }

    private string Folder(Listed component) => Path.Combine(FleetHost.Named(component.Host)!.WorkDirectory(fleet.Data), "components",
        Uri.EscapeDataString(component.Name));

    private Task<Listed> Running(string task) => Eventually.Found(async () => (await fleet.Api.IncrSyncs())
        .FirstOrDefault(c => c.Task == task && FleetRun.Runs(fleet.Data, c)), Slow, $"the Incr-Sync of {task}");

    private async Task<string> TokenOf(string host) =>
        (string)(await fleet.Api.Post($"/api/v1/hosts/{host}/tokens", new JsonObject())).Body["token"]!;

    private async Task<Answer> As(string? token, string path)
    {
        using var http = new HttpClient { BaseAddress = fleet.Api.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        return new Answer(answer.StatusCode,
            (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }
}
