using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// Components that fell their host soon after they have begun to run there, and I13. Nothing that felled two hosts fells a fourth. Nothing
/// innocent is held, or waits longer than its suspects need.
/// </summary>
internal sealed class Poisons(World world)
{
    private const int HostsMax = 3;

    /// <summary>A part of the tasks may be poisoned at all.</summary>
    private const int TasksPerPoison = 4;

    private readonly Dictionary<string, (long At, TimeSpan Fells)> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _felled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Since, int Before)> _waits = new(StringComparer.Ordinal);

    /// <summary>Time at which each has begun to wait.</summary>
    private readonly List<long> _joined = [];

    private readonly List<(string Host, long At)> _off = [];

    private HaConfig Ha => world.Shape.Ha;

    /// <summary>Poisons a component from now on, for good; what runs already is poisoned too.</summary>
    internal void Begin(Fault fault)
    {
        var task = $"t{fault.Target % Math.Max(1, world.Shape.Tasks / TasksPerPoison):d3}";
        _tasks.TryAdd(task, (world.Time.Now, TimeSpan.FromSeconds(fault.Force)));
    }

    /// <summary>A machine goes off for a cause of its own.</summary>
    internal void WentOff(Host host) => _off.Add((host.Name, world.Time.Now));

    internal void Works(IncrSyncWorker worker)
    {
        if (_tasks.TryGetValue(worker.What.Task!, out var poison) && !worker.Host.IsOff
            && world.Time.Now - worker.RunsSince >= poison.Fells.Ticks)
        {
            Fell(worker.Host, worker.What.Task!, worker.RunsSince >= poison.At);
        }
    }

    private void Fell(Host host, string task, bool soon)
    {
        var (now, together) = (world.Time.Now, Ha.CheckHostDownInterval.Ticks);
        world.Tell($"{task} fells {host.Name}");
        world.Count("hosts felled");
        world.Time.After(TimeSpan.Zero, null, host.PowerOff);
        WentOff(host);
        world.Time.After(Ha.CheckHostDownInterval * 2.5, null, () =>
        {
            // A host that goes with others counts for nobody, and one whose component had run before has another story. One that
            // comes back before it was found Down, because the scheduler or a collector was away meanwhile, has fallen unseen.
            if (soon && IsDown(host) && !_off.Exists(o => o.Host != host.Name && Math.Abs(now - o.At) < together))
            {
                Count(host, task);
            }

            if (host.IsOff)
            {
                host.Boot();
            }
        });
    }

    private bool IsDown(Host host) =>
        world.Store.Find<HostVerdict>(SchedulerCollections.Hosts.Name)?.Peek(host.Name) is { State: HostState.Down };

    /// <summary>A poisoned task comes right in no calm, nor does what stands on a host that it has felled of late.</summary>
    internal bool Excuses(string task, string? host) => _tasks.ContainsKey(task) || FelledOfLate(host);

    /// <summary>It may have come back a moment ago.</summary>
    internal bool FelledOfLate(string? host) =>
        _off.Exists(o => o.Host == host && world.Time.Now - o.At < Ha.CheckHostDownInterval.Ticks * 5);

    private void Count(Host host, string task)
    {
        if (!_felled.TryGetValue(task, out var felled))
        {
            _felled[task] = felled = new HashSet<string>(StringComparer.Ordinal);
        }

        felled.Add(host.Name);
        if (felled.Count > HostsMax)
        {
            world.Broken("I13", $"{task} has felled {string.Join(", ", felled)}");
        }
    }

    internal void Registered(Registration? before, Registration after)
    {
        if (after.Suspicion is { IsHeld: true } && before?.Suspicion?.IsHeld != true)
        {
            world.Count("held");
            // A host that died of something else within a moment of its coming cannot be told from one that it felled.
            // Where nothing fells hosts, three that go one after the other for other causes look just like that.
            if (_tasks.Count > 0 && !_tasks.ContainsKey(after.Task)
                && after.Suspicion.Falls[^1] is var last && last.SilentSince >= last.CameAt)
            {
                world.Broken("I13", $"{after.Id} is innocent and is held: {after.Suspicion}");
            }
        }

        if (after.Suspicion is { MayRun: false, IsHeld: false } && after.Desired == DesiredState.Running)
        {
            if (_waits.TryAdd(after.Id, (world.Time.Now, _joined.Count - _waits.Count)))
            {
                _joined.Add(world.Time.Now);
                world.Count("suspects");
            }
        }
        else
        {
            _waits.Remove(after.Id);
        }
    }

    /// <summary>
    /// Checks that no suspect waits too long. It waits its own time and that of each one before it. Each time is a window to wait, two for
    /// its turn, one until a host is quiet, a verdict and a cooldown.
    /// </summary>
    internal void Passed(SchedulerSite scheduler)
    {
        var each = (Ha.SuspectWindow * 4) + Ha.CheckHostDownInterval + Ha.CheckRequestInterval;
        foreach (var (id, (since, before)) in _waits)
        {
            var ahead = _joined.Count(j => j <= since + (TimeSpan.TicksPerSecond * 5)) - before;
            var most = (each * (ahead + 1)) + TimeSpan.FromSeconds(30);
            if (world.Time.Now - since > most.Ticks && scheduler.Latest(id) is { Code: "HA-220" or "HA-204" } why)
            {
                world.Broken("I13", $"{id} waits since {TimeSpan.FromTicks(since)}: {why.Sentence}");
            }
        }
    }
}
