namespace Holdfast.DataPlane.Tests.Postgres;

/// <summary>
/// From PostgreSQL to PostgreSQL every committed state at the sink has the same sum, and every transfer is there once, whoever is killed
/// when: the Store, the Incr-Sync, either server.
/// </summary>
[Trait("Category", "process")]
public sealed class PostgresBankTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public Task Nothing_is_lost_or_doubled_while_processes_and_servers_are_killed() => Killed(seed: 1, transfers: 200, blows: 8);

    [Theory]
    [Trait("Category", "long")]
    [InlineData(2)]
    [InlineData(3)]
    public Task Nothing_is_lost_or_doubled_through_many_kills(int seed) => Killed(seed, transfers: 4000, blows: 60);

    private static async Task Killed(int seed, int transfers, int blows)
    {
        await using var scene = await PostgresScene.Start();
        var random = new Random(seed);
        var writing = scene.Source.Write(seed, first: 1, count: transfers, Cancel);
        for (var blow = 0; blow < blows || !writing.IsCompleted; blow++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 700)), TimeProvider.System, Cancel);
            var (sum, _, twice) = await scene.Sink.State();
            Assert.Equal((Bank.Sum, 0L), (sum, twice));
            // Each of them at least twice, in turns whose moments are drawn.
            switch (blow % 4)
            {
                case 0: await scene.Store.Kill(); scene.StartStore(); break;
                case 1: await scene.Sink.Crash(); break;
                case 2: await scene.Sync.Kill(); scene.StartSync(); break;
                default: await scene.Source.Crash(); break;
            }
        }

        await writing;
        await scene.Converged(Slow);
        Assert.Equal(await scene.Source.Rows(), await scene.Sink.Rows());
        Assert.Equal((Bank.Sum, transfers, 0L), await scene.Sink.State());
        var (exit, report) = await scene.Verify();
        Assert.True(exit == 0, report);
        Assert.DoesNotContain("never shown", scene.Told, StringComparison.Ordinal);
    }
}
