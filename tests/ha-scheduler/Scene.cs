namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts, components and snapshots in the words of a test; whatever is not said is healthy.</summary>
internal static class Scene
{
    internal static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal static readonly FeedSnapshot CompleteFeed = new(true, null, Seconds(15), Seconds(5));

    internal static readonly FeedSnapshot InterruptedFeed = new(false, "a collector skipped a batch", Seconds(15), Seconds(5));

    /// <summary>Down after 30 s; lease 15 s, grace 5 s, drift 2 s.</summary>
    internal static HaConfig Config { get; } = Profile.Standard.Ha;

    internal static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);

    /// <param name="silent">Seconds of silence that count; what was not heard at all is as long unless said otherwise.</param>
    internal static HostSnapshot Host(string name, HostState state = HostState.Online, double silent = 1, string region = "north",
        string idc = "n1", bool heard = true, double? unheard = null, params IReadOnlyList<ComponentReport> runs) =>
        new(Verdict(name, state, region, idc), Reported(name, region, idc, runs), Seconds(silent), heard, Seconds(unheard ?? silent));

    internal static HostSnapshot DownHost(string name, string region = "north", string idc = "n1") =>
        Host(name, HostState.Down, silent: 100, region: region, idc: idc, heard: false);

    internal static HostVerdict Verdict(string name, HostState state, string region = "north", string idc = "n1") => new()
    {
        Host = name,
        Region = region,
        Idc = idc,
        Address = "10.0.0.1:9000",
        State = state,
        Since = Now.AddMinutes(-5),
        Incarnation = 1,
        Incident = state == HostState.Online ? null : name + "-incident",
    };

    internal static FleetHost Reported(string name, string region, string idc, IReadOnlyList<ComponentReport> runs) => new()
    {
        Report = Report(name) with { Region = region, Idc = idc },
        Components = runs,
        ComponentsInventory = 1,
        ComponentsIncarnation = 1,
    };

    internal static HostReport Report(string name, long sequence = 1, params IReadOnlyList<ComponentReport> runs) => new()
    {
        Host = name,
        Incarnation = 1,
        Sequence = sequence,
        Region = "north",
        Idc = "n1",
        Address = "10.0.0.1:9000",
        Usage = new Usage(0.1, 0.1, 0.1),
        DesiredVersion = 1,
        Inventory = 1,
        Components = runs,
    };

    internal static HostSnapshot With(this HostSnapshot host, Func<FleetHost, FleetHost> change) =>
        host with { Reported = change(host.Reported!) };

    internal static ComponentReport Runs(
        Registration component, ComponentState state = ComponentState.Running, int? pid = 4711) => new()
        {
            Name = component.Name!,
            Kind = component.Kind,
            Epoch = component.Epoch,
            State = state,
            Pid = pid,
        };

    internal static Registration Component(string task, string? host, string region = "north", long epoch = 1) => new()
    {
        Id = Registration.IncrSyncId(task),
        Kind = ComponentKind.IncrSync,
        Task = task,
        Region = region,
        Command = ["incr-sync", task],
        Desired = DesiredState.Running,
        Host = host,
        Name = host is null ? null : Registration.NameOn("10.0.0.1", ComponentKind.IncrSync, Registration.IncrSyncId(task), epoch),
        Epoch = host is null ? 0 : epoch,
    };

    internal static Snapshot Of(IReadOnlyList<HostSnapshot> hosts, params IReadOnlyList<Registration> components) => new()
    {
        Now = Now,
        Feed = CompleteFeed,
        Hosts = hosts,
        Registrations = components,
        StoresByHost = new Dictionary<string, int>(),
        Brakes = new Dictionary<string, BrakeState>(),
    };

    /// <summary>The one decision about this object.</summary>
    internal static Decision About(this IEnumerable<Decision> decisions, string @object) =>
        Assert.Single(decisions, d => d.Object == @object);

    internal static Decision About(this IEnumerable<Decision> decisions, Registration component) => decisions.About(component.Id);

    /// <summary>The one reason why nothing was done.</summary>
    internal static Hold HeldFor(this Decision decision, Reason reason)
    {
        var hold = Assert.IsType<Hold>(decision);
        Assert.Equal(reason, hold.Reason);
        return hold;
    }
}
