using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// One life of a supervisor. The decisions are the real ones (lease, interval, reconciler, states, what is reported). The shell around them
/// does what Agent and HeartbeatLoop do, on events instead of ten times a second.
/// </summary>
internal sealed partial class SupervisorLife
{
    private readonly World _world;
    private readonly Host _host;
    private readonly long? _succeeds;
    private readonly Dictionary<string, Component> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (Component Component, Worker? Worker)> _runs = [];
    private readonly List<string> _discards = [];
    private readonly ReportedList _list = new();
    private Lease _lease = Lease.None;
    private SentHeartbeat? _pending;
    private BootTime _lastSent;
    private BootTime _notBefore;
    private TimeSpan? _leaseSpan;
    private TimeSpan _interval = TimeSpan.FromSeconds(1);
    private long _sequence;
    private long _heard;
    private long _run;
    private int _failures;
    private bool _lapseTold;
    private bool _changed;
    private bool _guardAnswers = true;
    private long _nextWake = long.MaxValue;

    /// <summary>The reason why no heartbeat was taken, for a component's words, since the lease was granted last.</summary>
    private string? _poisoned;

    internal SupervisorLife(World world, Host host, long incarnation, long? succeeds)
    {
        (_world, _host, Incarnation, _succeeds) = (world, host, incarnation, succeeds);
        Proc = new Proc(world.Time, host.Machine, $"{host.Name}-supervisor/{incarnation}");
        Guard = new Guard(world, host);
        Proc.After(world.Between(0, 1), Pass);
    }

    internal Proc Proc { get; }

    internal Guard Guard { get; private set; }

    internal long Incarnation { get; }

    /// <summary>Count of its reports.</summary>
    internal long Sequence => _sequence;

    internal long DesiredVersion { get; private set; }

    internal IEnumerable<Component> Components => _byName.Values;

    private BootTime Now => _host.Now;

    private bool AnyLiving => _byName.Values.Any(c => c.Phase != Phase.Idle);

    /// <summary>A component's status changed: the next look sees it.</summary>
    internal void Noticed() => Proc.After(TimeSpan.FromMilliseconds(100), () =>
    {
        _changed = true;
        Pass();
    });

    private void Want(IReadOnlyList<DesiredComponent> list)
    {
        foreach (var component in _byName.Values)
        {
            component.Desired = null;
        }

        _discards.Clear();
        _discards.AddRange(list.Where(d => d is { Kind: ComponentKind.Store, Desired: DesiredState.Absent }).Select(d => d.Name));
        foreach (var desired in list.Where(d => d.Desired != DesiredState.Absent))
        {
            if (!_byName.TryGetValue(desired.Name, out var component))
            {
                _byName[desired.Name] = component = new Component(desired.Name, Folder);
            }

            component.Desired = _world.Mutation.TakesCommands || component.Desired is not null || component.Ran is not { } ran ? desired
                : desired with { Command = ran.Command };
            component.Ending = Reconciler.Settle(desired, component.View);
        }

        _changed = true;
    }

    private static readonly ComponentFolder Folder = new("/nowhere", "none");

    private void Changed()
    {
        _changed = true;
        Pass();
    }

    private void Pass()
    {
        CheckLease();
        Reconcile();
        if (_discards.RemoveAll(n => !_byName.ContainsKey(n) && _host.Discard(n)) > 0)
        {
            _world.Count("directories deleted");
        }

        Report();
        Wake();
    }

    private void CheckLease()
    {
        if (_lease.HoldsAt(Now) || !_world.Mutation.SupervisorFences)
        {
            return;
        }

        if (!_lapseTold && !_lease.IsNone)
        {
            if (_world.OnlyTheStoreFails)
            {
                _world.Broken("away", $"{_host.Name} lost the lease of all that it runs, though nothing but the store failed");
            }

            if (_poisoned is { } why)
            {
                _world.Broken("I12", $"{_host.Name} lost the lease of all that it runs: {why}");
            }

            _world.Steady.Lapsed(_host.Name);
            GiveUp();
            _heard = _sequence;
            DesiredVersion = _world.Mutation.ForgetsItsList ? 0 : DesiredVersion;
        }

        _lapseTold = true;
        if (AnyLiving)
        {
            Reconcile();
            if (_lease.KillsAt(Now))
            {
                Sweep();
            }
        }
    }

    private void Reconcile()
    {
        foreach (var component in _byName.Values.ToList())
        {
            var holds = _lease.HoldsAt(Now) || (!_world.Mutation.SupervisorFences && !_lease.IsNone);
            var mayRun = _guardAnswers && DesiredVersion > 0 && holds;
            switch (Reconciler.Decide(component.Desired, component.View, mayRun))
            {
                case Step.Start start:
                    Start(component, start.What);
                    break;
                case Step.Stop when component.Desired is null && !_world.Mutation.StopsWhatLeaves:
                    _byName.Remove(component.Name);
                    _changed = true;
                    break;
                case Step.Stop stop:
                    (component.Phase, component.StopReason) = (Phase.Stopping, stop.Why);
                    var (run, grace) = (component.Run, _lease.KillGrace);
                    Guard.Say(() => Guard.Stop(run, grace));
                    break;
                case Step.Forget:
                    _byName.Remove(component.Name);
                    _changed = true;
                    break;
            }
        }
    }

    private void Start(Component component, DesiredComponent what)
    {
        (component.Ran, component.Ending, component.StopReason, component.StartedAt) = (what, null, null, Now);
        component.ForgetStatus();
        var run = component.Run = ++_run;
        component.Phase = Phase.Starting;
        _runs[run] = (component, null);
        _changed = true;
        Guard.Say(() => Guard.Start(run, what));
    }

    private void StopAll(EndKind why)
    {
        foreach (var component in _byName.Values.Where(c => c.Phase is Phase.Starting or Phase.Alive))
        {
            (component.Phase, component.StopReason) = (Phase.Stopping, why);
        }
    }

    /// <summary>Kills past the guard.</summary>
    private void Sweep()
    {
        foreach (var worker in Guard.Workers.ToList())
        {
            worker.Kill();
        }
    }

    private void Ended(long run, Ending ending)
    {
        if (!_runs.Remove(run, out var known))
        {
            return;
        }

        var component = known.Component;
        (component.Phase, component.Ending, component.Leader) = (Phase.Idle, ending, null);
        component.Ending = Reconciler.Settle(component.Desired, component.View);
        Changed();
    }
}
