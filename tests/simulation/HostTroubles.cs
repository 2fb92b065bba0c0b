namespace Holdfast.Simulation.Tests;

/// <summary>Troubles of a host besides going off: each fault begins, the result ends it.</summary>
internal static class HostTroubles
{
    /// <summary>Its supervisor stops for longer than a lease and for less than would make the host Down, again and again.</summary>
    internal static Action Pauses(Host host, World world)
    {
        var (supervisor, over) = (host.Supervisor?.Proc, false);
        var stopped = (world.Shape.Ha.Lease + world.Shape.Ha.CheckHostDownInterval) / 2;
        Stop();
        return () =>
        {
            over = true;
            supervisor?.Continue();
        };

        void Stop()
        {
            if (!over && supervisor is { IsDead: false })
            {
                supervisor.Stop();
                world.Time.After(stopped, null, Continue);
            }
        }

        void Continue()
        {
            supervisor!.Continue();
            world.Time.After(world.Shape.Ha.Lease / 4, null, Stop);
        }
    }

    /// <summary>Its disks are empty, and its clock is hours behind what it was.</summary>
    internal static Action Reinstalled(Host host)
    {
        host.KillSupervisor();
        host.Wipe();
        return host.StartSupervisor;
    }

    /// <summary>Machines that are set up anew, each time with an earlier clock.</summary>
    internal static IEnumerable<Fault> Reinstallations(Shape shape, TimeSpan round, int rounds)
    {
        var random = new Random(shape.Seed ^ 0x9e15);
        for (var r = 0; r < rounds; r++)
        {
            var start = r * (round + Plan.Calm(shape)).TotalSeconds;
            var at = start + 40 + (random.NextDouble() * (round.TotalSeconds - 80));
            yield return new Fault((int)(at * 1000), FaultKind.HostReinstalled, random.Next(1000), random.Next(40_000), 1);
        }
    }
}
