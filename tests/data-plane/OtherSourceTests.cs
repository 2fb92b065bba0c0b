namespace Holdfast.DataPlane.Tests;

/// <summary>A database behind a name may become another one: nothing of it is taken for the first one's.</summary>
[Trait("Category", "process")]
public sealed class OtherSourceTests
{
    private const string Items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

    [Fact]
    public async Task An_Incr_Sync_that_is_started_anew_refuses_another_database_behind_its_subtopic()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items);
        plant.Create("other.db", Items);
        plant.Create("sink.db", Items);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        var sync = plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'shop')");
        await plant.Has("sink.db", "SELECT * FROM item", "1|shop");
        Assert.Equal(DataProcess.Asked, await sync.Stop());

        // Its log is longer, so that the position would be found in it.
        await Plant.Serves(plant.StartStore("st2", "other.db", "shop"));
        plant.Run("other.db", "INSERT INTO item VALUES(5, 'a'); INSERT INTO item VALUES(6, 'b'); INSERT INTO item VALUES(7, 'c')");
        await Plant.Ends(plant.StartSync("t1", "sink.db", "shop"), "DP-303");
        Assert.Equal(["1|shop"], plant.Rows("sink.db", "SELECT * FROM item"));

        // The right one is back, and it goes on.
        plant.StoreOf["shop"] = "st1";
        sync = plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(2, 'shop')");
        await plant.Has("sink.db", "SELECT * FROM item", "1|shop", "2|shop");
    }

    [Fact]
    public async Task A_task_takes_another_database_once_its_positions_are_deleted()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items);
        plant.Create("other.db", Items);
        plant.Create("sink.db", Items);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        var sync = plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'shop')");
        await plant.Has("sink.db", "SELECT * FROM item", "1|shop");
        await sync.Stop();
        await Plant.Serves(plant.StartStore("st2", "other.db", "shop"));
        await Plant.Ends(plant.StartSync("t1", "sink.db", "shop"), "DP-303");
        plant.Run("sink.db", "DELETE FROM item; DELETE FROM hf_lane WHERE task = 't1'");
        plant.Run("other.db", "INSERT INTO item VALUES(9, 'other')");
        plant.StartSync("t1", "sink.db", "shop");
        await plant.Has("sink.db", "SELECT * FROM item", "9|other");
    }

    [Fact]
    public async Task A_Store_whose_file_was_replaced_ends_and_leaves_the_other_file_untouched()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items);
        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Serves(store);
        // Once it has read a row it holds the file, and the file's log is there.
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'shop')");
        await Plant.Says(store, s => (string?)s["positionEnd"] != (string?)s["positionBegin"]);
        plant.Create("other.db", Items);
        foreach (var kind in new[] { "", "-wal", "-shm" })
        {
            File.Move(plant.Folder("shop.db" + kind), plant.Folder("kept.db" + kind));
        }

        File.Copy(plant.Folder("other.db"), plant.Folder("shop.db"));
        await Plant.Ends(store, "DP-121");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop"), "DP-121");
        Assert.Equal(["item"], plant.Rows("shop.db", "SELECT name FROM sqlite_master"));

        // The right one is back under its name, with its inode.
        File.Delete(plant.Folder("shop.db"));
        foreach (var kind in new[] { "", "-wal", "-shm" })
        {
            File.Move(plant.Folder("kept.db" + kind), plant.Folder("shop.db" + kind), overwrite: true);
        }

        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
    }

    [Fact]
    public async Task A_source_begins_anew_once_the_log_is_deleted()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Items);
        var store = plant.StartStore("st1", "shop.db", "shop");
        await Plant.Serves(store);
        await store.Stop();
        File.Copy(plant.Folder("shop.db"), plant.Folder("copy.db"));
        File.Move(plant.Folder("copy.db"), plant.Folder("shop.db"), overwrite: true);
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop"), "DP-121");
        Directory.Delete(Path.Combine(plant.Folder("st1"), "log"), recursive: true);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
    }
}
