namespace Holdfast.Simulation.Tests;

/// <summary>Hostile words of components do no harm beyond the time at which they are said.</summary>
public sealed class PoisonTests
{
    private static readonly Shape Small =
        new(Seed: 14, Hosts: 4, Regions: 1, Idcs: 1, Tasks: 3, Collectors: 1, "fast", Schedulers: 1, Managers: 1);

    /// <summary>A reader's thread that a disk kept waiting goes on when the disk does.</summary>
    [Fact]
    public void A_component_whose_directory_did_not_answer_is_well_once_it_does()
    {
        var world = new World(Small, Mutation.None);
        world.Begin();
        world.Time.RunUntil(TimeSpan.FromSeconds(60));
        var host = world.Hosts.First(h => h.Workers.Any());
        var (name, force) = (host.Workers.First().What.Name, Poison.WordsOfHangingDisk);
        var end = Poison.Begin(world, host, new Fault(60_000, FaultKind.ComponentSaysPoison, 0, 30_000, force));
        world.Time.RunUntil(TimeSpan.FromSeconds(90));
        Assert.Equal(ComponentState.Abnormal, host.Supervisor!.Components.Single(c => c.Name == name).Last?.State);
        end();
        world.Time.RunUntil(TimeSpan.FromSeconds(95));
        Assert.Equal(ComponentState.Running, host.Supervisor!.Components.Single(c => c.Name == name).Last?.State);
        Assert.Null(world.Violation);
    }
}
