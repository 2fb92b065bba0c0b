using Holdfast.Log;
using Holdfast.Log.Contract;

namespace Holdfast.DataPlane.Tests;

/// <summary>A Store that reads a Store, as processes that are killed.</summary>
[Trait("Category", "process")]
public sealed class RelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Nothing_is_lost_doubled_or_reordered_while_either_Store_is_killed()
    {
        const int Seed = 1;
        await using var plant = new Plant();
        var (source, sink) = (Bank.Create(plant.Folder("source.db")), Bank.Create(plant.Folder("sink.db")));
        var stores = new[] { "st1", "st2" };
        var up = plant.StartStore("st1", "source.db", "bank");
        await Plant.Serves(up);
        plant.UpstreamOf["bank"] = "st1";
        var down = plant.StartStore("st2", "none", "bank", c =>
            c["source"] = new JsonObject { ["kind"] = "relay", ["api"] = plant.Api });
        await Plant.Serves(down);
        var sync = plant.StartSync("t1", "sink.db", "bank");
        var random = new Random(Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Write(source, Seed, enough.Token);
        for (var kills = 0; kills < 12; kills++)
        {
            var (name, killed) = random.Next(2) == 0 ? ("st1", up) : ("st2", down);
            if (kills % 3 == 0)
            {
                // So that lives are long enough for something to be written in them.
                var written = source.State().Journal;
                await Eventually.Holds(() => sink.State().Journal >= written ? null : $"{written} {sink.State()}", Plant.Slow);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400)), TimeProvider.System, Cancel);
            var (sum, _, twice) = sink.State();
            Assert.Equal((Bank.Sum, 0L), (sum, twice));
            await killed.Kill();
            (up, down) = name == "st1" ? (plant.Start("store", name, ""), down) : (up, plant.Start("store", name, ""));
        }

        await enough.CancelAsync();
        await writing;
        await Eventually.Holds(() => source.State() == sink.State()
            ? null
            : $"{source.State()} {sink.State()}\n{up.Output}\n{down.Status} {down.Output}\n{sync.Status} {sync.Output}", Plant.Slow);
        Assert.Equal(source.Rows(), sink.Rows());
        Assert.Equal(DataProcess.Asked, await sync.Stop());
        Assert.Equal(DataProcess.Asked, await up.Stop());
        Assert.Equal(DataProcess.Asked, await down.Stop());
        var logs = stores.Select(s => Content(Path.Combine(plant.Folder(s), "log"))).ToList();
        Assert.Equal(logs[0], logs[1]);
        Assert.True(logs[0].Count > 3, $"{logs[0].Count} transactions");
    }

    [Fact]
    public async Task A_relay_without_one_way_to_a_Store_is_refused()
    {
        await using var plant = new Plant();
        foreach (var (source, said) in new (JsonObject, string)[]
        {
            (new JsonObject { ["kind"] = "relay" }, "store.source: api or endpoint"),
            (new JsonObject { ["kind"] = "relay", ["api"] = "http://127.0.0.1:1", ["endpoint"] = "127.0.0.1:1" }, "api or endpoint"),
            (new JsonObject { ["kind"] = "relay", ["endpoint"] = "here" }, "store.source.endpoint: 'here'"),
            (new JsonObject { ["kind"] = "oracle" }, "'oracle' must be one of"),
        })
        {
            var store = plant.StartStore("st1", "none", "bank", c => c["source"] = source);
            await Plant.Ends(store, "DP-502");
            Assert.Contains(said, (string?)store.Status["error"], StringComparison.Ordinal);
        }
    }

    private static Task Write(Bank source, int seed, CancellationToken enough) => Task.Run(async () =>
    {
        var random = new Random(seed);
        using var connection = source.Open();
        for (var number = 1; !enough.IsCancellationRequested; number++)
        {
            Bank.Transfer(connection, random, number);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }, Cancel);

    /// <summary>Each transaction with its position, as its log says it.</summary>
    private static List<string> Content(string folder)
    {
        var (kind, systemId) = StoreLog.SourceOf(folder).Source!;
        using var log = StoreLog.Open(new LogOptions { Folder = folder, SourceKind = kind, SystemId = systemId }).Value!;
        using var reader = log.OpenReader(log.Range.After).Value!;
        var content = new List<string>();
        while (reader.TryNext() is { } block)
        {
            content.AddRange(block.Transactions(Position.Zero).Where(t => t.Count > 0)
                .Select(t => $"{t.Position} {t.CommitTime} {t.Origin} {Convert.ToHexString(t.Changes.Span)}"));
        }

        return content;
    }
}
