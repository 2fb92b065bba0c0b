using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;

namespace Holdfast.Simulation.Tests;

/// <summary>Its heartbeats: what it says, what it is answered, when it looks again.</summary>
internal sealed partial class SupervisorLife
{
    internal void Answered(SentHeartbeat sent, HeartbeatOutcome outcome)
    {
        CheckLease();
        if (sent.Sequence <= _heard || (outcome is HeartbeatOutcome.Unanswered && _pending?.Sequence != sent.Sequence))
        {
            return;
        }

        if (_pending?.Sequence == sent.Sequence)
        {
            _pending = null;
        }

        if (outcome is HeartbeatOutcome.Reply { Value: var reply })
        {
            Take(sent, reply);
        }
        else
        {
            if (outcome is HeartbeatOutcome.Refused { Status: 400 or 413, Problem: { } problem })
            {
                _poisoned ??= $"{problem.Code} {problem.Detail}";
            }

            _failures++;
            _notBefore = Pace.AfterFailure(Now, _interval, _failures);
            _host.ChangesCollector();
        }

        Pass();
    }

    private void Take(SentHeartbeat sent, HeartbeatReply reply)
    {
        var newVersion = reply.DesiredVersion != DesiredVersion && reply.Components is not null;
        (_heard, _failures) = (sent.Sequence, 0);
        _leaseSpan = TimeSpan.FromSeconds(reply.Lease);
        _interval = TimeSpan.FromSeconds(reply.Interval);
        if (newVersion)
        {
            DesiredVersion = reply.DesiredVersion;
        }

        _list.Answered(sent.Inventory, reply.SendComponents || !reply.Applied);
        _notBefore = Pace.AfterAnswer(sent, Now, _interval, newVersion || reply.SendComponents);
        if (reply is { Components: { } list, DesiredVersion: > 0 })
        {
            Want(list);
        }

        if (!reply.Applied)
        {
            return;
        }

        var from = _world.Mutation.LeaseFromAnswer ? Now : sent.At;
        var granted = Lease.Granted(from, _leaseSpan.Value, TimeSpan.FromSeconds(reply.KillGrace));
        (_lease, _lapseTold, _poisoned) = (granted, false, null);
        Guard.Say(() => Guard.TakeLease(granted));
    }

    private void GiveUp() => _pending = null;

    private void Report()
    {
        if (!_guardAnswers)
        {
            GiveUp();
            return;
        }

        var move = Pace.Decide(new Waiting(_pending, _lastSent, _notBefore, _failures > 0), Now, _changed);
        if (move == Pace.Move.Wait)
        {
            return;
        }

        var wait = move == Pace.Move.ReportNow || _leaseSpan is null ? TimeSpan.Zero : Pace.WaitFor(_interval, _leaseSpan);
        _changed = false;
        if (TryList() is not (var list, var leftOut))
        {
            return;
        }

        var sent = new SentHeartbeat(++_sequence, Now, wait, _list.Number);
        (_pending, _lastSent) = (sent, sent.At);
        var report = _host.ReportOf(this, _sequence, _succeeds) with
        {
            Inventory = _list.Number, Components = list, LeftOut = leftOut,
        };
        _host.Post(this, report, sent, Pace.LimitFor(wait, _leaseSpan));
    }

    /// <summary>The pass as it is: look, report, list. Null: it threw, and no heartbeat leaves.</summary>
    private (IReadOnlyList<ComponentReport>? List, string? LeftOut)? TryList()
    {
        try
        {
            return _list.Next(Reports());
        }
        catch (Exception e) when (e is ArgumentException or System.Runtime.CompilerServices.SwitchExpressionException)
        {
            (_poisoned, _notBefore) = (_poisoned ?? e.Message, Now + Pace.Floor);
            return null;
        }
    }

    private void Read(Component component, StatusLook look)
    {
        if (!_runs.TryGetValue(component.Run, out var known) || known.Worker is not { IsStopped: false, SaysRunning: true } worker)
        {
            look.Read = new StatusRead.Missing();
        }
        else if (worker.StatusFile is { } words)
        {
            look.Read = _world.Mutation.WordsAreBelieved ? Poison.Believed(words)
                : _host.IsOld ? Poison.BelievedIfSayable(words) : StatusFile.Parse(words, default);
        }
    }

    /// <summary>A look that a directory kept waiting sees what is there, now that it answers: the reader's thread goes on.</summary>
    internal void DisksAnswer()
    {
        foreach (var component in _byName.Values.Where(c => c.Looking is { Read: null }))
        {
            Read(component, component.Looking!);
            Noticed();
        }
    }

    private List<ComponentReport> Reports()
    {
        ComponentWatch.Look(_byName.Values, Read, Now, _interval, afterPause: false);
        return [.. ComponentWatch.Reports(_byName.Values, Now, _interval).Select(Said)];

        ComponentReport Said(ComponentReport report) => !_byName.TryGetValue(report.Name, out var c) ? report
            : _world.Mutation.WordsAreBelieved || _host.IsOld ? Poison.Believed(report, c)
            : _world.Mutation.WaitsForTheEnd || c.Phase != Phase.Stopping
                ? report : report with { State = ComponentState.Stopped, Pid = null, Epoch = c.Desired?.Epoch ?? report.Epoch };
    }

    /// <summary>The next moment at which something is due by itself.</summary>
    private void Wake()
    {
        var due = _notBefore > Now && _pending is null ? _notBefore : _lastSent + Pace.Floor;
        if (!_guardAnswers || (_pending is not null && !_changed))
        {
            due = new BootTime(long.MaxValue);
        }

        foreach (var deadline in new[] { _lease.Until, _lease.Until + _lease.KillGrace })
        {
            due = deadline > Now && deadline < due && AnyLiving | !_lapseTold ? deadline : due;
        }

        if (due.Nanoseconds == long.MaxValue || (due.Nanoseconds >= _nextWake && _nextWake > Now.Nanoseconds))
        {
            return;
        }

        var wake = _nextWake = Math.Max(due.Nanoseconds, Now.Nanoseconds + 1_000_000);
        Proc.After(new BootTime(wake) - Now, () =>
        {
            if (_nextWake == wake)
            {
                _nextWake = long.MaxValue;
                Pass();
            }
        });
    }
}
