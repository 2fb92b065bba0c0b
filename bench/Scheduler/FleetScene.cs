using Holdfast.Contracts.Views;
using Holdfast.Fleet;
using Holdfast.HaScheduler;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Bench.Scheduler;

/// <summary>A fleet of four regions with three IDCs each; ten Incr-Syncs run on every host, each of a task of its own.</summary>
internal static class FleetScene
{
    private const int RefreshSeconds = 10;
    internal const int ComponentsPerHost = 10;
    private const int Regions = 4;
    private const int Idcs = 3;

    internal static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal static string HostName(int host) => $"host-{host:d6}";

    internal static string Region(int host) => $"region-{host % Regions}";

    private static string Idc(int host) => $"idc-{host / Regions % Idcs}";

    private static string Address(int host) => $"10.{host >> 16}.{(host >> 8) & 255}.{host & 255}:7000";

    private static string TaskId(int host, int task) => $"np_{host:d6}{task:d2}";

    internal static TaskDocument Task(int host, int task) => new()
    {
        Id = TaskId(host, task),
        Name = $"task {task} of host {host}",
        Type = "migration",
        Region = Region(host),
        Protection = ProtectionLevel.High,
        Source = new TaskSource("mysql", Region(host)),
        IncrSync = new TaskComponent(Command),
        Status = TaskIntent.Running,
        StartTimestamp = 1_700_000_000,
        CreatedAt = Now.AddDays(-1),
    };

    internal static Registration Component(int host, int task)
    {
        var id = Registration.IncrSyncId(TaskId(host, task));
        return new Registration
        {
            Id = id,
            Kind = ComponentKind.IncrSync,
            Task = TaskId(host, task),
            Region = Region(host),
            Command = Command,
            Desired = DesiredState.Running,
            Host = HostName(host),
            Name = Registration.NameOn(Address(host).Split(':')[0], ComponentKind.IncrSync, id, 1),
            Epoch = 1,
        };
    }

    private static string[] Command => ["/opt/holdfast/bin/incr-sync", "--config", "/etc/holdfast/incr-sync.json"];

    internal static HostVerdict Verdict(int host) => new()
    {
        Host = HostName(host),
        Region = Region(host),
        Idc = Idc(host),
        Address = Address(host),
        State = HostState.Online,
        Since = Now.AddHours(-1),
        Incarnation = 1,
    };

    /// <summary>The host's report; with <paramref name="lists"/> of its components too.</summary>
    internal static HostReport Report(int host, long sequence, bool lists) => new()
    {
        Host = HostName(host),
        Incarnation = 1,
        Sequence = sequence,
        Region = Region(host),
        Idc = Idc(host),
        Address = Address(host),
        Usage = new Usage(0.25, 0.5, 0.75),
        DesiredVersion = 1,
        Inventory = 1,
        Components = lists ? Reported(host) : null,
    };

    private static List<ComponentReport> Reported(int host) =>
    [
        .. Enumerable.Range(0, ComponentsPerHost).Select(task => Component(host, task)).Select((c, i) => new ComponentReport
        {
            Name = c.Name!,
            Kind = c.Kind,
            Epoch = c.Epoch,
            State = ComponentState.Running,
            Task = c.Task,
            Pid = 1000 + i,
            Checkpoint = 1_700_000_000,
            DelaySeconds = 0.5,
        }),
    ];

    /// <summary>A snapshot in which the first hosts have been silent for long enough to be Down.</summary>
    internal static Snapshot Of(int hosts, int silent, IReadOnlyDictionary<string, BrakeState> brakes) => new()
    {
        Now = Now,
        Feed = new FeedSnapshot(true, null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5)),
        Hosts = [.. Enumerable.Range(0, hosts).Select(host => Snapshot(host, host < silent))],
        Registrations = [.. Components(hosts)],
        StoresByHost = new Dictionary<string, int>(StringComparer.Ordinal),
        Brakes = brakes,
    };

    /// <summary>All hosts in one region, the first ones an IDC of their own, all of it silent for long enough or none.</summary>
    internal static Snapshot OneRegion(int hosts, int idc, bool silent)
    {
        var scene = Of(hosts, silent ? idc : 0, new Dictionary<string, BrakeState>(StringComparer.Ordinal));
        return scene with
        {
            Hosts = [.. scene.Hosts.Select((h, n) => h with
            {
                Verdict = h.Verdict with { Region = Region(0), Idc = n < idc ? "idc-first" : $"idc-{n % Idcs}" },
            })],
            Registrations = [.. scene.Registrations.Select(r => r with { Region = Region(0) })],
        };
    }

    internal static IEnumerable<Registration> Components(int hosts) =>
        Enumerable.Range(0, hosts * ComponentsPerHost).Select(n => Component(n / ComponentsPerHost, n % ComponentsPerHost));

    /// <summary>Every region's brake is engaged, and an operator has confirmed it.</summary>
    internal static Dictionary<string, BrakeState> Confirmed =>
        Enumerable.Range(0, Regions).ToDictionary(Region, _ => new BrakeState(true, true), StringComparer.Ordinal);

    private static HostSnapshot Snapshot(int host, bool isSilent)
    {
        var silence = TimeSpan.FromSeconds(isSilent ? 100 : 1);
        return new HostSnapshot(Verdict(host), FleetHost.After(null, Report(host, 1, lists: true)), silence, !isSilent, silence);
    }

    /// <summary>
    /// Hosts whose component list goes with a round of a second: each one's once in ten, as collectors spread them, never all of them
    /// in one batch.
    /// </summary>
    internal static Predicate<int> Refreshed(long round) => host => host % RefreshSeconds == round % RefreshSeconds;

    /// <summary>One round of all hosts' reports, in batches as large as a collector's.</summary>
    /// <param name="lists">Hosts whose component list is in it.</param>
    internal static IEnumerable<HeartbeatReported> Batches(int hosts, long round, int hostsPerBatch, Predicate<int> lists)
    {
        var perRound = (hosts + hostsPerBatch - 1) / hostsPerBatch;
        for (var batch = 0; batch < perRound; batch++)
        {
            yield return new HeartbeatReported
            {
                Collector = "bench",
                Sequence = round * perRound + batch + 1,
                WindowEnd = TimeProvider.System.GetUtcNow(),
                UptimeMs = Environment.TickCount64,
                Lease = 15,
                KillGrace = 5,
                Reports = [.. Enumerable.Range(batch * hostsPerBatch, Math.Min(hostsPerBatch, hosts - batch * hostsPerBatch))
                    .Select(host => Report(host, round + 1, lists(host)))],
            };
        }
    }
}
