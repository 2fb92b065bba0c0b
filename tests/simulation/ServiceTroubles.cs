namespace Holdfast.Simulation.Tests;

/// <summary>Faults of a service's process, of the machine that it is on, of its network and of its store.</summary>
internal static class ServiceTroubles
{
    internal static Action OnService(Site site, Fault fault, World world)
    {
        switch (fault.Kind)
        {
            case FaultKind.CollectorKilled or FaultKind.SchedulerKilled or FaultKind.ManagerKilled or FaultKind.AlerterKilled:
                site.Kill();
                return site.Start;
            case FaultKind.CollectorStopped or FaultKind.SchedulerStopped or FaultKind.ManagerStopped or FaultKind.AlerterStopped:
                site.Proc?.Stop();
                GiveUp(site, world);
                return site.Continue;
            case FaultKind.CollectorSuspended or FaultKind.SchedulerSuspended or FaultKind.ManagerSuspended
                or FaultKind.AlerterSuspended:
                site.Machine.Suspend();
                GiveUp(site, world);
                return () =>
                {
                    site.Machine.Resume(() => TimeSpan.Zero);
                    world.Time.After(TimeSpan.FromMilliseconds(1), null, site.Continue);
                };
            case FaultKind.SchedulerDiesAtWrite or FaultKind.ManagerDiesAtWrite or FaultKind.AlerterDiesAtWrite:
                site.Store.OnWrite = site.Kill;
                return () =>
                {
                    site.Store.OnWrite = null;
                    site.Start();
                };
            case FaultKind.CollectorCutOut or FaultKind.SchedulerCutOut or FaultKind.ManagerCutOut:
                site.CutOut++;
                return () => site.CutOut--;
            case FaultKind.AlerterCutOut:
                site.CutOut++;
                return () =>
                {
                    site.CutOut--;
                    world.Broker.Flush(site);
                };
            case FaultKind.CollectorCutIn or FaultKind.SchedulerCutIn or FaultKind.ManagerCutIn or FaultKind.AlerterCutIn:
                site.CutIn++;
                return () =>
                {
                    site.CutIn--;
                    world.Broker.Flush(site);
                };
            default:
                return Injection.SetClock(site.Machine, fault, world);
        }
    }

    /// <summary>The broker waits so long for a consumer's heartbeat.</summary>
    private static void GiveUp(Site site, World world)
    {
        if (site is AlerterSite && site.Proc is { } proc)
        {
            world.Time.After(TimeSpan.FromSeconds(20), null, () =>
            {
                if (!proc.Runs)
                {
                    world.Broker.Durable.Missed(proc);
                }
            });
        }
    }

    /// <summary>Acts on the present leader; where none leads, nothing happens.</summary>
    internal static Action OnLeader(Site? leader, Fault fault, World world)
    {
        if (leader is null)
        {
            return () => { };
        }

        switch (fault.Kind)
        {
            case FaultKind.LeaderStoreStalls:
                leader.Store.Stall();
                return leader.Store.GoOn;
            case FaultKind.LeaderStoreSlow:
                return Slow(leader, fault);
            default:
                return OnService(leader, fault with
                {
                    Kind = fault.Kind switch
                    {
                        FaultKind.LeaderKilled => FaultKind.SchedulerKilled,
                        FaultKind.LeaderStopped => FaultKind.SchedulerStopped,
                        _ => FaultKind.SchedulerDiesAtWrite,
                    },
                }, world);
        }
    }

    internal static Action Slow(Site site, Fault fault)
    {
        site.Store.SlowMax = TimeSpan.FromSeconds(Math.Pow(fault.Force, 2) / 10);
        return () => site.Store.SlowMax = TimeSpan.Zero;
    }
}
