using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Simulation.Tests;

/// <summary>A machine of the fleet with its supervisor, its guard and what they run.</summary>
internal sealed class Host(World world, int number, string region, string idc, Machine machine)
{
    private long _incarnation;

    /// <summary>The time by which its clock is behind where it was when it was set up first.</summary>
    private TimeSpan _behind;
    private int _collector = number;

    private readonly int _number = number;

    internal string Name { get; } = $"h{number:d3}";

    internal string Region { get; } = region;

    internal string Idc { get; } = idc;

    internal Machine Machine { get; } = machine;

    internal SupervisorLife? Supervisor { get; private set; }

    /// <summary>The machine is off.</summary>
    internal bool IsOff { get; private set; }

    internal bool IsGone { get; private set; }

    /// <summary>Faults that cut the way to the collectors, and the way back.</summary>
    internal int CutOut { get; set; }

    internal int CutIn { get; set; }

    internal bool ComponentsIgnoreTerm { get; set; }

    /// <summary>Its supervisor is of an earlier version, which passes on what components say as long as JSON can say it.</summary>
    internal bool IsOld => _number % 4 == 3;

    /// <summary>Directories of Stores, by name; they outlive processes and power.</summary>
    internal Dictionary<string, StoreFolder> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>Its disk is too full for anything new.</summary>
    internal int Filled { get; set; }

    internal BootTime Now => new(Machine.Boot * TimeSpan.NanosecondsPerTick);

    internal IEnumerable<Worker> Workers => Supervisor?.Guard.Workers ?? [];

    internal void Boot()
    {
        IsOff = IsGone;
        StartSupervisor();
    }

    /// <summary>People take the machine away: nothing boots it any more.</summary>
    internal void Leave()
    {
        IsGone = true;
        PowerOff();
    }

    /// <param name="asNew">Another machine has its name, with nothing of it on its disks.</param>
    internal void Return(bool asNew)
    {
        IsGone = false;
        if (asNew)
        {
            _incarnation = 0;
            Folders.Clear();
        }

        Boot();
    }

    /// <summary>Its work directory is gone, and its clock is set back by more than a world lasts.</summary>
    internal void Wipe()
    {
        _incarnation = 0;
        Folders.Clear();
        _behind += TimeSpan.FromHours(12);
    }

    internal void StartSupervisor()
    {
        if (!IsOff && Supervisor is null)
        {
            var previous = _incarnation;
            _incarnation = WorkDirectory.NextIncarnation(previous, ProcClock.WallClock(Machine) - _behind);
            Supervisor = new SupervisorLife(world, this, _incarnation, previous > 0 ? previous : null);
        }
    }

    /// <summary>Its guard sees the end of its input: everything dies.</summary>
    internal void KillSupervisor()
    {
        if (Supervisor is { } supervisor)
        {
            Supervisor = null;
            supervisor.Proc.Kill();
            supervisor.Guard.Die();
        }
    }

    internal void PowerOff()
    {
        IsOff = true;
        KillSupervisor();
    }

    internal void KillGuard()
    {
        if (Supervisor is { } supervisor && !supervisor.Guard.IsDead)
        {
            supervisor.Guard.Die();
            supervisor.Proc.Run(supervisor.HearGuardEnded);
        }
    }

    internal void StopGuard()
    {
        if (Supervisor is { Guard: { IsDead: false } guard } supervisor)
        {
            guard.StopSignal();
            supervisor.Proc.After(GuardWatch.SilenceMax + GuardWatch.PingInterval, () =>
            {
                if (guard is { IsStopped: true, IsDead: false } && supervisor.Guard == guard)
                {
                    supervisor.HearGuardSilent();
                }
            });
        }
    }

    internal void ContinueGuard()
    {
        if (Supervisor is { Guard: { IsStopped: true } guard } supervisor)
        {
            guard.ContinueSignal();
            supervisor.Proc.Run(supervisor.HearGuardAgain);
        }
    }

    /// <summary>True: there is no such directory any more.</summary>
    internal bool Discard(string store)
    {
        Folders.Remove(store);
        return true;
    }

    internal void ChangesCollector() => _collector++;

    internal HostReport ReportOf(SupervisorLife life, long sequence, long? succeeds) => new()
    {
        Host = Name,
        Incarnation = life.Incarnation,
        Sequence = sequence,
        Region = Region,
        Idc = Idc,
        Address = $"10.0.{_number / 250}.{_number % 250}:9000",
        Usage = new Usage(0.2, 0.3, Filled > 0 ? 0.95 : 0.1),
        DesiredVersion = life.DesiredVersion,
        Succeeds = succeeds,
    };

    /// <summary>One heartbeat over the network: it may get lost on either way, be late, or arrive twice.</summary>
    internal void Post(SupervisorLife life, HostReport report, SentHeartbeat sent, TimeSpan limit)
    {
        _collector += world.IsBehindGateway ? 1 : 0;
        var collector = (CollectorSite)world.Collectors[_collector % world.Collectors.Count];
        life.Proc.After(limit, () => life.Answered(sent, new HeartbeatOutcome.Unanswered("no answer in time")));
        if (CutOut > 0 || world.Chances(world.Http.Loss, "heartbeat lost"))
        {
            return;
        }

        var copies = world.Chances(world.Http.Doubling, "heartbeat doubled") ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            world.Time.After(world.Latency(), null, () => Arrive(life, report, sent, collector));
        }
    }

    private void Arrive(SupervisorLife life, HostReport report, SentHeartbeat sent, CollectorSite collector)
    {
        if (collector.Proc is not { } proc)
        {
            Answer(life, sent, new HeartbeatOutcome.Unanswered("connection refused"));
            return;
        }

        proc.Run(() => collector.Hear(report, sent.Wait, outcome => Answer(life, sent, outcome)));
    }

    private void Answer(SupervisorLife life, SentHeartbeat sent, HeartbeatOutcome outcome)
    {
        if (CutIn == 0 && !world.Chances(world.Http.Loss, "answer lost"))
        {
            world.Time.After(world.Latency(), life.Proc, () => life.Answered(sent, outcome));
        }
    }
}
