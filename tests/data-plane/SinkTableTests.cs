namespace Holdfast.DataPlane.Tests;

/// <summary>
/// A sink that differs stops the task with a code that names the difference. Nothing is passed over, and once the difference is mended a
/// start goes on with the very row.
/// </summary>
[Trait("Category", "process")]
public sealed class SinkTableTests
{
    private const string Item = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

    public static TheoryData<string, string, string> Differences => new()
    {
        { "DP-401", "CREATE TABLE x(id INTEGER PRIMARY KEY)", Item },
        { "DP-402", "CREATE TABLE item(id INTEGER PRIMARY KEY)", "ALTER TABLE item ADD COLUMN name TEXT" },
        { "DP-103", "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, extra TEXT NOT NULL)", "ALTER TABLE item DROP COLUMN extra" },
        { "DP-403", "CREATE TABLE item(id INTEGER PRIMARY KEY, name INTEGER)", $"DROP TABLE item; {Item}" },
        { "DP-404", "CREATE TABLE item(id INTEGER, name TEXT)", $"DROP TABLE item; {Item}" },
        { "DP-408", "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT AS (id || 'x'))", $"DROP TABLE item; {Item}" },
        { "DP-108", $"{Item}; CREATE TRIGGER twice AFTER INSERT ON item BEGIN SELECT 1; END", "DROP TRIGGER twice" },
        { "DP-411", $"{Item}; CREATE UNIQUE INDEX lower_name ON item(lower(name)); INSERT INTO item VALUES(9, 'A')", "DELETE FROM item" },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task A_difference_is_named_and_mending_it_is_enough(string code, string sink, string mend)
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Item);
        plant.Create("sink.db", sink);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a')");
        await Plant.Ends(plant.StartSync("t1", "sink.db", "shop"), code);
        plant.Run("sink.db", mend);
        plant.Start("incr-sync", "t1", "t1");
        await plant.Has("sink.db", "SELECT id, name FROM item", "1|a");
    }

    [Fact]
    public async Task Columns_of_the_sink_s_own_that_may_be_NULL_are_left_so_and_tables_without_a_key_keep_equal_rows()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Item + "; CREATE TABLE word(text TEXT)");
        plant.Create("sink.db", "CREATE TABLE item(seen TEXT, id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE word(text TEXT, seen TEXT)");
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a'); INSERT INTO word VALUES('x'), ('x'), ('y')");
        await plant.Has("sink.db", "SELECT text FROM word ORDER BY 1", "x", "x", "y");
        plant.Run("sink.db", "UPDATE item SET seen = 'yes'");
        plant.Run("shop.db", "UPDATE item SET name = 'b'; DELETE FROM word WHERE rowid = 1");
        await plant.Has("sink.db", "SELECT id, name, seen FROM item", "1|b|yes");
        await plant.Has("sink.db", "SELECT text FROM word ORDER BY 1", "x", "y");
    }

    [Fact]
    public async Task Two_tasks_on_one_sink_have_positions_of_their_own()
    {
        await using var plant = new Plant();
        plant.Create("one.db", Item);
        plant.Create("two.db", "CREATE TABLE person(id INTEGER PRIMARY KEY)");
        plant.Create("sink.db", Item + "; CREATE TABLE person(id INTEGER PRIMARY KEY)");
        await Plant.Serves(plant.StartStore("st1", "one.db", "one"));
        await Plant.Serves(plant.StartStore("st2", "two.db", "two"));
        var first = plant.StartSync("t1", "sink.db", "one");
        plant.StartSync("t2", "sink.db", "two");
        for (var id = 1; id <= 50; id++)
        {
            plant.Run("one.db", $"INSERT INTO item VALUES({id}, 'x')");
            plant.Run("two.db", $"INSERT INTO person VALUES({id})");
        }

        await plant.Has("sink.db", "SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM person)", "50|50");
        Assert.Equal(DataProcess.Asked, await first.Stop());
        plant.Run("two.db", "INSERT INTO person VALUES(51)");
        plant.Run("one.db", "INSERT INTO item VALUES(51, 'x')");
        await plant.Has("sink.db", "SELECT max(id) FROM person", "51");
        plant.Start("incr-sync", "t1", "t1");
        await plant.Has("sink.db", "SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM person)", "51|51");
    }

    [Fact]
    public async Task A_sink_that_somebody_holds_for_long_is_waited_for_and_said()
    {
        await using var plant = new Plant();
        plant.Create("shop.db", Item);
        plant.Create("sink.db", Item);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        var sync = plant.StartSync("t1", "sink.db", "shop");
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a')");
        await plant.Has("sink.db", "SELECT id FROM item", "1");
        using (plant.Hold("sink.db"))
        {
            plant.Run("shop.db", "INSERT INTO item VALUES(2, 'b')");
            await Plant.Says(sync, s => ((string?)s["error"])?.Contains("locked", StringComparison.Ordinal) == true);
            Assert.Equal("Running", (string?)sync.Status["state"]);
        }

        await plant.Has("sink.db", "SELECT id FROM item", "1", "2");
        await Plant.Says(sync, s => s["error"] is null);
    }
}
