namespace Holdfast.Simulation.Tests;

/// <summary>
/// One guarantee taken away, always from the outside of the product: in what it is told, or in the models around it.
/// The suite must see each of them.
/// </summary>
internal partial class Mutation
{
    internal static Mutation None { get; } = new();

    internal static Mutation NoFencing { get; } = new() { GuardFences = false, SupervisorFences = false };

    internal static Mutation NoEpochCheck { get; } = new() { SinkChecksEpoch = false, Weather = [FaultKind.HostSuspended] };

    internal static Mutation LeaseCountsFromTheAnswer { get; } = new()
    {
        LeaseFromAnswer = true,
        Weather = [FaultKind.HttpStorm, FaultKind.HttpStorm, FaultKind.HostCutIn, FaultKind.HostCut, FaultKind.HostCutOut],
    };

    internal static Mutation NoBrake { get; } = new()
    {
        Believe = ha => ha with { BrakeShare = 1, BrakeHostsMin = 100_000 },
        Weather = [FaultKind.IdcOff, FaultKind.IdcCut, FaultKind.HostOff, FaultKind.HostCut],
    };

    internal static Mutation NoCooldown { get; } = new()
    {
        Believe = ha => ha with { CheckRequestIntervalSec = 0 },
        Weather = [FaultKind.HostOff, FaultKind.HostOff, FaultKind.HostCut, FaultKind.ComponentExits],
    };

    internal static Mutation NoContinuity => new FeedLooksComplete();

    /// <summary>A successor does not outdate what its predecessor still has on its way.</summary>
    internal static Mutation NoTakeoverFence { get; } = new()
    {
        TakeoverFences = false,
        Weather = [FaultKind.LeaderStoreSlow, FaultKind.HostOff, FaultKind.HostCut],
    };

    /// <summary>Gives the lease of a region to anyone who asks for it.</summary>
    internal static Mutation LeaseForAnyone { get; } = new() { LeaseIsCompared = false };

    /// <summary>A supervisor whose lease ran out goes on with its old list once it has another one.</summary>
    internal static Mutation KeepsItsList { get; } = new()
    {
        ForgetsItsList = false,
        Weather = [FaultKind.HostCut, FaultKind.HalfCut, FaultKind.IdcCut, FaultKind.CollectorCutIn, FaultKind.CollectorSuspended,
            FaultKind.CollectorKilled, FaultKind.BrokerStorm, FaultKind.MovedByHand, FaultKind.StoreRefuses, FaultKind.StoreStalls],
    };

    /// <summary>A supervisor says that a component has stopped when it has only been told to.</summary>
    internal static Mutation SaysStoppedAtOnce { get; } = new()
    {
        WaitsForTheEnd = false,
        Weather = [FaultKind.MovedByHand, FaultKind.MovedByHandTo, FaultKind.HostDrained, FaultKind.ComponentStopped,
            FaultKind.ComponentsIgnoreTerm],
    };

    /// <summary>Hosts' clocks run slower than anybody reckons with.</summary>
    internal static Mutation ClocksRunApart { get; } = new() { HostRate = 0.6 };

    /// <summary>The scheduler reads from the store that HA is on.</summary>
    internal static Mutation SwitchIsIgnored { get; } = new()
    {
        Reads = ha => ha with { EnableHost = true, EnableConnector = true },
        Weather = [FaultKind.HaSwitchedOff, FaultKind.ConnectorSwitchedOff, FaultKind.HostOff, FaultKind.ComponentExits],
    };

    /// <summary>A collector says nothing of the leases that it has granted.</summary>
    internal static Mutation LeaseTermsAreForgotten { get; } = new()
    {
        Hears = batch => batch with { Lease = 0.1, KillGrace = 0.1 },
        Weather = [FaultKind.LeaseChanged, FaultKind.HostCut],
    };

    /// <summary>A host that goes Down later than at once counts against nobody.</summary>
    internal static Mutation NobodyIsSuspect { get; } = new()
    {
        Believe = ha => ha with { SuspectWindowSec = 1 },
        Weather = Plan.Poisoned,
    };

    /// <summary>Suspects wait for a day.</summary>
    internal static Mutation SuspectsNeverGo { get; } = new()
    {
        Believe = ha => ha with { SuspectWindowSec = 86_400 },
        Weather = Plan.Poisoned,
    };

    /// <summary>Some hosts are heard as hosts of another region.</summary>
    internal static Mutation RegionsBlur { get; } = new()
    {
        Hears = batch => batch with
        {
            Reports = [.. batch.Reports.Select(r => r.Host[^1] is '1' or '5' or '9' ? r with { Region = "r0" } : r)],
        },
    };

