namespace Holdfast.DataPlane.Tests;

/// <summary>The file of a source goes away, comes back, or is not what it was: one state, one code, no row lost and none doubled.</summary>
[Trait("Category", "process")]
public sealed class SourceFileTests
{
    private const string Items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

    [Theory]
    [InlineData("older", "DP-121", "DP-123", "DP-131")]
    [InlineData("other", "DP-121", "DP-131")]
    [InlineData("empty", "DP-121")]
    [InlineData("gone", "DP-121")]
    public async Task A_file_that_is_overwritten_under_the_Store_ends_it_and_the_sink_keeps_what_it_had(string by, params string[] codes)
    {
        await using var plant = new Plant();
        plant.Create("other.db", "CREATE TABLE other(x)");
        var store = await Flowing(plant);
        plant.Run("shop.db", $"VACUUM INTO '{plant.Folder("older.db")}'");
        plant.Run("shop.db", "INSERT INTO item VALUES(2, 'b'); INSERT INTO item VALUES(3, 'c')");
        await plant.Has("sink.db", "SELECT id FROM item", "1", "2", "3");
        if (by == "gone")
        {
            File.Delete(plant.Folder("shop.db"));
        }
        else
        {
            File.WriteAllBytes(plant.Folder("shop.db"), by == "empty" ? [] : File.ReadAllBytes(plant.Folder(by + ".db")));
            File.WriteAllBytes(plant.Folder("shop.db-wal"), []);
        }

        // Where it is looked at while it is written it is no database of ours yet, or none at all.
        await Plant.Ends(store, codes);
        Assert.Equal(["1", "2", "3"], plant.Rows("sink.db", "SELECT id FROM item"));
    }

    [Fact]
    public async Task A_Store_whose_file_is_not_there_yet_says_so_and_begins_when_it_comes()
    {
        await using var plant = new Plant();
        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Says(store, "DP-132");
        Assert.Equal("Abnormal", (string?)store.Status["state"]);
        plant.Create("shop.db", Items);
        await Plant.Serves(store);
    }

    [Theory]
    [InlineData("mkdir", "a directory")]
    [InlineData("mkfifo", "a FIFO")]
    public async Task A_path_that_is_no_file_is_named_and_not_opened(string make, string what)
    {
        await using var plant = new Plant();
        using (var made = System.Diagnostics.Process.Start(make, [plant.Folder("shop.db")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Says(store, s => ((string?)s["error"])?.Contains($"it is {what}", StringComparison.Ordinal) == true);
        Assert.Equal(DataProcess.Asked, await store.Stop());
    }

    [Fact]
    public async Task A_file_that_is_no_database_ends_the_Store()
    {
        await using var plant = new Plant();
        await File.WriteAllTextAsync(plant.Folder("shop.db"), new string('x', 10_000), TestContext.Current.CancellationToken);
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop"), "DP-131");
    }

    [Fact]
    public async Task A_file_that_somebody_holds_is_waited_for()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items);
        using var holder = plant.Hold("shop.db");
        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Says(store, "DP-130");
        holder.Dispose();
        await Plant.Serves(store);
    }

    [Fact]
    public async Task Two_Stores_of_one_file_have_all_rows_of_the_tables_of_each_and_so_do_their_tasks()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items + "; CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT)");
        plant.Create("one.db", Items + "; CREATE TABLE item_new(id INTEGER PRIMARY KEY)");
        plant.Create("two.db", "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT)");
        await Plant.Serves(plant.StartStore("st1", "shop.db", "items", s => s["tables"] = new JsonArray("main.item*")));
        await Plant.Serves(plant.StartStore("st2", "shop.db", "people", s => s["tables"] = new JsonArray("main.person")));
        plant.StartSync("t1", "one.db", "items");
        plant.StartSync("t2", "two.db", "people");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a'); INSERT INTO person VALUES(7, 'p'); UPDATE item SET name = 'b'");

        // A table that only the first one wants is made after the second one has come.
        plant.Run("shop.db", "CREATE TABLE item_new(id INTEGER PRIMARY KEY)");
        plant.Run("shop.db", "INSERT INTO item_new VALUES(3)");
        await plant.Has("one.db", "SELECT id, name FROM item UNION ALL SELECT id, 'new' FROM item_new", "1|b", "3|new");
        await plant.Has("two.db", "SELECT * FROM person", "7|p");
    }

    private static async Task<DataProcess> Flowing(Plant plant)
    {
        plant.Create("shop.db", Items);
        plant.Create("sink.db", Items);
        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Serves(store);
        plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a')");
        await plant.Has("sink.db", "SELECT id FROM item", "1");
        return store;
    }
}
