namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>The maintenance of an IDC or a task; a host's is in the registry. Key: key (<see cref="MaintenanceScope"/>).</summary>
internal sealed record MaintenanceDocument(string Key, Maintenance Work)
{
}

/// <summary>Things in maintenance: a host, an IDC with all its hosts, a task. HA leaves them alone and says so. Pure.</summary>
internal static class MaintenanceScope
{
    internal static string HostKey(string host) => "host:" + host;

    internal static string IdcKey(string region, string idc) => $"idc:{region}/{idc}";

    internal static string TaskKey(string task) => "task:" + task;

    /// <summary>The maintenance that a host is in, its own or its IDC's, with its key; null: none.</summary>
    internal static (string Key, Maintenance Work)? OfHost(HostVerdict host, Snapshot snapshot)
    {
        if (host.Maintenance is { } own)
        {
            return (HostKey(host.Host), own);
        }

        return snapshot.Maintenances.Count > 0
            && snapshot.Maintenances.TryGetValue(IdcKey(host.Region, host.Idc), out var idc)
                ? (IdcKey(host.Region, host.Idc), idc)
                : null;
    }

    /// <summary>The maintenance that keeps HA off a component: its task's, or that of the host where it is.</summary>
    internal static (string Key, Maintenance Work)? OfComponent(Registration component, HostVerdict? host, Snapshot snapshot)
    {
        if (snapshot.Maintenances.Count > 0
            && snapshot.Maintenances.TryGetValue(TaskKey(component.Task), out var task))
        {
            return (TaskKey(component.Task), task);
        }

        return host is null ? null : OfHost(host, snapshot);
    }

    internal static Hold Held(string @object, (string Key, Maintenance Work) maintenance, string? plan) =>
        new(@object, Reason.InMaintenance,
            $"{maintenance.Key} is in maintenance by {maintenance.Work.Owner} until {maintenance.Work.Until:O} ({maintenance.Work.Reason})")
        {
            Plan = plan,
            Maintenance = maintenance.Key,
        };
}