    /// <summary>Lets ended components be heard as running.</summary>
    internal static Mutation NothingSeemsToEnd { get; } = new()
    {
        Hears = batch => batch with
        {
            Reports = [.. batch.Reports.Select(r => r with
            {
                Components = r.Components?.Select(c => c.State is ComponentState.Abnormal or ComponentState.Completed
                    ? c with { State = ComponentState.Running } : c).ToList(),
            })],
        },
    };

    /// <summary>The supervisor passes on whatever a component says.</summary>
    internal static Mutation WordsPassUnjudged { get; } = new() { WordsAreBelieved = true, Weather = [FaultKind.ComponentSaysPoison] };

    /// <summary>A collector refuses the whole report for one component in it.</summary>
    internal static Mutation ReportsPassWhole { get; } = new() { ReportsAreTakenWhole = true, Weather = [FaultKind.ComponentSaysPoison] };

    /// <summary>A lane's row does not say what it has done beyond the low position.</summary>
    internal static Mutation DoneSetsAreNotWritten { get; } = new() { Writes = group => group with { Done = [] } };

    /// <summary>A lane's row is written a moment after its data.</summary>
    internal static Mutation ProgressIsOutside { get; } = new() { ProgressIsInside = false };

    /// <summary>A collector takes a batch that the broker has confirmed for heard.</summary>
    internal static Mutation ConfirmsAreHeard { get; } = new()
    {
        ConfirmsAreHearing = true,
        // Seldom enough that one collector is unheard for long while the others are heard.
        Weather = [FaultKind.CollectorUnheard, .. Enumerable.Repeat(FaultKind.MovedByHand, 7)],
    };

    internal static IEnumerable<string> Names => typeof(Mutation)
        .GetProperties(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
        .Where(p => p.PropertyType == typeof(Mutation) && p.Name != nameof(None)).Select(p => p.Name);

    internal static Mutation Named(string name) => (Mutation)typeof(Mutation)
        .GetProperty(name, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.GetValue(null)!;

    internal bool ConfirmsAreHearing { get; private init; }

    internal bool WordsAreBelieved { get; private init; }

    internal bool ReportsAreTakenWhole { get; private init; }

    internal bool GuardFences { get; private init; } = true;

    internal bool SupervisorFences { get; private init; } = true;

    internal bool SinkChecksEpoch { get; private init; } = true;

    internal bool ProgressIsInside { get; private init; } = true;

    /// <summary>Changes the group that a lane's row is told of.</summary>
    internal Func<Engine.Seams.SinkGroup, Engine.Seams.SinkGroup> Writes { get; private init; } = group => group;

    internal bool LeaseFromAnswer { get; private init; }

    internal bool TakeoverFences { get; private init; } = true;

    internal bool LeaseIsCompared { get; private init; } = true;

    internal bool ForgetsItsList { get; private init; } = true;

    internal bool WaitsForTheEnd { get; private init; } = true;

    /// <summary>Documents that the store says to have and does not keep.</summary>
    internal Func<object, bool> Forgets { get; private init; } = _ => false;

    /// <summary>The faults that bring it out; null: any.</summary>
    internal IReadOnlyList<FaultKind>? Weather { get; private init; }

    internal double HostRate { get; private init; } = 1;

    /// <summary>Changes the ha.config that the scheduler reads.</summary>
    internal Func<HaConfig, HaConfig> Reads { get; private init; } = ha => ha;

    /// <summary>Changes the ha.config that the store manager is told.</summary>
    private Func<HaConfig, HaConfig> Governs { get; init; } = ha => ha;

    private Func<HeartbeatReported, HeartbeatReported> Reports { get; init; } = batch => batch;

    internal bool SubtopicIsCompared { get; private init; } = true;

    internal HaConfig Manages(HaConfig config) => Governs(config);

    internal Profile Manages(Profile profile) => profile with { Ha = Governs(profile.Ha) };

    /// <summary>Changes a batch for the store manager.</summary>
    internal HeartbeatReported Managers(HeartbeatReported batch) => Reports(batch);

    private Func<HaConfig, HaConfig> Believe { get; init; } = ha => ha;

    private Func<HeartbeatReported, HeartbeatReported> Hears { get; init; } = batch => batch;

    /// <summary>Changes the scheduler's configuration.</summary>
    internal Profile Believed(Profile profile) => profile with { Ha = Believe(profile.Ha) };

    /// <summary>Changes a batch for the scheduler.</summary>
    internal virtual HeartbeatReported Passes(HeartbeatReported batch, Site to) => Hears(batch);

    /// <summary>The words of a scheduler, in place of what it would say.</summary>
    internal virtual object Says(object message, Site from) => message;

    /// <summary>The document that the store keeps, in place of what it is given.</summary>
    internal virtual T Keeps<T>(T document, Site from) where T : class => document;

    internal virtual void SchedulerStarts(SchedulerSite site, Proc proc)
    {
    }
}
