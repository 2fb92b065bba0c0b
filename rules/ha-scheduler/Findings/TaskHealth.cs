using System.Collections.Frozen;
using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Conditions that were not well in the previous pass.</summary>
/// <param name="FailingSince">Components that have failed and have not run since, by registration.</param>
/// <param name="Firing">Findings that were reported and are not over, by event and target.</param>
internal sealed record HealthBefore(
    IReadOnlyDictionary<string, DateTimeOffset> FailingSince, IReadOnlyDictionary<(string Event, string Target), Finding> Firing)
{
    internal static HealthBefore Nothing { get; } =
        new(FrozenDictionary<string, DateTimeOffset>.Empty, FrozenDictionary<(string, string), Finding>.Empty);

    /// <summary>Spares looks that would find the same again; null: each is made.</summary>
    internal StillWell? Well { get; init; }
}

/// <summary>Result of a pass over tasks and hosts.</summary>
/// <param name="Findings">Findings to report.</param>
/// <param name="HeldBack">Tasks in maintenance that would have findings; these are reported when the maintenance ends.</param>
/// <param name="FailingSince">Input of the next pass.</param>
internal sealed record Health(
    IReadOnlyList<Finding> Findings, IReadOnlyList<Hold> HeldBack, IReadOnlyDictionary<string, DateTimeOffset> FailingSince);

/// <summary>
/// The five events of tasks, and the hosts' thresholds (docs/reference/oms.md, Events). What cannot be known now (a host that is
/// not heard, a component that has not answered its order yet) neither begins a finding nor ends one. Linear in the fleet;
/// what stands well costs no memory. Pure.
/// </summary>
internal static class TaskHealth
{
    /// <summary>A host that was not named for longer is not heard at present.</summary>
    internal static readonly TimeSpan UnheardAfter = TimeSpan.FromSeconds(10);

    internal static Health Look(Snapshot snapshot, HaConfig config, AlertThresholds thresholds, HealthBefore before)
    {
        var hosts = new HostIndex(snapshot.Hosts);
        var findings = new List<Finding>();
        foreach (var host in snapshot.Hosts)
        {
            if (HostLoad.Over(host, before, snapshot.Now) is { } full)
            {
                findings.Add(full);
            }
        }

        var tasks = new TaskFindings(snapshot, config, thresholds, before, findings);
        Components(snapshot, thresholds.Delay(ProtectionLevel.High)!.Value.TotalSeconds, hosts, before.Well ?? new StillWell(), tasks);
        return tasks.Done();
    }

    private static void Components(Snapshot snapshot, double delayMax, HostIndex hosts, StillWell well, TaskFindings tasks)
    {
        well.Expect(snapshot.Registrations.Count, delayMax);
        for (var i = 0; i < snapshot.Registrations.Count; i++)
        {
            var component = snapshot.Registrations[i];
            if (well.Holds(i, component, snapshot.Hosts))
            {
                continue;
            }

            var place = hosts.PlaceOf(component.Host);
            var host = place is { } known ? snapshot.Hosts[known] : null;
            if (!IsPlainlyWell(component, host, delayMax))
            {
                tasks.Examine(new Observed(component, host, Reported(component, host), hosts));
            }
            else if (component.Desired == DesiredState.Running)
            {
                well.Note(i, component, place!.Value, host!);
            }
        }
    }

    /// <summary>Told without a look at its task: it does what is wanted of it, on a host that is heard, or on none.</summary>
    private static bool IsPlainlyWell(Registration component, HostSnapshot? host, double delayMax) => component switch
    {
        { CarriedState: not null } => false,
        { Desired: DesiredState.Running } => host is { Verdict.State: HostState.Online } && host.Silence <= UnheardAfter
            && Reported(component, host) is { } said && !(said.DelaySeconds > delayMax)
            && said.State is ComponentState.Running or ComponentState.Completed,
        _ => component.Former.Count == 0 && !TaskFindings.IsSilent(host) && Named(host, component.Name) is not { Pid: not null },
    };

    /// <summary>Report of its host about it under its present epoch.</summary>
    private static ComponentReport? Reported(Registration component, HostSnapshot? host) =>
        Named(host, component.Name) is { } said && said.Epoch == component.Epoch ? said : null;

