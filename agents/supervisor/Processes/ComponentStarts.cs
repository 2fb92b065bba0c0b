using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>
/// Brings components to their processes: the directory is prepared, the configuration is there (fetched unless it is), then the guard is
/// asked. Whatever a disk or the server keeps waiting, only that component waits.
/// </summary>
internal sealed class ComponentStarts(
    IReadOnlyDictionary<string, string> environment, Cgroups cgroups, ComponentDisks disks, ConfigFetches fetches)
{
    private long _runs;

    public void Begin(Component component, DesiredComponent what, BootTime now)
    {
        component.Ran = what;
        component.StopReason = null;
        component.Exit = null;
        component.Fetch = null;
        component.ForgetStatus();
        component.StartedAt = now;
        component.Run = ++_runs;
        component.Phase = Phase.Starting;
        Prepare(component, new ConfigOnDisk(what.ConfigDigest, null));
    }

    /// <summary>Takes what its disk and the server have answered; how it ended when it will not be started, null otherwise.</summary>
    public Ending? Advance(Component component, GuardKeeper guard, BootTime now)
    {
        if (component.Preparing is { IsDone: true } prepared)
        {
            component.Preparing = null;
            return Prepared(component, prepared, guard, now);
        }

        return component.Fetch is { } fetch ? Await(component, fetch, now) : null;
    }

    private void Prepare(Component component, ConfigOnDisk config)
    {
        component.Config = config;
        disks.Prepare(component, config);
    }

    /// <summary>Its directory is as a start needs it, or cannot be made so.</summary>
    private Ending? Prepared(Component component, DiskTask prepared, GuardKeeper guard, BootTime now)
    {
        if (component.Phase == Phase.Stopping)
        {
            return new Ending(component.StopReason ?? EndKind.OnPurpose); // before the guard was asked
        }

        if (component.Phase != Phase.Starting)
        {
            return null;
        }

        if (prepared.Failed is NotAllowedException)
        {
            return new Ending(EndKind.NotStarted, ComponentStates.NotAllowed);
        }

        if (prepared.Failed is not null)
        {
            return new Ending(EndKind.NotStarted, ComponentStates.NoFolder);
        }

        switch (component.Config)
        {
            case { IsSettled: false } other:
                Prepare(component, other); // it was a start before that was prepared
                return null;
            case { IsMissing: true }:
                component.Fetch = new ConfigFetch(component.Ran!.ConfigDigest!, now);
                return Await(component, component.Fetch, now);
            default:
                return Ask(component, guard) is { } error ? new Ending(EndKind.NotStarted, error) : null;
        }
    }

    private Ending? Await(Component component, ConfigFetch fetch, BootTime now)
    {
        if (component.Phase == Phase.Starting && fetch.Text is null)
        {
            fetches.Advance(component.Run, component.Name, fetch, now);
            return null;
        }

        component.Fetch = null;
        if (component.Phase == Phase.Starting)
        {
            Prepare(component, new ConfigOnDisk(fetch.Digest, fetch.Text));
        }

        return component.Phase == Phase.Stopping ? new Ending(component.StopReason ?? EndKind.OnPurpose) : null;
    }

    private int? Ask(Component component, GuardKeeper guard)
    {
        var what = component.Ran!;
        component.Cgroup = cgroups.Create(component.Run);
        var variables = ComponentEnvironment.For(what, component.Folder.Path, environment);
        var line = GuardLine.Start(new GuardStart(
            component.Run, component.Folder.Path, component.Cgroup, variables, what.Command));
        if (line is null)
        {
            return ComponentStates.TooLong;
        }

        guard.Say(line);
        return null;
    }
}
