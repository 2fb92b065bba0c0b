using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;

namespace Holdfast.Simulation.Tests;

/// <summary>Reports of the guard: components that began and ended, its own end and its silence.</summary>
internal sealed partial class SupervisorLife
{
    internal void HearStarted(long run, Worker worker)
    {
        var component = _runs[run].Component;
        _runs[run] = (component, worker);
        component.Leader = new Leader(component.Name, (int)run + 1000, 0, "", "");
        component.StartedAt = component.StatusAt = Now;
        if (component.Phase == Phase.Stopping)
        {
            Guard.Say(() => Guard.Stop(run, TimeSpan.Zero));
        }
        else
        {
            component.Phase = Phase.Alive;
        }

        Changed();
    }

    internal void HearFailed(long run) => Ended(run, new Ending(EndKind.Fenced));

    internal void HearExited(long run, bool bySignal, int number)
    {
        if (_runs.TryGetValue(run, out var known))
        {
            known.Component.Look(Now, Read);
            Ended(run, known.Component.StopReason is { } reason ? new Ending(reason)
                : new Ending(bySignal ? EndKind.Signalled : EndKind.Exited, number));
        }
    }

    internal void HearFenced()
    {
        StopAll(EndKind.Fenced);
        Changed();
    }

    /// <summary>The guard has ended, and its components with it.</summary>
    internal void HearGuardEnded()
    {
        _guardAnswers = false;
        foreach (var run in _runs.Keys.ToList())
        {
            Ended(run, new Ending(_runs[run].Component.StopReason ?? EndKind.GuardLost));
        }

        GiveUp();
        Proc.After(TimeSpan.FromSeconds(1), () =>
        {
            Guard = new Guard(_world, _host);
            _guardAnswers = true;
            if (!_lease.IsNone)
            {
                var lease = _lease;
                Guard.Say(() => Guard.TakeLease(lease));
            }

            Changed();
        });
    }

    /// <summary>It has not answered for longer than it may: everything is killed and nothing reported until it does.</summary>
    internal void HearGuardSilent()
    {
        _guardAnswers = false;
        StopAll(EndKind.GuardLost);
        GiveUp();
        Sweep();
    }

    internal void HearGuardAgain()
    {
        _guardAnswers = true;
        Changed();
    }
}
