namespace Holdfast.DataPlane.Tests;

/// <summary>A consumer that stays away, or is stopped, for longer than a log has room: the Store goes on, and nothing is skipped.</summary>
[Trait("Category", "process")]
public sealed class NeverReadsTests : IAsyncDisposable
{
    private const long Quota = 64L << 20;

    /// <summary>Each of these transactions is a mebibyte.</summary>
    private const string Fill = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 64)
        INSERT INTO item(text) SELECT hex(randomblob(8192)) FROM n
        """;

    private readonly Plant _plant = new();

    public ValueTask DisposeAsync() => _plant.DisposeAsync();

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_consumer_that_never_reads_takes_the_quota_and_no_more_and_is_told_what_it_has_lost()
    {
        _plant.Create("source.db", "CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT)");
        _plant.Create("sink.db", "CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT)");
        var store = _plant.StartStore("s1", "source.db", "shop", s => s["quotaBytes"] = Quota);
        await Plant.Serves(store);
        _plant.Run("source.db", "INSERT INTO item(id, text) VALUES(1, 'first')");
        var asleep = _plant.StartSync("t1", "sink.db", "shop");
        await _plant.Has("sink.db", "SELECT id FROM item", "1");
        await Plant.Says(store, s => s["consumers"]?.AsArray().Count == 1);
        var first = (string?)store.Status["positionBegin"];

        asleep.Pause();
        for (var i = 0; i < 100; i++)
        {
            _plant.Run("source.db", Fill);
        }

        var last = _plant.Rows("source.db", "SELECT '1/' || printf('%X', max(seq)) FROM hf_log")[0];
        await Plant.Says(store, s => (string?)s["positionEnd"] == last);
        Assert.NotEqual(first, (string?)store.Status["positionBegin"]);
        Assert.InRange((long)store.Status["bytes"]!, Quota / 4, Quota);
        await Plant.Tells(store, "DP-224");

        asleep.Continue();
        await Plant.Says(asleep, "DP-220");
        // Another Store may have it: it waits, and says what for.
        Assert.Equal("Running", (string?)asleep.Status["state"]);
        // A prefix of the source, and no row after what is missing.
        var applied = _plant.Rows("sink.db", "SELECT id FROM item ORDER BY id");
        Assert.Equal(_plant.Rows("source.db", $"SELECT id FROM item ORDER BY id LIMIT {applied.Count}"), applied);
        Assert.True(applied.Count < 6401, $"{applied.Count} rows");
        Assert.Equal("Running", (string?)store.Status["state"]);
    }
}
