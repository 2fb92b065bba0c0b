using System.Text.Json.Nodes;
using Holdfast.Tests;

namespace Holdfast.DataPlane.Tests.MySql;

/// <summary>
/// From one MariaDB server to another one, through the programs as they are delivered: whoever is killed, servers too, each committed
/// state at the sink has the bank's sum, and each transfer is there once.
/// </summary>
[Trait("Category", "process")]
public sealed class MySqlBankTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public Task Nothing_is_lost_or_doubled_while_programs_and_servers_are_killed() => Killed(seed: 1, transfers: 250, killsMin: 6);

    [Theory]
    [Trait("Category", "long")]
    [InlineData(2)]
    [InlineData(3)]
    public Task Nothing_is_lost_or_doubled_through_many_kills_of_all(int seed) => Killed(seed, transfers: 6000, killsMin: 60);

    private static async Task Killed(int seed, int transfers, int killsMin)
    {
        await using var first = await MariaDb.Start();
        await using var second = await MariaDb.Start();
        var (source, sink) = (new MySqlBank(first), new MySqlBank(second));
        await source.Create();
        await sink.Create();
        await using var plant = new Plant();
        var store = plant.StartStore("st1", "", "bank", c =>
        {
            c["source"] = Configured(plant, first);
            c["tables"] = new JsonArray("bank.*");
        });
        await Plant.Serves(store);
        var sync = plant.StartSync("t1", "", "bank", c => c["sink"] = Configured(plant, second));
        var random = new Random(seed);
        var writing = Task.Run(() => source.Transfer(new Random(seed), 1, transfers), Cancel);
        var kills = 0;
        for (; !writing.IsCompleted || kills < killsMin; kills++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 900)), TimeProvider.System, Cancel);
            if (await sink.State() is var (sum, _, twice))
            {
                Assert.Equal((Bank.Sum, 0L), (sum, twice));
            }

            switch (kills % 6)
            {
                case 2:
                    await second.Kill();
                    await second.Launch();
                    break;
                case 5:
                    await first.Kill();
                    await first.Launch();
                    break;
                case 0 or 3:
                    await store.Kill();
                    store = plant.Start("store", "st1", "");
                    break;
                default:
                    await sync.Kill();
                    sync = plant.Start("incr-sync", "t1", "t1");
                    break;
            }
        }

        await writing;
        var wanted = await source.State();
        for (var begun = TimeProvider.System.GetTimestamp(); await sink.State() != wanted;)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Slow)
            {
                Assert.Fail($"source {wanted}, sink {await sink.State()}\n{store.Status}\n{store.Output}\n{sync.Status}\n{sync.Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        }

        Assert.Equal(await source.Rows(), await sink.Rows());
        Assert.Equal(transfers, wanted!.Value.Journal);
        Assert.DoesNotContain(first.Server.Password, store.Output + sync.Output + store.Status + sync.Status, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {kills} kills");
    }

    /// <summary>The password stands in a file of its own, as a person would have it.</summary>
    private static JsonObject Configured(Plant plant, MariaDb server)
    {
        var file = plant.Folder("password");
        File.WriteAllText(file, server.Server.Password + "\n");
        return new JsonObject
        {
            ["kind"] = "mysql", ["host"] = "127.0.0.1", ["port"] = server.Port, ["user"] = server.Server.User, ["passwordFile"] = file,
        };
    }
}
