namespace Holdfast.Simulation.Tests;

/// <summary>Does to a world what a plan says.</summary>
internal static class Injection
{
    /// <summary>Begins the fault; the result ends it.</summary>
    internal static Action Begin(World world, Fault fault)
    {
        world.Count("fault: " + fault.Kind);
        world.Tell($"{fault.Kind} {Whom(world, fault)} for {fault.For.TotalSeconds:0.0} s");
        var host = world.Hosts[fault.Target % world.Hosts.Count];
        return fault.Kind switch
        {
            FaultKind.CollectorKilled or FaultKind.CollectorStopped or FaultKind.CollectorSuspended or FaultKind.CollectorCutOut
                or FaultKind.CollectorCutIn or FaultKind.CollectorClockSet
                => ServiceTroubles.OnService(Collector(world, fault), fault, world),
            FaultKind.SchedulerKilled or FaultKind.SchedulerStopped or FaultKind.SchedulerDiesAtWrite or FaultKind.SchedulerCutOut
                or FaultKind.SchedulerCutIn or FaultKind.SchedulerClockSet or FaultKind.SchedulerSuspended
                => ServiceTroubles.OnService(Scheduler(world, fault), fault, world),
            FaultKind.LeaderKilled or FaultKind.LeaderStopped or FaultKind.LeaderDiesAtWrite or FaultKind.LeaderStoreStalls
                or FaultKind.LeaderStoreSlow
                => ServiceTroubles.OnLeader(world.LeaderOf($"r{fault.Target % world.Shape.Regions}"), fault, world),
            FaultKind.BrokerDown or FaultKind.BrokerStorm or FaultKind.HttpStorm or FaultKind.StoreRefuses or FaultKind.StoreStalls
                or FaultKind.StoreLosesAnswers or FaultKind.StoreLosesRaces or FaultKind.StoreSlow or FaultKind.StoreAway
                => OnFeed(world, fault),
            FaultKind.ComponentSaysPoison => Poison.Begin(world, host, fault),
            FaultKind.HostReinstalled => HostTroubles.Reinstalled(host),
            FaultKind.CollectorUnheard => Unheard(Collector(world, fault)),
            FaultKind.HostPauses => HostTroubles.Pauses(host, world),
            >= FaultKind.TaskDeleted => new Editor(world).Act(fault),
            >= FaultKind.ManagerKilled and <= FaultKind.ManagerClockSet => ServiceTroubles.OnService(Manager(world, fault), fault, world),
            >= FaultKind.AlerterKilled and <= FaultKind.AlerterCutIn => ServiceTroubles.OnService(Alerter(world, fault), fault, world),
            FaultKind.ComponentPoisoned => Once(() => world.Poisons.Begin(fault)),
            >= FaultKind.ChannelHangs => new AlertDesk(world).Act(fault),
            >= FaultKind.StoreDies => new StoreKeeper(world).Act(fault),
            >= FaultKind.TaskStopped => world.Operator.Act(fault),
            FaultKind.IdcOff => All(world.Hosts.Where(h => h.Idc == host.Idc), h =>
            {
                world.Poisons.WentOff(h);
                return Off(h);
            }),
            FaultKind.IdcCut => All(world.Hosts.Where(h => h.Idc == host.Idc), h => Cut(h, true, true)),
            FaultKind.HalfCut => All(world.Hosts.Where(h => h.Region == host.Region).Where((_, i) => (i + fault.Target) % 3 > 0),
                h => Cut(h, true, true)),
            _ => OnHost(host, fault, world),
        };
    }

    private static string Whom(World world, Fault fault) => fault.Kind switch
    {
        (>= FaultKind.HostOff and <= FaultKind.HalfCut) or FaultKind.ComponentSaysPoison or FaultKind.HostDeleted
            or FaultKind.HostReinstalled or FaultKind.HostPauses =>
            world.Hosts[fault.Target % world.Hosts.Count].Name,
        FaultKind.CollectorUnheard => Collector(world, fault).Name,
        FaultKind.TaskDeleted or FaultKind.TaskPatched => $"t{fault.Target % world.Shape.Tasks:d3}",
        >= FaultKind.CollectorKilled and <= FaultKind.CollectorCutIn => Collector(world, fault).Name,
        >= FaultKind.ManagerKilled and <= FaultKind.ManagerClockSet => Manager(world, fault).Name,
        >= FaultKind.AlerterKilled and <= FaultKind.AlerterCutIn => Alerter(world, fault).Name,
        >= FaultKind.ChannelHangs and <= FaultKind.ChannelSwitchedOff =>
            world.Receivers.Values.ElementAt(fault.Target % world.Receivers.Count).Name,
        _ => "",
    };

