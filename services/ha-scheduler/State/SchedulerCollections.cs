using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>Every collection that this service owns: its name, its schema's version, its indexes.</summary>
internal static class SchedulerCollections
{
    internal static Collection<HostVerdict> Hosts { get; } =
        new Collection<HostVerdict>("ha-scheduler.hosts", 1, v => v.Host).Index(v => v.Region);

    internal static Collection<ForgottenHost> ForgottenHosts { get; } =
        new Collection<ForgottenHost>("ha-scheduler.forgotten-hosts", 1, f => f.Host);

    internal static Collection<TaskDocument> Tasks { get; } =
        new Collection<TaskDocument>("ha-scheduler.tasks", 1, t => t.Id)
            .Sealed((task, make) => task.WithConfigs(make), task => task.WithConfigs(_ => null));

    internal static Collection<Registration> Components { get; } =
        new Collection<Registration>("ha-scheduler.components", 1, r => r.Id).Index(r => r.Region);

    internal static Collection<PastPlacement> PastPlacements { get; } =
        new Collection<PastPlacement>("ha-scheduler.past-placements", 1, p => p.Id);

    internal static Collection<StorePlace> Stores { get; } =
        new Collection<StorePlace>("ha-scheduler.stores", 1, s => s.Placed.Store);

    internal static Collection<Ticket> Tickets { get; } =
        new Collection<Ticket>("ha-scheduler.tickets", 1, t => t.Id).Index(t => t.Region);

    internal static Collection<SubTask> SubTasks { get; } =
        new Collection<SubTask>("ha-scheduler.subtasks", 1, s => s.Id).Index(s => s.Ticket, s => s.Status).Carries(s => s.Status)
            .Index(s => s.Component).Index(s => s.IsOver);

    internal static Collection<BrakeDocument> Brakes { get; } =
        new Collection<BrakeDocument>("ha-scheduler.brakes", 1, b => b.Region);

    internal static Collection<MaintenanceDocument> Maintenances { get; } =
        new Collection<MaintenanceDocument>("ha-scheduler.maintenances", 1, m => m.Key);

    internal static Collection<SeenMaintenance> MaintenancesSeen { get; } =
        new Collection<SeenMaintenance>("ha-scheduler.maintenances-seen", 1, s => s.Key);

    internal static Collection<HaConfigDocument> Config { get; } =
        new Collection<HaConfigDocument>("ha-scheduler.config", 1, c => c.Id);

    internal static Collection<HaConfigChange> ConfigChanges { get; } =
        new Collection<HaConfigChange>("ha-scheduler.config-changes", 1, c => c.Id).Index(c => c.Version);

    internal static Collection<DecisionRecord> Decisions { get; } =
        new Collection<DecisionRecord>("ha-scheduler.decisions", 1, d => d.Id)
            .Index(d => d.Object, d => d.At).Index(d => d.Code, d => d.At).Index(d => d.Maintenance, d => d.At).Index(d => d.At)
            .Index(d => d.Until);

    internal static Collection<FiringFinding> Findings { get; } =
        new Collection<FiringFinding>("ha-scheduler.findings", 1, f => f.Key).Index(f => f.Key);

    internal static Collection<LeaderDocument> Leaders { get; } =
        new Collection<LeaderDocument>("ha-scheduler.leaders", 1, l => l.Region);
}
