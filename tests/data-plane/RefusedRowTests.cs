using System.Text.RegularExpressions;

namespace Holdfast.DataPlane.Tests;

/// <summary>A row that the sink refuses stops the task, and is left out by its ticket alone.</summary>
[Trait("Category", "process")]
public sealed partial class RefusedRowTests
{
    [Fact]
    public async Task A_refused_row_is_named_with_its_ticket_and_left_out_by_it_and_nothing_else_is()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)");
        plant.Create("sink.db", "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT CHECK(length(name) < 5))");
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a'), (2, 'too long'), (3, 'c'), (4, 'also too long')");
        var sync = plant.StartSync("t1", "sink.db", "shop");
        await Plant.Ends(sync, "DP-411");
        var ticket = Ticket(sync);
        Assert.Equal("Abnormal", (string?)sync.Status["state"]);
        Assert.Empty(plant.Rows("sink.db", "SELECT * FROM item"));
        Assert.Contains(ticket, await Diagnose(plant, "t1"), StringComparison.Ordinal);

        // A ticket of another row skips nothing, and that is said.
        sync = Again(plant, "0123456789abcdef");
        await Plant.Ends(sync, "DP-411");
        Assert.Equal(ticket, Ticket(sync));
        Assert.Contains("of other rows", (string?)sync.Status["error"], StringComparison.Ordinal);

        // Each row has a ticket of its own.
        sync = Again(plant, ticket);
        await Plant.Ends(sync, "DP-411");
        var second = Ticket(sync);
        Assert.NotEqual(ticket, second);
        Assert.Empty(plant.Rows("sink.db", "SELECT * FROM item"));
        sync = Again(plant, ticket, second);
        plant.Run("shop.db", "INSERT INTO item VALUES(5, 'e')");
        await plant.Has("sink.db", "SELECT id FROM item", "1", "3", "5");
        await plant.Has("sink.db", "SELECT ticket, table_name, row_key, code FROM hf_skipped WHERE task = 't1' ORDER BY row_key",
            $"{ticket}|main.item|id=2|DP-107", $"{second}|main.item|id=4|DP-107");
        await Plant.Tells(sync, "is left out");
        await Holdfast.Tests.Eventually.Holds(async () => await Diagnose(plant, "t1") is var said
            && said.Contains("slow stage", StringComparison.Ordinal) && said.Contains(second, StringComparison.Ordinal) ? null : said,
            Plant.Slow);
    }

    [Theory]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcde")]
    public async Task A_ticket_that_can_be_none_is_refused(string ticket)
    {
        await using var plant = new Plant();
        await Plant.Ends(plant.StartSync("t1", "sink.db", "shop", s => s["skipRows"] = new JsonArray(ticket)), "DP-502");
    }

    private static DataProcess Again(Plant plant, params string[] tickets) => plant.StartSync(
        "t1", "sink.db", "shop", s => s["skipRows"] = new JsonArray([.. tickets.Select(t => (JsonNode)t)]));

    private static string Ticket(DataProcess process) =>
        InError().Match((string?)process.Status["error"] ?? "") is { Success: true } found ? found.Groups[1].Value
        : throw new InvalidOperationException(process.Status.ToJsonString());

    private static Task<string> Diagnose(Plant plant, string component) =>
        DataProcess.Said("diagnose", "--directory", plant.Folder(component));

    [GeneratedRegex("row ticket ([0-9a-f]{16})")]
    private static partial Regex InError();
}
