namespace Holdfast.DataPlane.Tests;

/// <summary>
/// Every committed state at the sink has the same sum, and every transfer is there once, whoever is killed when. Real processes, real
/// files, a real socket.
/// </summary>
[Trait("Category", "process")]
public sealed class BankTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_arrive_and_whoever_is_stopped_goes_on_where_it_was()
    {
        await using var scene = new BankScene();
        await scene.Start();
        await Write(scene, seed: 1, from: 1, count: 200);
        await scene.Converged(Slow);
        Assert.Equal(DataProcess.Asked, await scene.Sync.Stop());
        Assert.Equal(DataProcess.Asked, await scene.Store.Stop());
        var reached = scene.Checkpoint;
        await Eventually.Holds(() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > reached ? null : "a later second", Slow);
        await Write(scene, seed: 2, from: 201, count: 50);
        scene.Asked.Clear();
        scene.StartStore();
        // The scheduler's start is later than what is missing: it never beats the position that the sink has.
        scene.StartSync(from: TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await scene.Converged(Slow);
        Assert.Equal(scene.Source.Rows(), scene.Sink.Rows());
        Assert.Equal("Running", (string?)scene.Sync.Status["state"]);
        Assert.NotEmpty(scene.Asked);
        Assert.All(scene.Asked, asked => Assert.InRange(asked, 0, reached!.Value));
    }

    [Fact]
    public async Task A_barrier_is_told_once_it_is_on_the_Store_s_disk_and_once_the_sink_has_passed_it()
    {
        await using var scene = new BankScene();
        await scene.Start();
        await Write(scene, seed: 1, from: 1, count: 20);
        await scene.Converged(Slow);
        Assert.Equal(((ulong?)null, 0UL), ((ulong?)scene.Store.Status["barrier"], (ulong?)scene.Store.Status["term"]));
        foreach (var barrier in (ulong[])[7, 8])
        {
            await scene.Barrier(barrier);
            await Eventually.Holds(() => (ulong?)scene.Store.Status["barrier"] == barrier
                && (ulong?)scene.Sync.Status["barrier"] == barrier ? null : scene.Told, Slow);
        }

        await scene.Store.Kill();
        scene.StartStore();
        await scene.Barrier(9);
        await Eventually.Holds(() => (ulong?)scene.Sync.Status["barrier"] == 9 ? null : scene.Told, Slow);
    }

    [Fact]
    public Task Nothing_is_lost_or_doubled_while_Store_and_Incr_Sync_are_killed_at_random() => Killed(seed: 1, transfers: 1000);

    [Theory]
    [Trait("Category", "long")]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task Nothing_is_lost_or_doubled_through_many_kills(int seed) => Killed(seed, transfers: 8000);

    private static async Task Killed(int seed, int transfers)
    {
        await using var scene = new BankScene();
        await scene.Start();
        var random = new Random(seed);
        var writing = Write(scene, seed, from: 1, count: transfers);
        var kills = 0;
        while (!writing.IsCompleted || kills < 12)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1200)), TimeProvider.System, Cancel);
            var (sum, _, twice) = scene.Sink.State();
            Assert.Equal((Bank.Sum, 0L), (sum, twice));
            if (random.Next(2) == 0)
            {
                await scene.Store.Kill();
                scene.StartStore();
            }
            else
            {
                await scene.Sync.Kill();
                scene.StartSync();
            }

            kills++;
        }

        await writing;
        await scene.Converged(Slow);
        Assert.Equal(scene.Source.Rows(), scene.Sink.Rows());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {kills} kills");
    }

    /// <summary>A machine that was paused goes on in the middle of its work: its sink refuses it.</summary>
    [Fact]
    public async Task A_writer_of_the_past_that_goes_on_writes_nothing_and_exits_with_3()
    {
        await using var scene = new BankScene();
        await scene.Start();
        await Write(scene, seed: 3, from: 1, count: 50);
        await scene.Converged(Slow);
        var past = scene.Sync;
        past.Pause();
        scene.StartSync();
        await Write(scene, seed: 4, from: 51, count: 50);
        await scene.Converged(Slow);
        past.Continue();
        await Write(scene, seed: 5, from: 101, count: 50);
        Assert.Equal(3, await past.Ended());
        past.Dispose();
        await scene.Converged(Slow);
        Assert.Equal(scene.Source.Rows(), scene.Sink.Rows());
    }

    private static Task Write(BankScene scene, int seed, int from, int count) => Task.Run(async () =>
    {
        var random = new Random(seed);
        using var connection = scene.Source.Open();
        for (var number = from; number < from + count; number++)
        {
            Bank.Transfer(connection, random, number);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancel);
        }
    }, Cancel);
}
