namespace Holdfast.Simulation.Tests;

/// <summary>Faults of Stores, and people's orders about them.</summary>
internal sealed class StoreKeeper(World world)
{
    internal Action Act(Fault fault)
    {
        var (ha, op, force) = (world.Shape.Ha, world.Operator, fault.Force);
        switch (fault.Kind)
        {
            case FaultKind.StoreDies:
                return Once(Any(fault), s => s.Fail(bySignal: true, 9));
            case FaultKind.StoreEnds:
                return Once(Any(fault), s => s.Fail(bySignal: false, force % 2));
            case FaultKind.StoreLosesData:
                return Once(Any(fault), s => s.Host.Folders.Remove(s.What.Name));
            case FaultKind.StoreTrims:
                return Once(Any(fault)?.Folder, f => f.Begin = f.End - ((f.End - f.Begin) * force / 10));
            case FaultKind.HostFills:
                return Fill(world.Hosts[fault.Target % world.Hosts.Count]);
            case FaultKind.ConsumerLags:
                return Lag($"t{fault.Target % world.Shape.Tasks:d3}");
            case FaultKind.StoreSwitchedOff:
                return op.Switch("enableStore");
            case FaultKind.AllSwitchedOff:
                return op.Switch("enable");
            case FaultKind.ThresholdChanged:
                return op.Configure("subtopicStoreNumberThreshold", 1 + (force % 4), ha.SubtopicStoreNumberThreshold);
            case FaultKind.RefetchChanged:
                return op.Configure("refetchMode", force % 2 == 0 ? "computed" : "oms",
                    ha.RefetchMode == RefetchMode.Computed ? "computed" : "oms");
            default:
                return Order(fault);
        }
    }

    private Action Order(Fault fault)
    {
        var (op, force) = (world.Operator, fault.Force);
        var subtopic = world.Logs!.All.ElementAt(fault.Target % world.Shape.Tasks).Subtopic;
        if (fault.Kind == FaultKind.StoreAdded)
        {
            return op.Requests.Once(world.AnyManager, m => m.Add(subtopic, force: force % 3 == 0));
        }

        if (fault.Kind == FaultKind.OwnThreshold)
        {
            op.Requests.Once(world.AnyManager, m => m.SetThreshold(subtopic, 1 + (force % 4)));
            return () => op.Requests.Once(world.AnyManager, m => m.SetThreshold(subtopic, null));
        }

        if (world.Stores!.Standing(fault.Target) is not { } store)
        {
            return () => { };
        }

        op.Requests.Once(world.AnyManager, m => m.Order(fault.Kind, store, force));
        return fault.Kind == FaultKind.StorePaused && force % 4 > 0
            ? () => op.Requests.Once(world.AnyManager, m => m.Order(FaultKind.StoreStarted, store, force))
            : () => { };
    }

    private StoreWorker? Any(Fault fault)
    {
        var all = world.Hosts.SelectMany(h => h.Workers).OfType<StoreWorker>().Where(s => !s.IsDead).ToList();
        return all.Count == 0 ? null : all[fault.Target % all.Count];
    }

    private static Action Once<T>(T? what, Action<T> act) where T : class
    {
        if (what is not null)
        {
            act(what);
        }

        return () => { };
    }

    private static Action Fill(Host host)
    {
        host.Filled++;
        return () => host.Filled--;
    }

    private Action Lag(string task)
    {
        var lagging = world.Logs!.Lagging;
        lagging[task] = lagging.GetValueOrDefault(task) + 1;
        return () => lagging[task]--;
    }
}