    private static Site Alerter(World world, Fault fault) => world.Alerters[fault.Target % world.Alerters.Count];

    private static Site Manager(World world, Fault fault) => world.Managers[fault.Target % world.Managers.Count];

    private static Site Collector(World world, Fault fault) => world.Collectors[fault.Target % world.Collectors.Count];

    private static Site Scheduler(World world, Fault fault) => world.Schedulers[fault.Target % world.Schedulers.Count];

    private static Action Unheard(Site collector)
    {
        collector.Unheard++;
        return () => collector.Unheard--;
    }

    private static Action OnHost(Host host, Fault fault, World world)
    {
        switch (fault.Kind)
        {
            case FaultKind.HostOff:
                return Off(host);
            case FaultKind.HostSuspended:
                host.Machine.Suspend();
                return () => host.Machine.Resume(() => world.Between(0, 0.2));
            case FaultKind.SupervisorKilled:
                host.KillSupervisor();
                return host.StartSupervisor;
            case FaultKind.SupervisorStopped:
                var stopped = host.Supervisor?.Proc;
                stopped?.Stop();
                return () => stopped?.Continue();
            case FaultKind.GuardKilled:
                return Once(host.KillGuard);
            case FaultKind.GuardStopped:
                host.StopGuard();
                return host.ContinueGuard;
            case FaultKind.ComponentExits:
                return Once(() => host.Workers.ElementAtOrDefault(fault.Force % Math.Max(1, host.Workers.Count()))
                    ?.Fail(bySignal: fault.Force % 2 == 0, fault.Force % 3));
            case FaultKind.ComponentStopped:
                var worker = host.Workers.FirstOrDefault();
                worker?.Stop();
                return () => worker?.Continue();
            case FaultKind.ComponentsIgnoreTerm:
                host.ComponentsIgnoreTerm = true;
                return () => host.ComponentsIgnoreTerm = false;
            case FaultKind.HostCutOut:
                return Cut(host, true, false);
            case FaultKind.HostCutIn:
                return Cut(host, false, true);
            case FaultKind.HostCut:
                return Cut(host, true, true);
            case FaultKind.HostClockSet:
                return SetClock(host.Machine, fault, world);
            default:
                throw new NotSupportedException(fault.ToString());
        }
    }

    private static Action OnFeed(World world, Fault fault)
    {
        var force = fault.Force / 20.0;
        var site = world.Services.ElementAt(fault.Target % world.Services.Count());
        switch (fault.Kind)
        {
            case FaultKind.BrokerDown:
                world.Broker.GoDown();
                return world.Broker.ComeUp;
            case FaultKind.BrokerStorm:
                world.Broker.Storm.Set(force / 2, TimeSpan.FromSeconds(fault.Force));
                return world.Broker.Storm.Calm;
            case FaultKind.HttpStorm:
                world.Http.Set(force, TimeSpan.FromSeconds(fault.Force));
                return world.Http.Calm;
            case FaultKind.StoreRefuses:
                site.Store.Refuses++;
                return () => site.Store.Refuses--;
            case FaultKind.StoreAway:
                world.Services.ToList().ForEach(s => s.Store.Refuses++);
                return () => world.Services.ToList().ForEach(s => s.Store.Refuses--);
            case FaultKind.StoreSlow:
                return ServiceTroubles.Slow(site, fault);
            case FaultKind.StoreStalls:
                site.Store.Stall();
                return site.Store.GoOn;
            case FaultKind.StoreLosesAnswers:
                site.Store.LostAnswers = force;
                return () => site.Store.LostAnswers = 0;
            default:
                site.Store.LostRaces = force;
                return () => site.Store.LostRaces = 0;
        }
    }

    private static Action Off(Host host)
    {
        host.PowerOff();
        return host.Boot;
    }

    private static Action Cut(Host host, bool @out, bool @in)
    {
        host.CutOut += @out ? 1 : 0;
        host.CutIn += @in ? 1 : 0;
        return () =>
        {
            host.CutOut -= @out ? 1 : 0;
            host.CutIn -= @in ? 1 : 0;
        };
    }

    internal static Action SetClock(Machine machine, Fault fault, World world)
    {
        var by = TimeSpan.FromSeconds(fault.ForMs % 2 == 0 ? -Math.Pow(4, fault.Force) / 10 : Math.Pow(4, fault.Force) / 10);
        machine.WallOffset += by;
        machine.WallSetAt = world.Time.Now;
        return () => { };
    }

    private static Action Once(Action act)
    {
        act();
        return () => { };
    }

    private static Action All(IEnumerable<Host> hosts, Func<Host, Action> begin)
    {
        var ends = hosts.ToList().ConvertAll(h => begin(h));
        return () => ends.ForEach(end => end());
    }
}
