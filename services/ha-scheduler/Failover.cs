using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.HaScheduler;

/// <summary>What becomes of one component this pass. Reference, section 4.2 to 4.5.</summary>
internal static class Failover
{
    /// <param name="Host">Its host as this pass leaves it; null when it has none or the host is unknown.</param>
    /// <param name="HostIsDown">Down, before this pass or by it.</param>
    /// <param name="PipeFault">Why silence means nothing at this moment; null when the pipe is whole.</param>
    internal readonly record struct Case(Registration Component, HostSnapshot? Host, bool HostIsDown, string? Incident, bool Braked,
        string? PipeFault);

    /// <summary>Null when the component stands where it should and its host is not Down: nothing is worth a record.</summary>
    internal static Decision? Decide(in Case @case, Placement? places, HaConfig config, DateTimeOffset now)
    {
        var component = @case.Component;
        if (component.Desired == DesiredState.Absent || component.Host is not null && !@case.HostIsDown)
        {
            return null;
        }

        if (component.Host is not null && HeldBack(@case, config, now) is { } hold)
        {
            return hold;
        }

        if (places?.Take(component.Kind) is not { } target)
        {
            return @case.PipeFault is { } unheard
                ? new Hold(component.Id, Reason.PipeBroken, unheard)
                : new Hold(component.Id, Reason.NoRoom, $"no Online host of region {component.Region} has room for it");
        }

        var wasRunning = WasRunning(@case);
        return new Place(component, target,
            wasRunning ? component.Desired : DesiredState.Stopped,
            wasRunning ? null : LastState(@case),
            @case.Incident);
    }

    private static Hold? HeldBack(in Case @case, HaConfig config, DateTimeOffset now)
    {
        var component = @case.Component;
        if (!config.Enable || !config.EnableHost)
        {
            return new Hold(component.Id, Reason.SwitchedOff, $"enable is {config.Enable}, enableHost is {config.EnableHost}");
        }

        // Who else is silent cannot be told now, and so neither whether the brake should hold.
        if (@case.PipeFault is { } broken)
        {
            return new Hold(component.Id, Reason.PipeBroken, broken);
        }

        // Down, and unwatched since a restart or a break: it may report again, and so may many others be silent by now.
        if (@case.Host is { } host && host.Silence <= config.CheckHostDownInterval)
        {
            return new Hold(component.Id, Reason.PipeBroken,
                $"since the pipe is whole again {host.Verdict.Host} was silent for {host.Silence.TotalSeconds:0.0} s "
                + $"of {config.CheckHostDownIntervalSec} s", now + config.CheckHostDownInterval - host.Silence);
        }

        if (@case.Braked)
        {
            return new Hold(component.Id, Reason.Brake, $"too many hosts of region {component.Region} are silent at once");
        }

        var rest = component.OperatedAt + config.CheckRequestInterval - now;
        return rest > TimeSpan.Zero
            ? new Hold(component.Id, Reason.Cooldown,
                $"{Math.Ceiling(rest.Value.TotalSeconds)} s of checkRequestIntervalSec left", now + rest)
            : null;
    }

    /// <summary>
    /// An Incr-Sync that had failed by itself is not started by a move (I9). One that its host's fence had stopped was
    /// running as far as its task is concerned.
    /// </summary>
    private static bool WasRunning(in Case @case) =>
        @case.Component.CarriedState is null && LastState(@case) is not (ComponentState.Abnormal or ComponentState.Completed);

    private static ComponentState? LastState(Case @case) => @case.Component.CarriedState
        ?? @case.Host?.Reported?.Components
            .FirstOrDefault(c => c.Name == @case.Component.Name && c.Epoch == @case.Component.Epoch)?.State;
}