    internal static ComponentReport? Named(HostSnapshot? host, string? name)
    {
        var components = host?.Reported?.Components ?? [];
        for (var i = 0; i < components.Count; i++)
        {
            if (components[i].Name == name)
            {
                return components[i];
            }
        }

        return null;
    }
}

/// <summary>A component with what its host says of it.</summary>
/// <param name="Reported">Under its present epoch.</param>
internal readonly record struct Observed(
    Registration Component, HostSnapshot? Host, ComponentReport? Reported, HostIndex Hosts)
{
    internal bool IsDown => Host is { Verdict.State: HostState.Down };

    /// <summary>It is to run; one that a move did not start, since it had failed or ended by itself, is still to run.</summary>
    internal bool IsWanted => Lag.IsWanted(Component);

    /// <summary>Names, as a part of a sentence, the reason why it does not run; null: it runs, for all that is known.</summary>
    internal string? WhyNotRunning => this switch
    {
        { IsDown: true } => $"host {Component.Host} is Down",
        { Component.Host: null } => "it has lost its host",
        { Component.CarriedState: ComponentState.Stopped } => "it had ended by itself before it was moved",
        { Component.CarriedState: ComponentState.Abnormal } => "it had failed before it was moved",
        { Reported: { State: ComponentState.Stopped, ExitCode: { } code } } => $"it ended by itself with exit code {code}",
        { Reported.State: ComponentState.Abnormal } => "it has failed",
        { Reported.State: ComponentState.Starting } => "it is starting",
        { Reported.State: ComponentState.Stopped or ComponentState.Completed } => "it does not run",
        _ => null,
    };

    /// <summary>It does (or has done) what it is there for, where it should be.</summary>
    internal bool IsWell => !IsDown && Component.CarriedState is null
        && Reported is { State: ComponentState.Running or ComponentState.Completed };
}

/// <summary>Load of hosts against the limits beyond which they take no work.</summary>
internal static class HostLoad
{
    /// <summary>A value over its limit counts as over until it is this share below the limit.</summary>
    internal const double Hysteresis = 0.05;

    /// <summary>Null: nothing is over. While the host is not heard it stays as it was; a host that is Down carries nothing.</summary>
    internal static Finding? Over(HostSnapshot host, HealthBefore before, DateTimeOffset now)
    {
        var usage = host.Reported?.Report.Usage;
        var isHeard = usage is not null && host.Unheard <= TaskHealth.UnheardAfter;
        if (host.Verdict.State == HostState.Down
            || before.Firing.Count == 0 && (!isHeard || LoadLimits.Default.HasNoBottleneck(usage!)))
        {
            return null;
        }

        var told = before.Firing.GetValueOrDefault((AlertEvents.HostThreshold, host.Verdict.Host));
        if (!isHeard)
        {
            return told;
        }

        var limits = LoadLimits.Default;
        List<string> over = [];
        List<string> words = [];
        Compare("CPU", usage!.Cpu, limits.Cpu);
        Compare("memory", usage.Memory, limits.Memory);
        Compare("disk", usage.Disk, limits.Disk);
        return over.Count == 0 ? null : Say(host.Verdict, over, string.Join(", ", words), told?.Since ?? now);

        void Compare(string what, double share, double limit)
        {
            var wasOver = told?.Parts.Contains(what, StringComparer.Ordinal) == true;
            if (share >= (wasOver ? limit - Hysteresis : limit))
            {
                over.Add(what);
                words.Add($"{what} {share * 100:0.#} % (limit {limit * 100:0} %)");
            }
        }
    }

    private static Finding Say(HostVerdict host, IReadOnlyList<string> over, string words, DateTimeOffset since) => new()
    {
        Event = AlertEvents.HostThreshold,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = AlertLevel.Warning,
        Summary = $"Host {host.Host} is over its threshold: {words}",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}): {words}. It takes no more work; what runs there "
            + "goes on. Free or add room, or move components with POST /api/v1/components/{name}/migrate.",
        Over = $"Host {host.Host} is below its thresholds again",
        Region = host.Region,
        Since = since,
        Host = host.Host,
        HostIp = host.Address,
        Parts = over,
    };
}
