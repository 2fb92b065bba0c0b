using System.Threading.Channels;
using Holdfast.Supervisor.Cleanup;
using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Logs;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor;

/// <summary>
/// The one loop: hears ticks, the guard and answers; checks the lease before anything else; then brings processes
/// nearer to what is wanted and reports.
/// </summary>
internal sealed partial class Agent(
    ChannelReader<LoopEvent> events, Components components, GuardKeeper guard, HeartbeatLoop heartbeats, StateFiles files,
    TimeProvider clock, ILogger<Agent> log)
{
    private readonly ILogger _log = log;
    private const int EventsPerPass = 256;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan QuitSlack = TimeSpan.FromSeconds(5);

    /// <summary>A report waits no longer for a disk.</summary>
    private static readonly TimeSpan KeepingMax = TimeSpan.FromMilliseconds(250);

    private readonly Patience _patience = new(clock);
    private Lease _lease = Lease.None;
    private BootTime _lastPass;
    private BootTime _lastLook;
    private BootTime? _quitSince;
    private bool _lapseTold;
    private bool _sweeping;
    private readonly StepAttempts _steps = new(log);

    /// <summary>Runs until asked to quit and all components are stopped.</summary>
    public async Task RunAsync()
    {
        guard.Start();
        components.LeadersChanged = true;
        _lastPass = Now();
        while (!Done(Now()))
        {
            Pass(await events.ReadAsync(CancellationToken.None));
        }
    }

    private BootTime Now() => BootTime.Now(clock);

    private void Pass(LoopEvent first)
    {
        var now = Now();
        var gap = now - _lastPass;
        _lastPass = now;
        _steps.Try(() => CheckLease(now), now);
        _steps.Try(() => Hear(first, now), now);
        for (var i = 0; i < EventsPerPass && events.TryRead(out var next); i++)
        {
            var heard = next;
            _steps.Try(() => Hear(heard, now), now);
        }

        _steps.Try(() => KeepGuard(now, gap), now);
        _steps.Try(() => Reconcile(now), now);
        _steps.Try(() => Look(now, gap), now);
        _steps.Try(files.SaveInventory, now);
        _steps.Try(files.SaveEndings, now);
        _steps.Try(() => Report(now), now);
    }

    private void Look(BootTime now, TimeSpan gap)
    {
        if (now - _lastLook >= LookInterval || components.Changed)
        {
            _lastLook = now;
            components.Look(now, heartbeats.Interval, afterPause: gap > GuardWatch.OwnGapMax);
        }
    }

    /// <summary>Belt and braces: the guard does the same by its own clock.</summary>
    private void CheckLease(BootTime now)
    {
        if (_lease.HoldsAt(now))
        {
            return;
        }

        if (!_lapseTold && !_lease.IsNone)
        {
            heartbeats.ForgetList();
            LeaseIsOver(Codes.LeaseOver, _lease.KillGrace.TotalSeconds);
        }

        _lapseTold = true;
        if (!components.AnyLiving)
        {
            return;
        }

        Reconcile(now);
        if (_lease.KillsAt(now) && components.Leaders.Count > 0)
        {
            KillAll();
        }
    }

    /// <summary>Kills all that is below this process but the guard itself; returns how many lived.</summary>
    private int KillAll() =>
        Families.Kill([.. components.Leaders, .. components.Reapers], components.Folder, Kin.Of(guard.Current?.Pid), _patience);

    /// <summary>Carries out the list. Without one nothing runs: what this host should run may be placed elsewhere by now.</summary>
    private void Reconcile(BootTime now) =>
        components.Reconcile(guard, _lease, now, heartbeats.DesiredVersion > 0, _quitSince is not null);

    private void Hear(LoopEvent heard, BootTime now)
    {
        switch (heard)
        {
            case GuardSaid said when said.Guard != guard.Current:
                break; // the last words of one that is gone
            case GuardSaid { Event: GuardEvent.Pong }:
                if (guard.HeardPong())
                {
                    (_sweeping, components.Changed) = (false, true);
                }

                break;
            case GuardSaid said:
                components.Hear(said.Event, guard, now);
                break;
            case GuardEnded ended when ended.Guard == guard.Current:
                guard.Lost();
                components.StopAll(EndKind.GuardLost);
                _sweeping = true;
                break;
            case HeartbeatAnswered answered when heartbeats.Hear(answered, now) is { } reply:
                Take(reply, answered.Sent);
                break;
            case LogRead read:
                heartbeats.Hear(read, now);
                break;
            case ConfigFetched fetched:
                components.Hear(fetched, now);
                break;
            case LoopEvent.Quit:
                _quitSince ??= now;
                components.IsLeaving = true;
                break;
        }
    }

    private void Take(HeartbeatReply reply, SentHeartbeat sent)
    {
        if (reply is { Components: { } list, DesiredVersion: > 0 })
        {
            components.Want(list);
        }

        if (!reply.Applied)
        {
            return; // a report that changed nothing does not end our silence either: no lease from it
        }

        _lease = Lease.Granted(sent.At, TimeSpan.FromSeconds(reply.Lease), TimeSpan.FromSeconds(reply.KillGrace));
        _lapseTold = false;
        guard.Say(GuardLine.Lease(_lease));
    }

    private void KeepGuard(BootTime now, TimeSpan gap)
    {
        if (guard.FellSilent(now, gap))
        {
            components.StopAll(EndKind.GuardLost);
            heartbeats.GiveUp();
            _sweeping = true;
        }

        if (!_sweeping && guard.Current is not null)
        {
            return;
        }

        if (KillAll() > 0)
        {
            return;
        }

        _sweeping = false;
        Families.ReapAdopted(Environment.ProcessId, guard.Current?.Pid ?? 0);
        if (guard.Current is not null)
        {
            return; // stopped: it will tell the exits when it goes on
        }

        components.AllGone();
        if (guard.Restart(now) && !_lease.IsNone)
        {
            guard.Say(GuardLine.Lease(_lease));
        }

        components.LeadersChanged = true;
    }

    private void Report(BootTime now)
    {
        if (!guard.Answers)
        {
            heartbeats.GiveUp(); // a host that cannot run anything must look silent
            return;
        }

        if (files.EndingsBusy(now) < KeepingMax)
        {
            return; // who was told that something has ended may rely on it, also when this process dies now
        }

        if (_quitSince is null
            && heartbeats.Advance(now, components.Changed, () => components.Reports(now, heartbeats.Interval)))
        {
            components.Changed = false;
        }
    }

    private bool Done(BootTime now) => _quitSince is { } since
        && ((!components.AnyLiving && files.EndingsBusy(now) is null) || now - since > _lease.KillGrace + QuitSlack);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} The lease is over: stopping all components, killing what is left after {Grace} s")]
    private partial void LeaseIsOver(string code, double grace);
}
