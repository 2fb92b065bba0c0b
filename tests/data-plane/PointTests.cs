using Holdfast.DataPlane.Points;

namespace Holdfast.DataPlane.Tests;

/// <summary>
/// Store and Incr-Sync die, or are stopped, at each named point of their work, while a bank works. The program is holdfast-data
/// itself, with other engines around it (points/).
/// </summary>
[Trait("Category", "process")]
public sealed class PointTests
{
    private const int ClosingEvery = 60;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Whoever_dies_at_a_named_point_loses_and_doubles_nothing()
    {
        await using var scene = new BankScene(isPointed: true);
        await scene.Watched();
        await scene.Start();
        await using var traffic = Traffic.Start(scene.Source, seed: 11, ClosingEvery);
        foreach (var point in Point.OfStore)
        {
            scene.Points.Ask(point, Point.Kill);
            await scene.Points.Met(point, () => scene.Told);
            await scene.Store.Ended();
            scene.StartStore();
        }

        foreach (var point in Point.OfIncrSync)
        {
            scene.Points.Ask(point, Point.Kill);
            if (point == Point.Fenced)
            {
                await scene.Sync.Kill();
                scene.StartSync();
            }

            await scene.Points.Met(point, () => scene.Told);
            await scene.Sync.Ended();
            scene.StartSync();
        }

        await traffic.Stop();
        await scene.Converged(Slow);
        scene.IsWhole();
    }

    /// <summary>
    /// Outside of a transaction the stopped one holds nothing: another one goes on, and the stopped one wakes to a fence. Within one it
    /// holds the sink: the other one waits, and what the stopped one commits when it wakes is whole and not of the past yet.
    /// </summary>
    [Fact]
    public async Task Whoever_is_stopped_at_a_named_point_and_wakes_beside_a_newer_epoch_ends_with_3()
    {
        await using var scene = new BankScene(isPointed: true);
        await scene.Watched();
        await scene.Start();
        await using var traffic = Traffic.Start(scene.Source, seed: 12, ClosingEvery);
        foreach (var point in Point.OfIncrSync.Where(p => p != Point.Fenced))
        {
            scene.Points.Ask(point, Point.Stop);
            await scene.Points.Met(point, () => scene.Told);
            var (old, before) = (scene.Sync, Witness.Check(scene.Sink));
            scene.StartSync();
            if (point is Point.Begin or Point.Committed)
            {
                await Eventually.Holds(() => Witness.Check(scene.Sink) > before + 1 ? null : $"nobody goes on: {scene.Told}", Slow);
            }
            else
            {
                await scene.StartedSync();
                Assert.Equal(before, Witness.Check(scene.Sink));
            }

            old.Continue();
            Assert.Equal((point, 3), (point, await old.Ended()));
            old.Dispose();
        }

        await traffic.Stop();
        await scene.Converged(Slow);
        scene.IsWhole();
    }

    /// <summary>A sink is a file: its writer can die within a transaction, and its lock can be anybody's.</summary>
    [Fact]
    public async Task A_sink_that_is_held_is_waited_for_and_said_and_one_whose_writer_dies_is_as_it_was()
    {
        await using var scene = new BankScene(isPointed: true);
        await scene.Watched();
        using (var other = scene.Sink.Open())
        {
            Bank.Run(other, "BEGIN EXCLUSIVE");
            await scene.Start();
            await Eventually.Holds(() => ((string?)scene.Sync.Status["error"])?.StartsWith("DP-111", StringComparison.Ordinal) == true
                && (string?)scene.Sync.Status["state"] == "Starting" ? null : $"nobody says that it is held: {scene.Told}", Slow);
            Bank.Run(other, "ROLLBACK");
        }

        await using var traffic = Traffic.Start(scene.Source, seed: 13, ClosingEvery);
        for (var i = 0; i < 3; i++)
        {
            var before = Witness.Check(scene.Sink);
            Assert.Equal(128 + 9, await scene.WriterDies());
            await Eventually.Holds(() => Witness.Check(scene.Sink) > before + 1 ? null : $"nobody goes on: {scene.Told}", Slow);
        }

        await traffic.Stop();
        await scene.Converged(Slow);
        Assert.Null((string?)scene.Sync.Status["error"]);
        scene.IsWhole();
    }
}
