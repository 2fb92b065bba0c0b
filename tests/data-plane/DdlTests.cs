using System.Text.RegularExpressions;

namespace Holdfast.DataPlane.Tests;

/// <summary>Statements that change tables, from one SQLite file to another one, through the programs as they are delivered.</summary>
[Trait("Category", "process")]
public sealed partial class DdlTests
{
    private const string Item = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_column_that_comes_in_the_middle_of_traffic_comes_once_whenever_the_Incr_Sync_is_killed(int seed)
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Item);
        plant.Create("sink.db", Item);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        var sync = plant.StartSync("t1", "sink.db", "shop");
        var random = new Random(seed);
        var writing = Task.Run(() => Traffic(plant), Cancel);
        var kills = 0;
        for (; !writing.IsCompleted || kills < 6; kills++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 700)), TimeProvider.System, Cancel);
            await sync.Kill();
            sync = plant.Start("incr-sync", "t1", "t1");
        }

        await writing;
        await Eventually.Holds(() => plant.Rows("sink.db", "SELECT count(*) FROM item") is ["120"] ? null
            : $"{sync.Status.ToJsonString()}\n{sync.Output}", Plant.Slow);
        Assert.Equal(plant.Rows("shop.db", "SELECT * FROM item ORDER BY id"), plant.Rows("sink.db", "SELECT * FROM item ORDER BY id"));
        Assert.Equal(["1|many|2", "119|many|7"], plant.Rows("sink.db", "SELECT id, kind, size FROM item WHERE id IN (1, 119) ORDER BY 1"));
        Assert.Equal(["ALTER TABLE \"item\" ADD COLUMN kind TEXT NOT NULL DEFAULT 'many'|Applied",
            "ALTER TABLE \"item\" ADD COLUMN size INT DEFAULT 2|Applied"],
            plant.Rows("sink.db", "SELECT statement, outcome FROM hf_ddl WHERE task = 't1' ORDER BY position, statement"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
    }

    [Fact]
    public async Task A_table_that_is_dropped_stops_the_task_until_a_person_says_what_becomes_of_it()
    {
        await using var plant = new Plant();
        var (_, ticket) = await Stopped(plant, "DROP TABLE item", "DP-421");
        var diagnosed = await DataProcess.Said("diagnose", "--directory", plant.Folder("t1"));
        Assert.Contains("DROP TABLE \"item\"", diagnosed, StringComparison.Ordinal);
        Assert.Equal(["1"], plant.Rows("sink.db", "SELECT id FROM item"));

        // An answer to another one is none to this one.
        await Plant.Ends(Answer(plant, "0123456789abcdef", "skip"), "DP-421");
        await Plant.Ends(Answer(plant, ticket, "done"), "DP-422");
        plant.Run("sink.db", "DROP TABLE item");
        Answer(plant, ticket, "done");
        await plant.Has("sink.db", "SELECT outcome, ticket FROM hf_ddl", $"Done|{ticket}");
        plant.Run("shop.db", "INSERT INTO other VALUES(2)");
        await plant.Has("sink.db", "SELECT id FROM other", "1", "2");
    }

    [Fact]
    public async Task What_is_left_out_leaves_the_sink_as_it_is_and_the_rows_behind_it_come()
    {
        await using var plant = new Plant();
        var (_, ticket) = await Stopped(plant, "DROP TABLE item", "DP-421");
        Answer(plant, ticket, "skip");
        plant.Run("shop.db", "INSERT INTO other VALUES(2)");
        await plant.Has("sink.db", "SELECT id FROM other", "1", "2");
        Assert.Equal(["1"], plant.Rows("sink.db", "SELECT id FROM item"));
        Assert.Equal([$"Skipped|{ticket}|"], plant.Rows("sink.db", "SELECT outcome, ticket, run FROM hf_ddl"));
    }

    [Fact]
    public async Task What_is_to_be_applied_is_applied_as_it_is_or_as_a_person_has_written_it()
    {
        await using var plant = new Plant();
        var (_, ticket) = await Stopped(plant, "DROP TABLE item", "DP-421");
        await Plant.Ends(Answer(plant, ticket, "apply", "ALTER TABLE nothing RENAME TO item_old"), "DP-423");
        await Plant.Ends(Answer(plant, ticket, "apply", "DELETE FROM item"), "DP-422");
        Answer(plant, ticket, "apply", "ALTER TABLE item RENAME TO item_old");
        await plant.Has("sink.db", "SELECT outcome, run FROM hf_ddl", "Edited|ALTER TABLE item RENAME TO item_old");
        Assert.Equal(["1"], plant.Rows("sink.db", "SELECT id FROM item_old"));
        plant.Run("shop.db", "DROP TABLE other");
        await Plant.Says(_latest!, s => ((string?)s["error"])?.StartsWith("DP-421", StringComparison.Ordinal) == true);
        var sync = Answer(plant, TicketIn(_latest!), "apply");
        await plant.Has("sink.db", "SELECT count(*) FROM sqlite_master WHERE name = 'other'", "0");
        await Plant.Says(sync, s => (string?)s["state"] == "Running");
    }

    [Fact]
    public async Task A_kind_that_a_person_has_asked_for_is_applied_and_one_that_is_off_is_not()
    {
        await using var plant = new Plant();
        await Prepared(plant);
        _latest = plant.StartSync("t1", "sink.db", "shop", s => s["ddl"] = new JsonObject { ["apply"] = new JsonArray("dropTable") });
        plant.Run("shop.db", "INSERT INTO other VALUES(1)");
        await plant.Has("sink.db", "SELECT id FROM other", "1");
        plant.Run("shop.db", "DROP TABLE item");
        await plant.Has("sink.db", "SELECT count(*) FROM sqlite_master WHERE name = 'item'", "0");
        plant.Run("shop.db", "CREATE TABLE late(id INTEGER PRIMARY KEY)");
        await Plant.Ends(_latest!, "DP-421");
    }

    [Theory]
    [InlineData("""{"apply": ["dropEverything"]}""")]
    [InlineData("""{"answers": [{"ticket": "0123456789abcdef", "answer": "maybe"}]}""")]
    [InlineData("""{"answers": [{"ticket": "0123456789abcdef", "answer": "skip", "statement": "DROP TABLE x"}]}""")]
    [InlineData("""{"answers": [{"ticket": "0123456789abcdef", "answer": "skip"}, {"ticket": "0123456789abcdef", "answer": "done"}]}""")]
    [InlineData("""{"answers": [{"ticket": "0123456789ABCDEF", "answer": "skip"}]}""")]
    [InlineData("""{"kinds": []}""")]
    public async Task A_configuration_that_says_nothing_clear_is_refused(string ddl)
    {
        await using var plant = new Plant();
        await Plant.Ends(plant.StartSync("t1", "sink.db", "shop", s => s["ddl"] = JsonNode.Parse(ddl)), "DP-502");
    }

    /// <summary>Rows one by one; the file's triggers know a new column once the Store has seen it, so the writer waits for that.</summary>
    private static async Task Traffic(Plant plant)
    {
        for (var id = 1; id <= 120; id++)
        {
            if (id is 41 or 81)
            {
                plant.Run("shop.db", id == 41 ? "ALTER TABLE item ADD COLUMN kind TEXT NOT NULL DEFAULT 'many'"
                    : "ALTER TABLE item ADD COLUMN size INT DEFAULT 2");
                var seen = id == 41 ? "2" : "3";
                await Eventually.Holds(() => plant.Rows("shop.db", "SELECT max(id) FROM hf_table") is [var found] && found == seen ? null
                    : "nobody has seen it", Plant.Slow);
            }

            var number = id.ToString(CultureInfo.InvariantCulture);
            plant.Run("shop.db", id <= 80 ? $"INSERT INTO item(id, name) VALUES({number}, 'x')"
                : $"INSERT INTO item(id, name, size) VALUES({number}, 'x', 7)");
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, Cancel);
        }
    }

    private static async Task Prepared(Plant plant)
    {
        var both = $"{Item}; CREATE TABLE other(id INTEGER PRIMARY KEY)";
        plant.Create("shop.db", both);
        plant.Create("sink.db", both);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
    }

    private async Task<(DataProcess Sync, string Ticket)> Stopped(Plant plant, string statement, string code)
    {
        await Prepared(plant);
        _latest = plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a'); INSERT INTO other VALUES(1)");
        await plant.Has("sink.db", "SELECT id FROM item", "1");
        plant.Run("shop.db", statement);
        await Plant.Ends(_latest, code);
        Assert.Equal("Abnormal", (string?)_latest.Status["state"]);
        return (_latest, TicketIn(_latest));
    }

    private DataProcess? _latest;

    private DataProcess Answer(Plant plant, string ticket, string answer, string? statement = null)
    {
        var said = new JsonObject { ["ticket"] = ticket, ["answer"] = answer };
        if (statement is not null)
        {
            said["statement"] = statement;
        }

        return _latest = plant.StartSync("t1", "sink.db", "shop", s => s["ddl"] = new JsonObject { ["answers"] = new JsonArray(said) });
    }

    internal static string TicketIn(DataProcess process) =>
        InError().Match((string?)process.Status["error"] ?? "") is { Success: true } found ? found.Groups[1].Value
        : throw new InvalidOperationException(process.Status.ToJsonString());

    [GeneratedRegex("statement ticket ([0-9a-f]{16})")]
    private static partial Regex InError();
}
