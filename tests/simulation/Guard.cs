using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Machine;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// The guard as agents/guard/guard.c has it. It runs components only under a lease, and ends them by the lease's deadline on its own clock.
/// All of them die with it, or when the supervisor's end of the pipe closes.
/// </summary>
internal sealed class Guard
{
    private readonly World _world;
    private readonly Proc _proc;
    private readonly Dictionary<long, Worker> _workers = [];
    private Lease _lease = Lease.None;
    private bool _fenced;
    private bool _armed;

    internal Guard(World world, Host host)
    {
        (_world, Host) = (world, host);
        _proc = new Proc(world.Time, host.Machine, host.Name + "-guard");
    }

    internal Host Host { get; }

    internal bool IsDead => _proc.IsDead;

    internal bool IsStopped => _proc.IsStopped;

    internal IReadOnlyCollection<Worker> Workers => _workers.Values;

    private BootTime Now => Host.Now;

    /// <summary>Over the pipe: what is said to a stopped guard waits.</summary>
    internal void Say(Action line) => _proc.Run(line);

    internal void TakeLease(Lease lease)
    {
        CheckLease();
        (_lease, _fenced) = (lease, false);
        Arm();
    }

    internal void Start(long run, DesiredComponent what)
    {
        CheckLease();
        if (_lease.IsNone || (!_lease.HoldsAt(Now) && _world.Mutation.GuardFences))
        {
            Tell(s => s.HearFailed(run));
            return;
        }

        var worker = _workers[run] = Begin(run, what);
        Tell(s => s.HearStarted(run, worker));
    }

    private Worker Begin(long run, DesiredComponent what) => what.Kind == ComponentKind.Store
        ? new StoreWorker(_world, Host, this, run, what)
        : new IncrSyncWorker(_world, Host, this, run, what);

    internal void Stop(long run, TimeSpan grace)
    {
        CheckLease();
        if (_workers.TryGetValue(run, out var worker))
        {
            End(worker, grace);
        }
    }

    internal void Ended(Worker worker, bool bySignal, int number)
    {
        _workers.Remove(worker.Run);
        _proc.Run(() => Tell(s => s.HearExited(worker.Run, bySignal, number)));
    }

    /// <summary>SIGKILL to the guard, or the end of its input: all that it runs dies with it.</summary>
    internal void Die()
    {
        _proc.Kill();
        foreach (var worker in _workers.Values.ToList())
        {
            worker.Kill();
        }
    }

    internal void StopSignal() => _proc.Stop();

    internal void ContinueSignal() => _proc.Continue();

    private void Tell(Action<SupervisorLife> said)
    {
        if (Host.Supervisor is { } supervisor && ReferenceEquals(supervisor.Guard, this))
        {
            _world.Time.At(_world.Time.Now, supervisor.Proc, () => said(supervisor));
        }
    }

    private void Arm()
    {
        if (!_armed && _lease.HoldsAt(Now))
        {
            _armed = true;
            _proc.After(_lease.Until - Now, () =>
            {
                _armed = false;
                CheckLease();
                if (!_fenced)
                {
                    Arm();
                }
            });
        }
    }

    private void CheckLease()
    {
        if (_fenced || _lease.IsNone || _lease.HoldsAt(Now) || !_world.Mutation.GuardFences)
        {
            return;
        }

        _fenced = true;
        Tell(s => s.HearFenced());
        var rest = _lease.Until + _lease.KillGrace - Now;
        foreach (var worker in _workers.Values.ToList())
        {
            End(worker, rest);
        }
    }

    private void End(Worker worker, TimeSpan grace)
    {
        if (grace <= TimeSpan.Zero)
        {
            worker.Kill();
            return;
        }

        worker.Term();
        _proc.After(grace, worker.Kill);
    }
}
