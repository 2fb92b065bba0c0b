using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// People: they create, start and stop tasks, order single components about, drain hosts and take them into maintenance,
/// change ha.config, confirm the brake; unanswered, they try again with whoever answers.
/// </summary>
internal sealed class Operator(World world)
{
    /// <summary>Replicas read ha.config every three seconds; a pass drops what was decided longer ago than that.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(6);

    private readonly Dictionary<string, bool> _tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);

    private readonly List<(long From, HaConfig Config, int Version)> _configs = [(long.MinValue / 2, world.Shape.Ha, 0)];

    /// <summary>Each task and whether it should run, by the store.</summary>
    internal IReadOnlyDictionary<string, bool> Tasks => _tasks;

    /// <summary>The ha.config that the store has now.</summary>
    internal HaConfig Config => _configs[^1].Config;

    /// <summary>Every ha.config that there was, the newest last.</summary>
    internal IReadOnlyList<(long From, HaConfig Config, int Version)> Configs => _configs;

    /// <summary>Every ha.config that may still have been believed when the present write was asked for, the newest last.</summary>
    internal IEnumerable<HaConfig> Believed => _configs
        .Where((c, i) => i + 1 == _configs.Count || _configs[i + 1].From + HeardWithin.Ticks + Pass.Ticks > world.AskedAt)
        .Select(c => c.Config);

    internal Requests Requests { get; } = new(world);

    private TimeSpan Pass => 2 * world.Shape.Ha.InspectionInterval;

    /// <summary>
    /// False once the switch has been off for long enough. That is the time to hear of it when the message was lost, and to end a pass that
    /// is under way.
    /// </summary>
    internal bool MayAct(bool isRestart) =>
        Believed.Any(c => c.Enable && (isRestart ? c.EnableConnector : c.EnableHost || c.EnableConnector));

    internal bool MayFailOver => Believed.Any(c => c is { Enable: true, EnableHost: true });

    internal bool HasConfirmed(string region) => _confirmed.Contains(region)
        || world.Store.Find<BrakeDocument>(SchedulerCollections.Brakes.Name)?.Peek(region) is { State: { Engaged: true, Confirmed: true } };

    internal void Begin()
    {
        for (var i = 0; i < world.Shape.Tasks; i++)
        {
            var (task, region) = ($"t{i:d3}", $"r{i % world.Shape.Regions}");
            Requests.Insist(task, s => s.Create(task, region), TimeSpan.FromSeconds(3 + (i * 0.1)));
        }
    }

    /// <summary>Does what the plan says they do; the way back.</summary>
    internal Action Act(Fault fault)
    {
        var task = $"t{fault.Target % world.Shape.Tasks:d3}";
        var host = world.Hosts[fault.Target % world.Hosts.Count].Name;
        return fault.Kind switch
        {
            FaultKind.TaskStopped => Task(task),
            FaultKind.HaSwitchedOff => Switch("enableHost"),
            FaultKind.ConnectorSwitchedOff => Switch("enableConnector"),
            FaultKind.LeaseChanged => ChangeLease(0.5 + (fault.Force / 5.0)),
            FaultKind.BrakeConfirmed => Once(s => s.Confirm($"r{fault.Target % world.Shape.Regions}")),
            FaultKind.StoppedByHand => Order(task, "Stop", null, "Start"),
            FaultKind.StartedByHand => Order(task, "Start", null, null),
            FaultKind.MovedByHand => Order(task, "Migrate", null, null),
            FaultKind.MovedByHandTo => Order(task, "Migrate", Neighbour(task, fault.Force), null),
            FaultKind.TicketSkipped => Once(s => s.Attend(fault.Target, skips: true)),
            FaultKind.TicketTriedAgain => Once(s => s.Attend(fault.Target, skips: false)),
            FaultKind.HostDrained => Set(host, "drain", new JsonObject { ["reason"] = "the plan" }),
            FaultKind.HostInMaintenance => Set(host, "maintenance", null),
            _ => throw new NotSupportedException(fault.ToString()),
        };
    }

    /// <summary>Notes a ha.config: the one in the store holds, whoever asked for it and however long ago.</summary>
    internal void Configured(HaConfig config, int version) => _configs.Add((world.Time.Now, config, version));

    internal void Wanted(string task, bool runs) => _tasks[task] = runs;

    internal void Unwanted(string task) => _tasks.Remove(task);

    internal void Confirmed(string region)
    {
        world.Count("brakes confirmed");
        _confirmed.Add(region);
    }

    /// <summary>Hosts that were to be empty at some time.</summary>
    internal HashSet<string> Drained { get; } = new(StringComparer.Ordinal);

    internal void ForgetConfirmations() => _confirmed.Clear();

    private Action Task(string task)
    {
        if (!_tasks.ContainsKey(task))
        {
            return () => { };
        }

        Requests.Insist(task, s => s.Set(task, runs: false), TimeSpan.Zero);
        return () => Requests.Insist(task, s => s.Set(task, runs: true), TimeSpan.Zero);
    }

    internal Action Switch(string key)
    {
        Requests.Insist(key, s => s.Configure(new JsonObject { [key] = false }), TimeSpan.Zero);
        return () => Requests.Insist(key, s => s.Configure(new JsonObject { [key] = true }), TimeSpan.Zero);
    }

    /// <summary>Another value for a while.</summary>
    internal Action Configure(string key, JsonNode other, JsonNode usual)
    {
        Requests.Insist(key, s => s.Configure(new JsonObject { [key] = other.DeepClone() }), TimeSpan.Zero);
        return () => Requests.Insist(key, s => s.Configure(new JsonObject { [key] = usual.DeepClone() }), TimeSpan.Zero);
    }

    /// <summary>Longer or shorter, and the rest so that it goes with it: the clocks of this world run apart by a share of it.</summary>
    private Action ChangeLease(double factor)
    {
        var ha = world.Shape.Ha;
        var least = 2 * world.Shape.Profile.HeartbeatInterval.TotalSeconds;
        Requests.Insist("lease", s => s.Configure(Lease(Math.Max(least, Math.Round(ha.LeaseSec * factor, 1)))), TimeSpan.Zero);
        return () => Requests.Insist("lease", s => s.Configure(Lease(ha.LeaseSec)), TimeSpan.Zero);

        JsonObject Lease(double lease)
        {
            var drift = Math.Round(ha.ClockDriftSec * Math.Max(1, (lease + ha.KillGraceSec) / (ha.LeaseSec + ha.KillGraceSec)), 1) + 0.1;
            return new JsonObject
            {
                ["leaseSec"] = lease,
                ["clockDriftSec"] = lease == ha.LeaseSec ? ha.ClockDriftSec : drift,
                ["checkHostDownIntervalSec"] = lease == ha.LeaseSec ? ha.CheckHostDownIntervalSec
                    : (int)Math.Ceiling(lease + ha.KillGraceSec + drift),
            };
        }
    }

    private string? Neighbour(string task, int force)
    {
        var region = world.RegionOf(task);
        return world.Hosts.Where(h => h.Region == region).ElementAt(force % world.Hosts.Count(h => h.Region == region)).Name;
    }

    private Action Order(string task, string kind, string? target, string? back)
    {
        Once(s => s.Give(kind, task, target));
        return back is null ? () => { } : () => Once(s => s.Give(back, task, null));
    }

    private Action Set(string host, string key, JsonObject? value)
    {
        if (key == "drain")
        {
            Drained.Add(host);
        }

        Requests.Insist(key + host, () => world.AnyCollector, s => ((CollectorSite)s).Set(host, new JsonObject
        {
            [key] = value?.DeepClone() ?? new JsonObject
            {
                ["reason"] = "the plan",
                ["owner"] = "the operator",
                ["until"] = (((CollectorSite)s).WallClock + TimeSpan.FromHours(5)).ToString("O"),
            },
        }), TimeSpan.Zero);
        return () => Requests.Insist(key + host, () => world.AnyCollector,
            s => ((CollectorSite)s).Set(host, new JsonObject { [key] = false }), TimeSpan.Zero);
    }

    /// <summary>Asked once: refused, or the store is away, they look again at another time.</summary>
    private Action Once(Func<SchedulerSite, Task> act) => Requests.Once(world.AnyScheduler, act);
}
